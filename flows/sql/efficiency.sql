-- Does the maker claim to need less than a named other model?
-- Grain: one row a model and kind of saving.
-- Rule: a claimed factor below 1 of energy or emissions, of computation or cost, of parameters;
--   none-claimed needs a source of the maker's that was read whole for such claims, and makes none.
-- Unknowns: no such claim is entered, and nobody says to have looked for one.
with known as (select * from known),
ranked as (select * from ranked),
silences as (select * from silences where field = 'relative_to'),

claims as (
    select
        model_id,
        other_id,
        statement_id,
        case
            when aspect in ('training_energy_mwh', 'training_co2e_t') then 'less-footprint'
            when aspect in ('parameters', 'active_parameters') then 'fewer-parameters'
            else 'less-compute'
        end as rule
    from ranked
    where field = 'relative_to' and is_chosen and value_number < threshold('efficiency', 'saving')
)

select
    model_id,
    rule,
    string_agg(distinct other_id, ', ' order by other_id) as detail,
    list(statement_id order by statement_id) as statement_ids
from claims
group by model_id, rule
union all
select
    known.model_id,
    case when silences.field is null then 'unknown.relative_to' else 'none-claimed.silence' end as rule,
    null as detail,
    coalesce(silences.statement_ids, []) as statement_ids
from known
left join silences on known.model_id = silences.model_id
where known.model_id not in (select claims.model_id from claims)
