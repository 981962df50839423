-- What goes into the model, and what comes out?
-- Grain: one row a model, kind and side; several can hold at once.
-- Rule: text and code are language, images vision, actions and sensors of a body action; two
--   kinds or more, on whatever side, make it multimodal.
-- Unknowns: neither input nor output is known.
with known as (select * from known),

taken as (
    select
        model_id,
        unnest(modalities_in) as modality
    from known
),

given as (
    select
        model_id,
        unnest(modalities_out) as modality
    from known
),

kinds as (
    select
        model_id,
        case modality
            when 'text' then 'language-in.modality'
            when 'code' then 'language-in.modality'
            when 'image' then 'vision-in.modality'
            when 'sensor' then 'action-in.modality'
            when 'action' then 'action-in.modality'
            when 'video' then 'video-in.modality'
            when 'speech' then 'speech-in.modality'
            when 'audio' then 'audio-in.modality'
        end as rule,
        ['modalities_in'] as rests_on
    from taken
    union
    select
        model_id,
        case modality
            when 'text' then 'language-out.modality'
            when 'code' then 'language-out.modality'
            when 'image' then 'vision-out.modality'
            when 'sensor' then 'action-out.modality'
            when 'action' then 'action-out.modality'
            when 'video' then 'video-out.modality'
            when 'speech' then 'speech-out.modality'
            when 'audio' then 'audio-out.modality'
        end as rule,
        ['modalities_out'] as rests_on
    from given
)

select * from kinds
union all
select
    model_id,
    'multimodal.modality' as rule,
    ['modalities_in', 'modalities_out'] as rests_on
from kinds
group by model_id
having count(distinct split_part(rule, '-', 1)) > 1
union all
select
    model_id,
    'unknown.modalities_in' as rule,
    ['modalities_in', 'modalities_out'] as rests_on
from known
where model_id not in (select kinds.model_id from kinds)
