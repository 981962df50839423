-- How many repositories made in a month carry a label? Of one part: the parts add up.
-- Grain: one row an axis, label and month; '*' is every repository. A licence tag is counted like a label.
with daily as (
    select
        hub_labels.axis,
        hub_labels.label,
        listed.created_on,
        count(*) as made_count
    from hub_labels
    inner join listed on hub_labels.model_id = listed.model_id
    group by all
    union all
    select
        'licence',
        if(licence_tag is null, 'untagged', 'tagged'),
        created_on,
        count(*)
    from listed
    group by all
    union all
    select
        '*',
        '*',
        created_on,
        count(*)
    from listed
    group by all
)

select
    axis,
    label,
    strftime(created_on, '%Y-%m') as created_in,
    sum(made_count)::bigint as created_count
from daily
group by all
