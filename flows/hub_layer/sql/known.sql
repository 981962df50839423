-- The wide table that the rules of the axes read, of repositories of the hub.
-- Grain: one row a repository. What no snapshot says is null for all.
with listed as (select * from listed)

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
from listed
