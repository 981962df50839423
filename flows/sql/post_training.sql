-- How was the model tuned after its pre-training?
-- Grain: one row a model and kind of tuning; several can hold at once.
-- Rule: what its sources say of each kind; tuning on instructions is tuning on demonstrations. none needs each
--   kind to be ruled out, by a source's words or by the silence of one that was read whole.
-- Unknowns: no kind is known, and at least one was never looked up.
with known as (select * from known),

labelled as (
    select
        model_id,
        if(supervised_tuning, 'supervised.demonstrations', 'supervised.instructions') as rule,
        if(supervised_tuning, ['supervised_tuning'], ['instruction_tuning']) as rests_on
    from known
    where supervised_tuning or instruction_tuning
    union all
    select model_id, 'preference.preferences', ['preference_tuning'] from known where preference_tuning
    union all
    select model_id, 'verifiable-rewards.rewards', ['verifiable_rewards'] from known where verifiable_rewards
    union all
    select model_id, 'distilled.outputs', ['distillation'] from known where distillation
    union all
    select
        model_id,
        case
            when
                list_has_any(
                    silent_on, ['supervised_tuning', 'preference_tuning', 'verifiable_rewards', 'distillation']
                )
                then 'none.silence'
            else 'none.words'
        end,
        ['supervised_tuning', 'preference_tuning', 'verifiable_rewards', 'distillation']
    from known
    where
        not supervised_tuning
        and instruction_tuning is distinct from true
        and not preference_tuning
        and not verifiable_rewards
        and not distillation
)

select * from labelled
union all
select
    model_id,
    case
        when supervised_tuning is null then 'unknown.supervised_tuning'
        when preference_tuning is null then 'unknown.preference_tuning'
        when verifiable_rewards is null then 'unknown.verifiable_rewards'
        else 'unknown.distillation'
    end as rule,
    ['supervised_tuning', 'preference_tuning', 'verifiable_rewards', 'distillation'] as rests_on
from known
where model_id not in (select labelled.model_id from labelled)
