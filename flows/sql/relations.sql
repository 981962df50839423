-- How are models related?
-- Grain: one row a model, kind of relation, other model and field.
-- Rule: `base` and `succeeded_by` are the resolved facts; a claim against another model is its chosen statement.
with facts as (select * from facts),
ranked as (select * from ranked)

select
    model_id,
    replace(field, '_', '-') as relation_kind,
    value_text as other_id,
    field,
    null::double as factor,
    statement_ids
from facts
where field in ('base', 'succeeded_by') and value_text is not null
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
