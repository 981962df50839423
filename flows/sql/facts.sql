-- What do we conclude for one field of one model, from its statements?
-- Grain: one row a model and field, also where nobody has looked yet.
-- Rule: the chosen statement gives the value. Statements of the same rank of source (the
--   maker's own, others', estimates) that do not agree with it make the fact disputed.
-- Unknowns: no statement at all is `unresearched`; it is never the same as `undisclosed`.
with in_models as (select * from in_models),
in_fields as (select * from in_fields),
ranked as (select * from ranked),

grid as (
    select
        in_models.model_id,
        in_fields.field,
        in_fields.unit
    from in_models
    cross join in_fields
),

said as (
    select * from ranked where variant is null
),

chosen as (
    select * from said where is_chosen
),

counted as (
    select
        said.model_id,
        said.field,
        count(distinct said.source_id) as source_count,
        bool_or(
            not said.agrees
            and said.is_primary = chosen.is_primary
            and said.is_estimate = chosen.is_estimate
        ) as is_disputed,
        max(said.value_number) as largest,
        min(said.value_number) as smallest,
        list(said.statement_id order by said.is_chosen desc, said.statement_id)
        filter (said.agrees) as statement_ids
    from said
    inner join chosen on said.model_id = chosen.model_id and said.field = chosen.field
    group by said.model_id, said.field
)

select
    grid.model_id,
    grid.field,
    case
        when chosen.statement_id is null then 'unresearched'
        when chosen.statement_kind = 'undisclosed' then 'undisclosed'
        when chosen.statement_kind = 'not_applicable' then 'not_applicable'
        when counted.is_disputed then 'disputed'
        when chosen.is_estimate then 'estimated'
        else 'stated'
    end as state,
    chosen.value_number,
    chosen.value_date,
    chosen.value_text,
    chosen.value_list,
    chosen.value_boolean,
    chosen.date_precision,
    grid.unit,
    coalesce(counted.source_count, 0) as source_count,
    case
        when counted.source_count > 1
            then round((counted.largest - counted.smallest) / counted.smallest, 6)
    end as spread,
    counted.statement_ids
from grid
left join chosen on grid.model_id = chosen.model_id and grid.field = chosen.field
left join counted on grid.model_id = counted.model_id and grid.field = counted.field
order by grid.model_id, grid.field
