-- Which sizes of a model were announced together, with which figures?
-- Grain: one row a model and variant.
-- Rule: each figure is its chosen statement, as for the facts of the model itself; weights and licence are those
--   of the release's day, from events that name the variant.
with ranked as (select * from ranked)

select
    model_id,
    variant,
    max(value_number) filter (field = 'parameters')::bigint as parameters,
    max(value_number) filter (field = 'active_parameters')::bigint as active_parameters,
    max(value_number) filter (field = 'layers')::bigint as layers,
    max(value_number) filter (field = 'context_length')::bigint as context_length,
    max(value_number) filter (field = 'training_tokens')::bigint as training_tokens,
    arg_max(value_text, since) filter (field = 'weights' and since <= as_of()) as weights,
    arg_max(value_text, since) filter (field = 'licence' and since <= as_of()) as licence,
    list(statement_id order by statement_id) as statement_ids
from ranked
where variant is not null and is_chosen
group by model_id, variant
