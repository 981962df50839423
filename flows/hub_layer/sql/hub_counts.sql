-- How many repositories made in a month carry a label? Of one part: the parts add up.
-- Grain: one row an axis, label and month; '*' is every repository. A licence tag is counted like a label.
select
    hub_labels.axis,
    hub_labels.label,
    strftime(listed.created_on, '%Y-%m') as created_in,
    count(*) as created_count
from hub_labels
inner join listed on hub_labels.model_id = listed.model_id
group by all
union all
select
    'licence',
    if(licence_tag is null, 'untagged', 'tagged'),
    strftime(created_on, '%Y-%m'),
    count(*)
from listed
group by all
union all
select
    '*',
    '*',
    strftime(created_on, '%Y-%m'),
    count(*)
from listed
group by all
