-- How far has a multimodal model come: a technique, a model for tasks, a generalist?
-- Grain: one row a model.
-- Rule: many tasks with two or more kinds of output make a generalist; tasks that only
--   join or represent modalities make a component technique; any other task, a task model.
-- Ties: generalist is asked first.
-- Unknowns: one kind on a single side says nothing of the other side; many tasks need the output.
with known as (select * from known),
media as (select * from media),

outputs as (
    select
        model_id,
        modalities_in,
        modalities_out,
        len(list_distinct(list_transform(
            modalities_out,
            lambda m: case m when 'code' then 'text' when 'sensor' then 'action' else m end
        ))) as kinds_out,
        list_distinct(tasks) as tasks,
        model_id in (select media.model_id from media where media.rule = 'multimodal.modality') as is_multimodal
    from known
)

select
    model_id,
    case
        when not is_multimodal and modalities_in is null then 'unknown.modalities_in'
        when not is_multimodal and modalities_out is null then 'unknown.modalities_out'
        when not is_multimodal then 'not-multimodal.modality'
        when tasks is null or len(tasks) = 0 then 'unknown.tasks'
        when len(tasks) >= threshold('multimodal_stage', 'generalist_tasks') and modalities_out is null
            then 'unknown.modalities_out'
        when
            len(tasks) >= threshold('multimodal_stage', 'generalist_tasks')
            and kinds_out >= threshold('multimodal_stage', 'generalist_outputs')
            then 'generalist.tasks'
        when list_has_all(
            ['representation-learning', 'image-text-matching', 'image-classification', 'text-retrieval'], tasks
        ) then 'component-technique.tasks'
        else 'task-model.tasks'
    end as rule,
    case split_part(rule, '.', 2)
        when 'tasks' then ['tasks', 'modalities_in', 'modalities_out']
        else ['modalities_in', 'modalities_out']
    end as rests_on
from outputs
