-- What do we conclude for one field of one model, from its statements?
-- Grain: one row a model and field, also where nobody has looked yet.
-- Rule: the chosen statement gives the value. Statements of the same rank of source (the
--   maker's own, others', estimates) that do not agree with it make the fact disputed.
-- Unknowns: no statement at all is `unresearched`; it is never the same as `undisclosed`.
with in_models as (select * from in_models),
in_fields as (select * from in_fields),
ranked as (select * from ranked where variant is null),

concluded as (
    select
        model_id,
        field,
        any_value(statement_kind) filter (is_chosen) as statement_kind,
        any_value(is_estimate) filter (is_chosen) as is_estimate,
        any_value(value_number) filter (is_chosen) as value_number,
        any_value(value_date) filter (is_chosen) as value_date,
        any_value(value_text) filter (is_chosen) as value_text,
        any_value(value_list) filter (is_chosen) as value_list,
        any_value(value_boolean) filter (is_chosen) as value_boolean,
        any_value(date_precision) filter (is_chosen) as date_precision,
        count(distinct source_id) as source_count,
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
    in_models.model_id,
    in_fields.field,
    case
        when concluded.statement_kind is null then 'unresearched'
        when concluded.statement_kind <> 'value' then concluded.statement_kind
        when concluded.is_disputed then 'disputed'
        when concluded.is_estimate then 'estimated'
        else 'stated'
    end as state,
    concluded.value_number,
    concluded.value_date,
    concluded.value_text,
    concluded.value_list,
    concluded.value_boolean,
    concluded.date_precision,
    in_fields.unit,
    coalesce(concluded.source_count, 0) as source_count,
    case
        when concluded.source_count > 1
            then round((concluded.largest - concluded.smallest) / concluded.smallest, 6)
    end as spread,
    concluded.statement_ids
from in_models
cross join in_fields
left join concluded on in_models.model_id = concluded.model_id and in_fields.field = concluded.field
