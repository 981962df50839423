-- Which facts that no source speaks of follow from others of the same model?
-- Grain: one row a model and field.
-- Rule: a dense model has no experts, and all of its parameters are active; a model that neither takes
--   nor gives text or code has no tokens of text to be trained on; one without text, code and speech
--   has no languages. One that gives no text or code has no longest output in tokens, and one that gives no
--   speech either no thoughts to write out. What was never offered has no first day: weights that, by all
--   sources, nobody got, and a service that there was neither for programs nor for people.
-- Unknowns: kinds of input and output rule something out only where both, or those that are asked, are known.
with concluded as (select * from concluded),
ranked as (select * from ranked),

grounds as (
    select
        model_id,
        any_value(value_text) filter (field = 'routing') = 'dense' as is_dense,
        any_value(statement_ids) filter (field = 'routing') as routing_ids,
        any_value(value_number) filter (field = 'parameters') as parameters,
        any_value(state) filter (field = 'parameters') as parameters_state,
        any_value(statement_ids) filter (field = 'parameters') as parameters_ids,
        any_value(value_list) filter (field = 'modalities_out') as given,
        any_value(statement_ids) filter (field = 'modalities_out') as given_ids,
        list_concat(any_value(value_list) filter (field = 'modalities_in'), given) as modalities,
        count(value_list) filter (field in ('modalities_in', 'modalities_out')) = 2 as modalities_known,
        list_concat(any_value(statement_ids) filter (field = 'modalities_in'), given_ids) as modalities_ids
    from concluded
    where field in ('routing', 'parameters', 'modalities_in', 'modalities_out')
    group by model_id
),

never_offered as (
    select
        model_id,
        if(field = 'weights', 'weights_date', 'service_date') as what,
        list_sort(list(statement_id)) as statement_ids
    from ranked
    where field in ('weights', 'api', 'app') and statement_kind = 'value' and variant is null
    group by model_id, what
    having bool_and(value_text = 'none') and (what = 'weights_date' or count(distinct field) = 2)
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
union all
select
    model_id,
    'output_length',
    'not_applicable',
    null,
    given_ids
from grounds
where len(given) > 0 and not list_has_any(given, ['text', 'code'])
union all
select
    model_id,
    'thinking',
    'not_applicable',
    null,
    given_ids
from grounds
where len(given) > 0 and not list_has_any(given, ['text', 'code', 'speech'])
union all
select
    model_id,
    what,
    'not_applicable',
    null,
    statement_ids
from never_offered
