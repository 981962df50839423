-- How did the model come to do many tasks?
-- Grain: one row a model and label; several can hold at once.
-- Rule: each stated fact gives its label; implicit means that the maker describes the
--   training and there is neither explicit multitask training nor instruction tuning in it,
--   by a source's words or by the silence of one that was read whole.
-- Unknowns: a model without any label; the first fact that is missing is named.
with known as (select * from known),

labelled as (
    select
        model_id,
        'instruction-tuned' as rule,
        ['instruction_tuning'] as rests_on
    from known
    where instruction_tuning
    union all
    select model_id, 'explicit', ['explicit_multitask'] from known where explicit_multitask
    union all
    select model_id, 'retrieval-augmented', ['retrieval'] from known where retrieval
    union all
    select
        model_id,
        case
            when list_has_any(silent_on, ['explicit_multitask', 'instruction_tuning']) then 'implicit.silence'
            else 'implicit.words'
        end,
        ['explicit_multitask', 'instruction_tuning']
    from known
    where not explicit_multitask and not instruction_tuning
)

select * from labelled
union all
select
    model_id,
    case
        when instruction_tuning is null then 'unknown.instruction_tuning' else 'unknown.explicit_multitask'
    end as rule,
    ['instruction_tuning', 'explicit_multitask', 'retrieval'] as rests_on
from known
where model_id not in (select labelled.model_id from labelled)
