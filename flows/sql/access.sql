-- Who can use the model, and since when?
-- Grain: one row a model and stretch of time.
-- Rule: weights come first, then the interface for programs, then the application for people:
--   open > conditional > restricted > free-service > paid > waitlist > app-only; then what smaller variants
--   alone give (partial); then what there was (withdrawn) before what there never was (unreleased).
--   Weights that a person decides on, or under a licence without commercial use, are restricted; weights
--   behind a click are for download; a licence with conditions on who or what for makes them conditional.
--   What its maker retired is withdrawn once one service of it is gone, whether or not there is a word on the other.
--   Unreleased needs words on weights, interface and application, or the silence of a source of the
--   maker's that was read whole. `detail` says what else there is.
-- Ties: none; the order is total.
-- Unknowns: weights without a known licence, or no word on weights or services. Services are
--   of no account once the weights are out; without weights, all must be known.
with channels as (select * from channels),
in_licences as (select * from in_licences),
silences as (select * from silences),

silent as (
    select
        model_id,
        any_value(statement_ids) filter (field = 'weights') as on_weights,
        any_value(statement_ids) filter (field = 'api') as on_api,
        any_value(statement_ids) filter (field = 'app') as on_app
    from silences
    group by model_id
),

asked as (
    select
        channels.*,
        in_licences.licence_id,
        in_licences.commercial_use,
        in_licences.use_restrictions,
        channels.weights in ('download', 'click-through') as has_weights,
        coalesce(channels.weights, if(silent.on_weights is not null, 'none', null)) as weights_known,
        coalesce(channels.api, if(silent.on_api is not null, 'none', null)) as api_known,
        coalesce(channels.app, if(silent.on_app is not null, 'none', null)) as app_known,
        if(channels.weights is null, silent.on_weights, [channels.weights_statement]) as weights_ids,
        if(channels.api is null, silent.on_api, [channels.api_statement]) as api_ids,
        if(channels.app is null, silent.on_app, [channels.app_statement]) as app_ids,
        if(channels.stage = 'retired', [channels.stage_statement], null) as retired_ids,
        channels.weights is null or channels.api is null or channels.app is null as by_silence
    from channels
    left join in_licences on channels.licence = in_licences.licence_id
    left join silent on channels.model_id = silent.model_id
),

ruled as (
    select
        *,
        case
            when weights = 'on-request' then 'restricted.weights-on-request'
            when has_weights and licence_id is null then 'unknown.licence'
            when has_weights and not commercial_use then 'restricted.licence'
            when has_weights and use_restrictions then 'conditional.licence'
            when has_weights then 'open.licence'
            when weights_known is null then 'unknown.weights'
            when api = 'free' then 'free-service.api'
            when api = 'paid' then 'paid.api'
            when api = 'waitlist' then 'waitlist.api'
            when app in ('free', 'paid') then 'app-only.app'
            when app = 'waitlist' then 'waitlist.app'
            when len(open_variants) > 0 then 'partial.variants'
            when stage = 'retired' and api = 'withdrawn' then 'withdrawn.api'
            when stage = 'retired' and app = 'withdrawn' then 'withdrawn.app'
            when api_known is null then 'unknown.api'
            when app_known is null then 'unknown.app'
            when weights = 'withdrawn' then 'withdrawn.weights'
            when api = 'withdrawn' then 'withdrawn.api'
            when app = 'withdrawn' then 'withdrawn.app'
            when by_silence then 'unreleased.silence'
            else 'unreleased.words'
        end as rule
    from asked
)

select
    model_id,
    valid_from,
    valid_to,
    rule,
    split_part(rule, '.', 1) as label,
    nullif(concat_ws(
        '; ',
        case when rule not like '%.api' and api in ('free', 'paid', 'waitlist') then 'API ' || api end,
        case when rule not like '%.app' and app in ('free', 'paid', 'waitlist') then 'app ' || app end,
        case when not has_weights or has_weights is null then array_to_string(open_variants, ', ') end
    ), '') as detail,
    weights,
    licence,
    licence_basis,
    api,
    app,
    training_code,
    training_data,
    training_log,
    stage,
    open_variants,
    known_until,
    list_filter(
        case
            when has_weights then [weights_statement, licence_statement]
            when weights = 'on-request' then [weights_statement]
            when rule like '%.api' then list_concat(weights_ids, list_concat(api_ids, retired_ids))
            when rule in ('app-only.app', 'waitlist.app') then list_concat(weights_ids, app_ids)
            when rule = 'partial.variants' then list_concat(weights_ids, open_variants_statements)
            else list_concat(weights_ids, list_concat(api_ids, list_concat(app_ids, retired_ids)))
        end,
        lambda s: s is not null
    ) as statement_ids
from ruled
