-- What do we conclude of one model, all in one row?
-- Grain: one row a model, one column a field.
-- Rule: the value of the fact; a date has its precision beside it. What nobody looked for has no value; one field
--   is read in any case, so that each model has its row.
-- Unknowns: null, whatever the state of the fact.
-- Ties: none; a model and field have one fact, so there is one value to choose from.
with facts as (select * from facts where state <> 'unresearched' or field = 'announced')

select
    model_id,
    any_value(value_date) filter (field = 'announced') as announced,
    any_value(date_precision) filter (field = 'announced') as announced_precision,
    any_value(value_date) filter (field = 'paper_date') as paper_date,
    any_value(date_precision) filter (field = 'paper_date') as paper_date_precision,
    any_value(value_date) filter (field = 'weights_date') as weights_date,
    any_value(date_precision) filter (field = 'weights_date') as weights_date_precision,
    any_value(value_date) filter (field = 'service_date') as service_date,
    any_value(date_precision) filter (field = 'service_date') as service_date_precision,
    any_value(value_date) filter (field = 'withdrawn') as withdrawn,
    any_value(date_precision) filter (field = 'withdrawn') as withdrawn_precision,
    any_value(value_number) filter (field = 'parameters')::bigint as parameters,
    any_value(value_number) filter (field = 'active_parameters')::bigint as active_parameters,
    any_value(value_number) filter (field = 'experts')::bigint as experts,
    any_value(value_number) filter (field = 'layers')::bigint as layers,
    any_value(value_number) filter (field = 'context_length')::bigint as context_length,
    any_value(value_number) filter (field = 'training_tokens')::bigint as training_tokens,
    any_value(value_number) filter (field = 'training_flop') as training_flop,
    any_value(value_number) filter (field = 'training_energy_mwh') as training_energy_mwh,
    any_value(value_number) filter (field = 'training_co2e_t') as training_co2e_t,
    any_value(value_number) filter (field = 'accelerator_hours') as accelerator_hours,
    any_value(value_number) filter (field = 'output_length')::bigint as output_length,
    any_value(value_date) filter (field = 'knowledge_cutoff') as knowledge_cutoff,
    any_value(date_precision) filter (field = 'knowledge_cutoff') as knowledge_cutoff_precision,
    any_value(value_number) filter (field = 'language_count')::bigint as language_count,
    any_value(value_text) filter (field = 'base') as base,
    any_value(value_text) filter (field = 'succeeded_by') as succeeded_by,
    any_value(value_text) filter (field = 'architecture') as architecture,
    any_value(value_text) filter (field = 'routing') as routing,
    any_value(value_list) filter (field = 'objective') as objective,
    any_value(value_list) filter (field = 'modalities_in') as modalities_in,
    any_value(value_list) filter (field = 'modalities_out') as modalities_out,
    any_value(value_list) filter (field = 'tasks') as tasks,
    any_value(value_list) filter (field = 'languages') as languages,
    any_value(value_list) filter (field = 'language_shares') as language_shares,
    any_value(value_list) filter (field = 'hardware') as hardware,
    any_value(value_boolean) filter (field = 'instruction_tuning') as instruction_tuning,
    any_value(value_boolean) filter (field = 'explicit_multitask') as explicit_multitask,
    any_value(value_boolean) filter (field = 'retrieval') as retrieval,
    any_value(value_boolean) filter (field = 'preference_tuning') as preference_tuning,
    any_value(value_boolean) filter (field = 'safety_filter') as safety_filter,
    any_value(value_boolean) filter (field = 'grounding_tools') as grounding_tools,
    any_value(value_text) filter (field = 'thinking') as thinking,
    any_value(value_text) filter (field = 'tools') as tools,
    any_value(value_boolean) filter (field = 'supervised_tuning') as supervised_tuning,
    any_value(value_boolean) filter (field = 'verifiable_rewards') as verifiable_rewards,
    any_value(value_boolean) filter (field = 'distillation') as distillation
from facts
group by model_id
