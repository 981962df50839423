-- How many repositories were made directly from another one, and how?
-- Grain: one row a base and relation. A base may have gone from the hub since.
select
    base_id,
    relation,
    count(*) as repositories_count
from hub_relations
group by base_id, relation
order by base_id, relation
