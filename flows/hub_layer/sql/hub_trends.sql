-- How many repositories carry a label, month by month?
-- Grain: one row an axis, label and month in which any repository was made; shares are of all of the month, and so far.
-- Rule: labels are those of the snapshot's day; a repository that has gone since is in none.
with counted as (
    select
        axis,
        label,
        created_in,
        sum(created_count)::bigint as created_count
    from counts
    where axis <> '*'
    group by axis, label, created_in
),

totals as (
    select
        created_in,
        sum(created_count)::bigint as total
    from counts
    where axis = '*'
    group by created_in
),

grid as (
    select
        codes.axis,
        codes.label,
        totals.created_in,
        totals.total
    from (select distinct axis, label from counted) as codes
    cross join totals
)

select
    grid.axis,
    grid.label,
    grid.created_in,
    coalesce(counted.created_count, 0) as created_count,
    round(coalesce(counted.created_count, 0) / grid.total, 6) as created_share,
    sum(coalesce(counted.created_count, 0)) over so_far::bigint as cumulative_count,
    round(sum(coalesce(counted.created_count, 0)) over so_far / sum(grid.total) over so_far, 6) as cumulative_share
from grid
left join counted
    on grid.axis = counted.axis and grid.label = counted.label and grid.created_in = counted.created_in
window so_far as (partition by grid.axis, grid.label order by grid.created_in rows unbounded preceding)
order by grid.axis, grid.label, grid.created_in
