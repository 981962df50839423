-- On what is every source silent that was read whole for it, though it is no field of `facts`?
-- Grain: one row a model and channel of access, or claim against other models.
-- Rule: the paper, card or announcement of the maker has to have been read; that others say nothing is no silence.
with ranked as (select * from ranked)

select
    model_id,
    field,
    list(statement_id order by statement_id) as statement_ids
from ranked
where statement_kind = 'not_mentioned' and variant is null and is_primary
group by model_id, field
