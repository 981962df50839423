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
    union all by name select 'language_scope' as axis, * from language_scope
    union all by name select 'access' as axis, * exclude (label) from access
    union all by name select 'openness' as axis, * from openness
    union all by name select 'safety' as axis, * from safety
    union all by name select 'media' as axis, * from media
    union all by name select 'multimodal_stage' as axis, * from multimodal_stage
    union all by name select 'reasoning' as axis, * from reasoning
    union all by name select 'post_training' as axis, * from post_training
    union all by name select 'tool_use' as axis, * from tool_use
    union all by name select 'context' as axis, * from context
    union all by name select 'compute_tier' as axis, * exclude (training_flop_estimate) from compute_tier
    union all by name select 'lifecycle' as axis, * from lifecycle
),

named as (
    select
        model_id,
        axis,
        rests_on,
        detail,
        statement_ids,
        valid_from,
        valid_to,
        split_part(rule, '.', 1) as label,
        axis || '.' || rule as rule_id,
        case when label = 'unknown' then split_part(rule, '.', 2) end as missing_field
    from ruled
),

decided as (
    select
        model_id,
        axis,
        label,
        unnest(rests_on) as field
    from named
    where valid_from is null and statement_ids is null
),

rested as (
    select
        decided.model_id,
        decided.axis,
        decided.label,
        list_sort(flatten(list(facts.statement_ids))) as statement_ids
    from decided
    inner join facts on decided.model_id = facts.model_id and decided.field = facts.field
    where facts.statement_ids is not null
    group by decided.model_id, decided.axis, decided.label
),

dated as (
    select
        *,
        lag(valid_to) over stretches = valid_from and lag(rule_id) over stretches = rule_id as follows
    from named
    where valid_from is not null
    window stretches as (partition by model_id, axis, label order by valid_from)
),

islands as (
    select
        *,
        count(*) filter (follows is not true) over (
            partition by model_id, axis, label order by valid_from rows unbounded preceding
        ) as island
    from dated
)

select
    named.model_id,
    named.axis,
    named.label,
    beginnings.known_since as valid_from,
    named.valid_to,
    named.rule_id,
    named.detail,
    named.missing_field,
    coalesce(named.statement_ids, rested.statement_ids, []) as statement_ids
from named
inner join beginnings on named.model_id = beginnings.model_id
left join rested on named.model_id = rested.model_id and named.axis = rested.axis and named.label = rested.label
where named.valid_from is null
union all
select
    model_id,
    axis,
    label,
    min(valid_from),
    case when bool_and(valid_to is not null) then max(valid_to) end,
    min(rule_id),
    arg_max_null(detail, valid_from),
    min(missing_field),
    list_sort(list_distinct(flatten(list(statement_ids))))
from islands
group by model_id, axis, label, island
