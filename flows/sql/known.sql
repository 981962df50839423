-- What do the rules take a model for?
-- Grain: one row a model, one column a field.
-- Rule: `resolved`, but where a fact makes no sense (`not_applicable`) it is false, or an empty list.
with facts as (select * from facts),
resolved as (select * from resolved),

senseless as (
    select
        model_id,
        list(field) as fields
    from facts
    where state = 'not_applicable'
    group by model_id
)

select
    resolved.* replace (
        if(list_contains(senseless.fields, 'objective'), [], objective) as objective,
        if(list_contains(senseless.fields, 'modalities_in'), [], modalities_in) as modalities_in,
        if(list_contains(senseless.fields, 'modalities_out'), [], modalities_out) as modalities_out,
        if(list_contains(senseless.fields, 'tasks'), [], tasks) as tasks,
        if(list_contains(senseless.fields, 'languages'), [], languages) as languages,
        if(list_contains(senseless.fields, 'language_shares'), [], language_shares) as language_shares,
        if(list_contains(senseless.fields, 'hardware'), [], hardware) as hardware,
        if(list_contains(senseless.fields, 'instruction_tuning'), false, instruction_tuning) as instruction_tuning,
        if(list_contains(senseless.fields, 'explicit_multitask'), false, explicit_multitask) as explicit_multitask,
        if(list_contains(senseless.fields, 'retrieval'), false, retrieval) as retrieval,
        if(list_contains(senseless.fields, 'preference_tuning'), false, preference_tuning) as preference_tuning,
        if(list_contains(senseless.fields, 'safety_filter'), false, safety_filter) as safety_filter,
        if(list_contains(senseless.fields, 'grounding_tools'), false, grounding_tools) as grounding_tools
    )
from resolved
left join senseless on resolved.model_id = senseless.model_id
