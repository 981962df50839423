-- What do the rules take a model for?
-- Grain: one row a model, one column a field.
-- Rule: `resolved`, but where a fact makes no sense (`not_applicable`) it is false, or an empty list; what all
--   that was read whole does not mention is false, and `silent_on` names it, for rules to say so.
with facts as (select * from facts),
resolved as (select * from resolved),

absent as (
    select
        model_id,
        coalesce(list(field) filter (state = 'not_applicable'), []) as senseless,
        coalesce(list(field) filter (state = 'not_mentioned'), []) as silent_on,
        list(field) as no_trait
    from facts
    where state in ('not_applicable', 'not_mentioned')
    group by model_id
)

select
    resolved.* replace (
        if(list_contains(absent.senseless, 'objective'), [], objective) as objective,
        if(list_contains(absent.senseless, 'modalities_in'), [], modalities_in) as modalities_in,
        if(list_contains(absent.senseless, 'modalities_out'), [], modalities_out) as modalities_out,
        if(list_contains(absent.senseless, 'tasks'), [], tasks) as tasks,
        if(list_contains(absent.senseless, 'languages'), [], languages) as languages,
        if(list_contains(absent.senseless, 'language_shares'), [], language_shares) as language_shares,
        if(list_contains(absent.senseless, 'hardware'), [], hardware) as hardware,
        if(list_contains(absent.no_trait, 'instruction_tuning'), false, instruction_tuning) as instruction_tuning,
        if(list_contains(absent.no_trait, 'explicit_multitask'), false, explicit_multitask) as explicit_multitask,
        if(list_contains(absent.no_trait, 'retrieval'), false, retrieval) as retrieval,
        if(list_contains(absent.no_trait, 'preference_tuning'), false, preference_tuning) as preference_tuning,
        if(list_contains(absent.no_trait, 'safety_filter'), false, safety_filter) as safety_filter,
        if(list_contains(absent.no_trait, 'grounding_tools'), false, grounding_tools) as grounding_tools,
        if(list_contains(absent.no_trait, 'supervised_tuning'), false, supervised_tuning) as supervised_tuning,
        if(list_contains(absent.no_trait, 'verifiable_rewards'), false, verifiable_rewards) as verifiable_rewards,
        if(list_contains(absent.no_trait, 'distillation'), false, distillation) as distillation
    ),
    coalesce(absent.silent_on, []) as silent_on
from resolved
left join absent on resolved.model_id = absent.model_id
