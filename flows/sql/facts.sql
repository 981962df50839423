-- What do we conclude for one field of one model?
-- Grain: one row a model and field, also where nobody has looked yet.
-- Rule: what sources say, taken together; where none gives a value, what follows from other facts.
-- Unknowns: no statement at all is `unresearched`; a source that was read whole and is silent makes it
--   `not_mentioned`. Neither is the same as `undisclosed`.
with in_models as (select * from in_models),
in_fields as (select * from in_fields),
concluded as (select * from concluded),
implied as (select * from implied),

joined as (
    select
        in_models.model_id,
        in_fields.field,
        in_fields.unit,
        concluded.* exclude (model_id, field),
        implied.state as implied_state,
        implied.value_number as implied_number,
        implied.statement_ids as implied_ids,
        implied.state is not null and (
            coalesce(concluded.state, 'not_mentioned') = 'not_mentioned'
            or (implied.value_number is not null and concluded.value_number is null)
        ) as follows
    from in_models
    cross join in_fields
    left join concluded on in_models.model_id = concluded.model_id and in_fields.field = concluded.field
    left join implied on in_models.model_id = implied.model_id and in_fields.field = implied.field
)

select
    model_id,
    field,
    case when follows then implied_state else coalesce(state, 'unresearched') end as state,
    case when follows then 'derived' when state <> 'not_mentioned' then basis end as basis,
    case when follows then implied_number else value_number end as value_number,
    value_date,
    value_text,
    value_list,
    value_boolean,
    date_precision,
    unit,
    coalesce(source_count, 0) as source_count,
    spread,
    case when follows then implied_ids else statement_ids end as statement_ids
from joined
