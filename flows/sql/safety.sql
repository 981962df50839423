-- What does the maker do about values and facts?
-- Grain: one row a model and label; several can hold at once.
-- Rule: tuning with human preferences or a safety classifier aims at values; outside
--   knowledge sources aim at facts. none-stated needs all three to be ruled out, by a source's words
--   or by the silence of one that was read whole.
-- Unknowns: no label, and at least one of the three was never looked up.
with known as (select * from known),

labelled as (
    select
        model_id,
        case when preference_tuning then 'value-alignment.preference' else 'value-alignment.filter' end as rule,
        ['preference_tuning', 'safety_filter'] as rests_on
    from known
    where preference_tuning or safety_filter
    union all
    select model_id, 'factual-grounding.tools', ['grounding_tools'] from known where grounding_tools
    union all
    select
        model_id,
        case
            when list_has_any(silent_on, ['preference_tuning', 'safety_filter', 'grounding_tools'])
                then 'none-stated.silence'
            else 'none-stated.words'
        end,
        ['preference_tuning', 'safety_filter', 'grounding_tools']
    from known
    where not preference_tuning and not safety_filter and not grounding_tools
)

select * from labelled
union all
select
    model_id,
    case
        when preference_tuning is null then 'unknown.preference_tuning'
        when safety_filter is null then 'unknown.safety_filter'
        else 'unknown.grounding_tools'
    end as rule,
    ['preference_tuning', 'safety_filter', 'grounding_tools'] as rests_on
from known
where model_id not in (select labelled.model_id from labelled)
