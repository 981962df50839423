-- What do a model's sources say of one field, taken together?
-- Grain: one row a model and field that some source speaks of, or was read whole for.
-- Rule: the chosen statement gives the value. Statements of the same rank of source (the
--   maker's own, others', estimates) that do not agree with it make the fact disputed.
-- Unknowns: where all that was read whole is silent, the fact is `not_mentioned`.
with in_fields as (select * from in_fields),
ranked as (select * from ranked where variant is null and may_decide),

gathered as (
    select
        model_id,
        field,
        any_value(statement_kind) filter (is_chosen) as statement_kind,
        any_value(is_estimate) filter (is_chosen) as is_estimate,
        any_value(is_primary) filter (is_chosen) as is_primary,
        any_value(value_number) filter (is_chosen) as value_number,
        any_value(value_date) filter (is_chosen) as value_date,
        any_value(value_text) filter (is_chosen) as value_text,
        any_value(value_list) filter (is_chosen) as value_list,
        any_value(value_boolean) filter (is_chosen) as value_boolean,
        any_value(date_precision) filter (is_chosen) as date_precision,
        coalesce(list_unique(list(source_id) filter (statement_kind <> 'not_mentioned')), 0)::bigint as source_count,
        bool_or(disputes) as is_disputed,
        max(value_number) as largest,
        min(value_number) as smallest,
        list_prepend(
            any_value(statement_id) filter (is_chosen),
            list_sort(coalesce(list(statement_id) filter (agrees and not is_chosen), []))
        ) as statement_ids
    from ranked
    where field in (select in_fields.field from in_fields)
    group by model_id, field
)

select
    model_id,
    field,
    case
        when statement_kind <> 'value' then statement_kind
        when is_disputed then 'disputed'
        when is_estimate then 'estimated'
        else 'stated'
    end as state,
    case when is_estimate then 'estimate' when is_primary then 'maker' else 'third-party' end as basis,
    value_number,
    value_date,
    value_text,
    value_list,
    value_boolean,
    date_precision,
    source_count,
    case when source_count > 1 then round((largest - smallest) / smallest, 6) end as spread,
    statement_ids
from gathered
