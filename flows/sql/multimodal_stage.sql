-- How far has a multimodal model come: a technique, a model for tasks, a generalist?
-- Grain: one row a model.
-- Rule: tasks that only join or represent modalities, or represent them to perceive, make a component technique;
--   three or more kinds of work make a generalist; any other task, a task model.
-- Kinds of work: to handle texts, to answer, to write code, to see, to hear, to draw, to sound, to act. What takes
--   in images and answers in words sees, what takes in sound and does so hears, and what was trained to call tools
--   acts, whatever tasks are named.
-- Ties: component technique is asked first.
-- Unknowns: one kind on a single side says nothing of the other side; the side that is missing could add a kind.
with known as (select * from known),
media as (select * from media),

worked as (
    select
        model_id,
        modalities_in,
        modalities_out,
        tasks,
        list_has_any(modalities_out, ['text', 'code']) as in_words,
        list_distinct(list_transform(
            tasks,
            lambda t: case
                when t in ('text-generation', 'text-understanding', 'translation', 'summarisation', 'text-retrieval')
                    then 'texts'
                when t in ('dialogue', 'question-answering') then 'answers'
                when t = 'code-generation' then 'code'
                when
                    t in (
                        'image-classification',
                        'image-captioning',
                        'visual-question-answering',
                        'image-text-matching',
                        'object-detection',
                        'segmentation',
                        'video-understanding'
                    )
                    then 'sees'
                when t in ('speech-recognition', 'speech-translation') then 'hears'
                when t in ('image-generation', 'image-editing', 'video-generation') then 'draws'
                when t = 'audio-generation' then 'sounds'
                when t in ('robot-control', 'game-playing') then 'acts'
            end
        )) as by_tasks,
        if(list_has_any(modalities_in, ['image', 'video']) is not false, ['sees'], [])
        || if(list_has_any(modalities_in, ['speech', 'audio']) is not false, ['hears'], []) as by_input,
        if(tools = 'trained', ['acts'], []) as by_tools,
        model_id in (select media.model_id from media where media.rule = 'multimodal.modality') as is_multimodal
    from known
),

counted as (
    select
        *,
        len(by_tasks) as by_tasks_alone,
        len(list_distinct(by_tasks || if(in_words and modalities_in is not null, by_input, []))) as with_input,
        len(list_distinct(by_tasks || if(in_words and modalities_in is not null, by_input, []) || by_tools)) as kinds,
        -- a side that is missing could add that much
        len(list_distinct(by_tasks || if(in_words is not false, by_input, []) || by_tools)) as kinds_at_most
    from worked
)

select
    model_id,
    case
        when not is_multimodal and modalities_in is null then 'unknown.modalities_in'
        when not is_multimodal and modalities_out is null then 'unknown.modalities_out'
        when not is_multimodal then 'not-multimodal.modality'
        when tasks is null or len(tasks) = 0 then 'unknown.tasks'
        when list_has_all(
            ['representation-learning', 'image-text-matching', 'image-classification', 'text-retrieval'], tasks
        ) then 'component-technique.tasks'
        when
            list_contains(tasks, 'representation-learning')
            and list_has_all(
                [
                    'representation-learning',
                    'image-text-matching',
                    'image-classification',
                    'text-retrieval',
                    'text-understanding',
                    'visual-question-answering',
                    'object-detection',
                    'segmentation',
                    'video-understanding',
                    'speech-recognition'
                ],
                tasks
            )
            then 'component-technique.perception'
        when by_tasks_alone >= threshold('multimodal_stage', 'generalist_kinds') then 'generalist.tasks'
        when with_input >= threshold('multimodal_stage', 'generalist_kinds') then 'generalist.input'
        when kinds >= threshold('multimodal_stage', 'generalist_kinds') then 'generalist.tools'
        when kinds_at_most < threshold('multimodal_stage', 'generalist_kinds') then 'task-model.tasks'
        when modalities_in is null then 'unknown.modalities_in'
        else 'unknown.modalities_out'
    end as rule,
    case
        when split_part(rule, '.', 2) = 'tools' then ['tasks', 'modalities_in', 'modalities_out', 'tools']
        when
            split_part(rule, '.', 2) in ('tasks', 'perception', 'input')
            then ['tasks', 'modalities_in', 'modalities_out']
        else ['modalities_in', 'modalities_out']
    end as rests_on
from counted
