-- How many models carry a label, quarter by quarter?
-- Grain: one row an axis, label and quarter, from the first announcement to the day up to which
--   models were looked for, or the release's if that is earlier.
-- Time: a model whose announcement nobody dates counts from its first trace on.
-- Rule: a label counts if it holds on the last day of the quarter, or on that day if it is earlier;
--   so a later change of access does not rewrite the past.
-- Way: a label counts one up in the quarter in which it begins and one down in that in which it
--   ends, so the running sum says how many hold.
with models as (select * from models where known_since <= horizon()),
labels as (select * from labels),
in_axis_labels as (select * from in_axis_labels),

quarters as (
    select
        unnest(generate_series(
            date_trunc('quarter', min(known_since)), date_trunc('quarter', horizon()), interval 3 month
        ))::date as quarter_start
    from models
),

announced as (
    select
        model_id,
        known_since,
        parameters,
        date_trunc('quarter', known_since)::date as quarter_start,
        least((quarter_start + interval 3 month - interval 1 day)::date, horizon()) as quarter_end
    from models
),

totals as (
    select
        quarter_start,
        count(*) as total
    from announced
    group by quarter_start
),

held as (
    select
        labels.axis,
        labels.label,
        labels.valid_to,
        greatest(labels.valid_from, announced.known_since) as held_from,
        announced.parameters,
        announced.quarter_start,
        announced.quarter_end
    from labels
    inner join announced on labels.model_id = announced.model_id
    where held_from <= horizon() and (labels.valid_to is null or labels.valid_to > held_from)
),

newcomers as (
    select
        axis,
        label,
        quarter_start,
        count(*) as announced_count,
        max(parameters) as largest_parameters,
        median(parameters) as median_parameters
    from held
    where held_from <= quarter_end and (valid_to is null or valid_to > quarter_end)
    group by axis, label, quarter_start
),

turns as (
    select
        axis,
        label,
        date_trunc('quarter', held_from)::date as quarter_start,
        1 as turn
    from held
    union all
    select axis, label, date_trunc('quarter', valid_to)::date, -1 from held where valid_to <= horizon()
),

balances as (
    select
        axis,
        label,
        quarter_start,
        sum(turn) as balance
    from turns
    group by axis, label, quarter_start
)

select
    codes.axis,
    codes.label,
    year(quarters.quarter_start) || 'Q' || quarter(quarters.quarter_start) as quarter,
    coalesce(newcomers.announced_count, 0) as announced_count,
    round(coalesce(newcomers.announced_count, 0) / totals.total, 6) as announced_share,
    coalesce(sum(balances.balance) over so_far, 0)::bigint as cumulative_count,
    round(coalesce(sum(balances.balance) over so_far, 0) / sum(totals.total) over so_far, 6) as cumulative_share,
    newcomers.largest_parameters,
    newcomers.median_parameters
from in_axis_labels as codes
cross join quarters
left join totals on quarters.quarter_start = totals.quarter_start
left join newcomers
    on codes.axis = newcomers.axis
    and codes.label = newcomers.label
    and quarters.quarter_start = newcomers.quarter_start
left join balances
    on codes.axis = balances.axis
    and codes.label = balances.label
    and quarters.quarter_start = balances.quarter_start
window so_far as (partition by codes.axis, codes.label order by quarters.quarter_start rows unbounded preceding)
