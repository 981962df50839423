-- The wide table that the rules of the axes read, of repositories of the hub, case by case.
-- Grain: one row a case. What no snapshot says is null for all.
with cases as (select * from cases)

select
    model_id,
    routing,
    experts,
    null::bigint as active_parameters,
    parameters,
    languages,
    null::varchar[] as language_shares,
    null::bigint as language_count,
    modalities_in,
    modalities_out,
    instruction_tuning,
    null::boolean as explicit_multitask,
    null::boolean as retrieval,
    []::varchar[] as silent_on
from cases
