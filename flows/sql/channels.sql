-- What could people outside get, and when?
-- Grain: one row a model and stretch of time [valid_from, valid_to) in which nothing changed.
-- Rule: an event holds from `since` to the next event of its channel, or to its own `until`; one that tells what
--   held already (it was still so) begins nothing. Events that name variants are of those alone:
--   `open_variants` are the smaller ones that could be downloaded.
--   The services of a model that its maker calls retired are withdrawn, whether or not their own end is entered.
-- Time: the first stretch begins with the announcement, or with an earlier event.
-- Unknowns: a channel of which no source speaks (yet) is null.
--   An event known to the month or year of the announcement is not put before it.
with ranked as (select * from ranked),
in_sources as (select * from in_sources),
beginnings as (select * from beginnings),

events as (
    select
        ranked.model_id,
        ranked.variant,
        ranked.field,
        ranked.value_text,
        ranked.until,
        ranked.statement_id,
        in_sources.accessed,
        in_sources.source_kind,
        case
            when
                ranked.since_precision in ('month', 'year')
                and date_trunc(ranked.since_precision, beginnings.known_since) = ranked.since
                then beginnings.known_since
            else ranked.since
        end as valid_from
    from ranked
    inner join beginnings on ranked.model_id = beginnings.model_id
    inner join in_sources on ranked.source_id = in_sources.source_id
    where ranked.since is not null and ranked.is_chosen and (ranked.variant is null or ranked.field = 'weights')
),

beside_earlier as (
    select
        *,
        lag(value_text) over places as value_before,
        lag(until) over places as until_before
    from events
    window places as (partition by model_id, variant, field order by valid_from, statement_id)
),

runs as (
    select
        *,
        count(*) filter (value_text is distinct from value_before or until_before is not null) over (
            partition by model_id, variant, field order by valid_from, statement_id
        ) as run
    from beside_earlier
),

spans as (
    select
        model_id,
        variant,
        field,
        value_text,
        min(valid_from) as valid_from,
        least(
            any_value(until),
            lead(min(valid_from)) over (partition by model_id, variant, field order by run),
            date 'infinity'
        ) as valid_to,
        first(statement_id order by valid_from, statement_id) as statement_id,
        max(accessed) as accessed,
        first(source_kind order by valid_from, statement_id) as source_kind
    from runs
    group by model_id, variant, field, value_text, run
),

edges as (
    select
        model_id,
        valid_from as edge
    from spans
    union
    select model_id, valid_to from spans where valid_to < date 'infinity'
    union
    select model_id, known_since from beginnings
),

stretches as (
    select
        model_id,
        edge as valid_from,
        lead(edge) over (partition by model_id order by edge) as valid_to
    from edges
),

held as (
    select
        stretches.*,
        spans.field,
        spans.variant,
        spans.value_text,
        spans.statement_id,
        spans.accessed,
        spans.source_kind,
        spans.variant is null as of_model,
        spans.variant is not null
        and spans.field = 'weights'
        and spans.value_text in ('download', 'click-through') as is_open_variant
    from stretches
    left join spans
        on stretches.model_id = spans.model_id
        and stretches.valid_from >= spans.valid_from
        and stretches.valid_from < spans.valid_to
),

told as (
    select
        model_id,
        valid_from,
        valid_to,
        max(value_text) filter (of_model and field = 'weights') as weights,
        max(value_text) filter (of_model and field = 'licence') as licence,
        max(source_kind) filter (of_model and field = 'licence') as licence_basis,
        max(value_text) filter (of_model and field = 'api') as api,
        max(value_text) filter (of_model and field = 'app') as app,
        max(value_text) filter (of_model and field = 'training_code') as training_code,
        max(value_text) filter (of_model and field = 'training_data') as training_data,
        max(value_text) filter (of_model and field = 'training_log') as training_log,
        max(value_text) filter (of_model and field = 'stage') as stage,
        max(statement_id) filter (of_model and field = 'weights') as weights_statement,
        max(statement_id) filter (of_model and field = 'licence') as licence_statement,
        max(statement_id) filter (of_model and field = 'api') as api_statement,
        max(statement_id) filter (of_model and field = 'app') as app_statement,
        max(statement_id) filter (of_model and field = 'training_code') as training_code_statement,
        max(statement_id) filter (of_model and field = 'training_data') as training_data_statement,
        max(statement_id) filter (of_model and field = 'training_log') as training_log_statement,
        max(statement_id) filter (of_model and field = 'stage') as stage_statement,
        max(accessed) as known_until,
        list(variant order by variant) filter (is_open_variant) as open_variants,
        list(statement_id order by statement_id) filter (is_open_variant) as open_variants_statements
    from held
    group by model_id, valid_from, valid_to
),

ended as (
    select
        *,
        coalesce(stage = 'retired' and api in ('free', 'paid', 'waitlist'), false) as api_ends,
        coalesce(stage = 'retired' and app in ('free', 'paid', 'waitlist'), false) as app_ends
    from told
)

select
    * exclude (api_ends, app_ends)
    replace (
        if(api_ends, 'withdrawn', api) as api,
        if(app_ends, 'withdrawn', app) as app,
        if(api_ends, stage_statement, api_statement) as api_statement,
        if(app_ends, stage_statement, app_statement) as app_statement
    )
from ended
