-- How many repositories were made from another one, directly and in any number of steps, and how?
-- Grain: one row a base and relation, which is that of a repository to its own base. A base may have gone from the
--   hub since.
-- Rule: a line goes on through a repository that was made from one other. One that was made from several, such as a
--   merge, counts for each of them, and what was made from it counts for it alone.
-- Bound: twenty steps, so that a ring or an endless chain costs no more than that.
with recursive single as (
    select
        hub_id,
        min(base_id) as base_id
    from hub_relations
    group by hub_id
    having count(*) = 1
),

lines as (
    select
        hub_id,
        relation,
        base_id,
        1 as steps
    from hub_relations
    union all
    select
        lines.hub_id,
        lines.relation,
        single.base_id,
        lines.steps + 1
    from lines
    inner join single on lines.base_id = single.hub_id
    where lines.steps < 20
),

descended as (
    select
        base_id,
        hub_id,
        relation,
        min(steps) as steps
    from lines
    where base_id <> hub_id
    group by base_id, hub_id, relation
)

select
    base_id,
    relation,
    count(*) filter (steps = 1) as repositories_count,
    count(*) as descendants_count
from descended
group by base_id, relation
order by base_id, relation
