-- Which part of the training data is in which language?
-- Grain: one row a model and language.
-- Rule: the resolved fact, one row an item.
with facts as (select * from facts where field = 'language_shares'),

items as (
    select
        model_id,
        unnest(value_list) as item,
        statement_ids
    from facts
)

select
    model_id,
    split_part(item, '=', 1) as language,
    split_part(item, '=', 2)::double as language_share,
    statement_ids
from items
