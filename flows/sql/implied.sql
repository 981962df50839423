-- Which facts that no source speaks of follow from others of the same model?
-- Grain: one row a model and field.
-- Rule: a dense model has no experts, and all of its parameters are active; a model that neither takes
--   nor gives text or code has no tokens of text to be trained on; one without text, code and speech
--   has no languages.
-- Unknowns: kinds of input and output rule something out only where both are known.
with concluded as (select * from concluded),

grounds as (
    select
        model_id,
        any_value(value_text) filter (field = 'routing') = 'dense' as is_dense,
        any_value(statement_ids) filter (field = 'routing') as routing_ids,
        any_value(value_number) filter (field = 'parameters') as parameters,
        any_value(state) filter (field = 'parameters') as parameters_state,
        any_value(statement_ids) filter (field = 'parameters') as parameters_ids,
        list_concat(
            any_value(value_list) filter (field = 'modalities_in'),
            any_value(value_list) filter (field = 'modalities_out')
        ) as modalities,
        count(value_list) filter (field in ('modalities_in', 'modalities_out')) = 2 as modalities_known,
        list_concat(
            any_value(statement_ids) filter (field = 'modalities_in'),
            any_value(statement_ids) filter (field = 'modalities_out')
        ) as modalities_ids
    from concluded
    where field in ('routing', 'parameters', 'modalities_in', 'modalities_out')
    group by model_id
)

select
    model_id,
    'experts' as field,
    'not_applicable' as state,
    null::double as value_number,
    routing_ids as statement_ids
from grounds
where is_dense
union all
select
    model_id,
    'active_parameters',
    parameters_state,
    parameters,
    list_sort(list_distinct(list_concat(parameters_ids, routing_ids)))
from grounds
where is_dense and parameters is not null
union all
select
    model_id,
    unnest(['training_tokens']),
    'not_applicable',
    null,
    list_sort(list_distinct(modalities_ids))
from grounds
where modalities_known and not list_has_any(modalities, ['text', 'code'])
union all
select
    model_id,
    unnest(['languages', 'language_shares', 'language_count']),
    'not_applicable',
    null,
    list_sort(list_distinct(modalities_ids))
from grounds
where modalities_known and not list_has_any(modalities, ['text', 'code', 'speech'])
