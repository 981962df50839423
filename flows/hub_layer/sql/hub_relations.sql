-- What was a repository made from, and how?
-- Grain: one row a repository and base, as its card declares them.
with listed as (select * from listed),

named as (
    select
        hub_id,
        base_relation as relation,
        unnest(bases) as base_id
    from listed
)

select distinct
    hub_id,
    coalesce(relation, 'unstated') as relation,
    base_id
from named
where base_id <> hub_id and base_id is not null
order by hub_id, relation, base_id
