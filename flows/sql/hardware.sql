-- On which accelerators was a model trained, and on how many?
-- Grain: one row a model and accelerator.
-- Rule: the resolved fact, one row an item.
-- Unknowns: no number where no source of the best rank says how many.
with facts as (select * from facts where field = 'hardware'),

items as (
    select
        model_id,
        unnest(value_list) as item,
        statement_ids
    from facts
)

select
    model_id,
    split_part(item, '=', 1) as accelerator,
    max(try_cast(nullif(split_part(item, '=', 2), '') as bigint)) as accelerator_count,
    any_value(statement_ids) as statement_ids
from items
group by model_id, accelerator
