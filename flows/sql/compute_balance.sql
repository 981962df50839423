-- Was the model trained on many tokens for its size, or on few?
-- Grain: one row a model.
-- Rule: tokens per active parameter against the optimum of Hoffmann et al. (2022), within a
--   factor on both sides; both ends of the band count as near the optimum.
-- Unknowns: for models that are not dense, the active parameters must be stated. The optimum was measured
--   on models of text, so the axis does not apply where other things go in or come out, or tokens make no sense.
with known as (select * from known),
density as (select * from density),
facts as (select * from facts),

sized as (
    select
        known.model_id,
        known.training_tokens,
        density.rule like 'dense.%' as is_dense,
        facts.state = 'not_applicable' as no_tokens,
        len(list_filter(
            list_concat(known.modalities_in, known.modalities_out), lambda m: m not in ('text', 'code')
        )) > 0 as of_other_kinds,
        known.active_parameters as active,
        known.training_tokens / known.active_parameters as ratio
    from known
    inner join density on known.model_id = density.model_id
    inner join facts on known.model_id = facts.model_id and facts.field = 'training_tokens'
)

select
    model_id,
    case
        when of_other_kinds then 'not-applicable.modality'
        when no_tokens then 'not-applicable.tokens'
        when training_tokens is null then 'unknown.training_tokens'
        when active is null and is_dense then 'unknown.parameters'
        when active is null then 'unknown.active_parameters'
        when ratio < threshold('compute_balance', 'optimum') / threshold('compute_balance', 'band')
            then 'under-trained.ratio'
        when ratio > threshold('compute_balance', 'optimum') * threshold('compute_balance', 'band')
            then 'over-trained.ratio'
        else 'near-optimum.ratio'
    end as rule,
    case when rule like '%.ratio' then printf('%.1f tokens per parameter', ratio) end as detail,
    case split_part(rule, '.', 2)
        when 'ratio' then ['training_tokens', 'active_parameters']
        when 'modality' then ['modalities_in', 'modalities_out']
        else ['training_tokens']
    end as rests_on
from sized
