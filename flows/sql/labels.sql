-- Which labels does a model carry, on which axis, and when?
-- Grain: one row a model, axis, label and stretch of time [valid_from, valid_to).
-- Rule: undated axes hold from the announcement (or first trace) on; neighbouring stretches with the same
--   label and rule become one, which rests on the statements of all of them.
with beginnings as (select * from beginnings),
facts as (select * from facts),
ruled as (
    select 'density' as axis, * from density
    union all by name select 'scaling_route' as axis, * from scaling_route
    union all by name select 'scale' as axis, * from scale
    union all by name select 'efficiency' as axis, * from efficiency
    union all by name select 'compute_balance' as axis, * from compute_balance
    union all by name select 'multitask' as axis, * from multitask
    union all by name select 'language' as axis, * from language
    union all by name select 'access' as axis, * exclude (label) from access
    union all by name select 'openness' as axis, * from openness
    union all by name select 'safety' as axis, * from safety
    union all by name select 'modality' as axis, * from modality
    union all by name select 'multimodal_stage' as axis, * from multimodal_stage
),

named as (
    select
        ruled.model_id,
        ruled.axis,
        split_part(ruled.rule, '.', 1) as label,
        ruled.axis || '.' || ruled.rule as rule_id,
        case when label = 'unknown' then split_part(ruled.rule, '.', 2) end as missing_field,
        ruled.detail,
        coalesce(ruled.valid_from, beginnings.known_since) as valid_from,
        ruled.valid_to,
        ruled.rests_on,
        ruled.statement_ids
    from ruled
    inner join beginnings on ruled.model_id = beginnings.model_id
),

deciding as (
    select
        model_id,
        axis,
        label,
        unnest(rests_on) as field
    from named
),

rested as (
    select
        deciding.model_id,
        deciding.axis,
        deciding.label,
        flatten(list(facts.statement_ids)) as statement_ids
    from deciding
    inner join facts on deciding.model_id = facts.model_id and deciding.field = facts.field
    where facts.statement_ids is not null
    group by deciding.model_id, deciding.axis, deciding.label
),

followed as (
    select
        named.* exclude (rests_on, statement_ids),
        coalesce(named.statement_ids, rested.statement_ids, []) as statement_ids,
        lag(named.valid_to) over stretches = named.valid_from
        and lag(named.rule_id) over stretches = named.rule_id as follows
    from named
    left join rested
        on named.model_id = rested.model_id and named.axis = rested.axis and named.label = rested.label
    window stretches as (partition by named.model_id, named.axis, named.label order by named.valid_from)
),

islands as (
    select
        *,
        count(*) filter (follows is not true) over (
            partition by model_id, axis, label order by valid_from rows unbounded preceding
        ) as island
    from followed
)

select
    model_id,
    axis,
    label,
    min(valid_from) as valid_from,
    case when bool_and(valid_to is not null) then max(valid_to) end as valid_to,
    min(rule_id) as rule_id,
    min(detail) as detail,
    min(missing_field) as missing_field,
    list_sort(list_distinct(flatten(list(statement_ids)))) as statement_ids
from islands
group by model_id, axis, label, island
order by model_id, axis, label, valid_from
