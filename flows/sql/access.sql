-- Who can use the model, and since when?
-- Grain: one row a model and stretch of time.
-- Rule: the most open state that holds is the label:
--   open > conditional > restricted > free-service > paid > waitlist > unreleased.
--   Weights on request or gated, or under a licence without commercial use, are restricted;
--   a licence with conditions on who or what for makes them conditional. Unreleased needs words on weights
--   and service, or the silence of a source of the maker's that was read whole.
-- Ties: none; the order is total.
-- Unknowns: weights without a known licence, or no word on weights or service. A service is
--   of no account once the weights are out; without weights, both must be known.
with channels as (select * from channels),
in_licences as (select * from in_licences),
silences as (select * from silences),

silent as (
    select
        model_id,
        any_value(statement_ids) filter (field = 'weights') as on_weights,
        any_value(statement_ids) filter (field = 'service') as on_service
    from silences
    group by model_id
)

select
    channels.model_id,
    channels.valid_from,
    channels.valid_to,
    case
        when channels.weights in ('on-request', 'gated') then 'restricted.weights-' || channels.weights
        when channels.weights = 'download' and in_licences.licence_id is null then 'unknown.licence'
        when channels.weights = 'download' and not in_licences.commercial_use then 'restricted.licence'
        when channels.weights = 'download' and in_licences.use_restrictions then 'conditional.licence'
        when channels.weights = 'download' then 'open.licence'
        when channels.weights is null and silent.on_weights is null then 'unknown.weights'
        when channels.service = 'free' then 'free-service.service'
        when channels.service = 'paid' then 'paid.service'
        when channels.service = 'waitlist' then 'waitlist.service'
        when channels.service is null and silent.on_service is null then 'unknown.service'
        when channels.weights = 'none' and channels.service = 'none' then 'unreleased.words'
        else 'unreleased.silence'
    end as rule,
    split_part(rule, '.', 1) as label,
    channels.weights,
    channels.licence,
    channels.service,
    channels.training_code,
    channels.training_data,
    channels.training_log,
    list_filter(
        case
            when channels.weights = 'download' then [channels.weights_statement, channels.licence_statement]
            when channels.weights in ('on-request', 'gated') then [channels.weights_statement]
            else list_concat(
                if(channels.weights is null, silent.on_weights, [channels.weights_statement]),
                if(channels.service is null, silent.on_service, [channels.service_statement])
            )
        end,
        lambda s: s is not null
    ) as statement_ids
from channels
left join in_licences on channels.licence = in_licences.licence_id
left join silent on channels.model_id = silent.model_id
