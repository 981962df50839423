-- How are models related?
-- Grain: one row a model, kind of relation, other model and field.
-- Rule: `base` is the resolved fact; a claim against another model is its chosen statement.
with facts as (select * from facts),
ranked as (select * from ranked)

select
    model_id,
    'base' as relation_kind,
    value_text as other_id,
    'base' as field,
    null::double as factor,
    statement_ids
from facts
where field = 'base' and value_text is not null
union all
select
    model_id,
    'relative-to' as relation_kind,
    other_id,
    aspect as field,
    value_number as factor,
    [statement_id] as statement_ids
from ranked
where field = 'relative_to' and is_chosen and other_id is not null
