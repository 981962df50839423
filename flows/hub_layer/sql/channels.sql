-- The channels of access that the rules read, of repositories of the hub, case by case.
-- Grain: one row a case. A gate that lets everybody through is a click, the other a decision of the maker.
-- Rule: as they were on the day of the snapshot, so without days of their own.
-- Unknowns: a repository that may hold no weights at all, or of whose gate the snapshot does not say the kind.
with cases as (select * from cases)

select
    model_id,
    null::date as valid_from,
    null::date as valid_to,
    case
        when not has_weights then null
        when gated = 'auto' then 'click-through'
        when gated = 'manual' then 'on-request'
        when gated = 'no' then 'download'
    end as weights,
    licence,
    null::varchar as licence_basis,
    null::varchar as api,
    null::varchar as app,
    null::varchar as training_code,
    null::varchar as training_data,
    null::varchar as training_log,
    null::varchar as stage,
    null::varchar[] as open_variants,
    null::varchar[] as open_variants_statements,
    null::date as known_until,
    null::varchar as weights_statement,
    null::varchar as licence_statement,
    null::varchar as api_statement,
    null::varchar as app_statement,
    null::varchar as training_code_statement,
    null::varchar as training_data_statement,
    null::varchar as training_log_statement,
    null::varchar as stage_statement
from cases
