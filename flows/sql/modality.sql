-- What does the model take in and give out?
-- Grain: one row a model and kind; several can hold at once.
-- Rule: text and code are language, images vision, actions and sensors of a body action; two
--   kinds or more make it multimodal.
-- Unknowns: neither input nor output is known.
with known as (select * from known),

modalities as (
    select
        model_id,
        unnest(list_concat(coalesce(modalities_in, []), coalesce(modalities_out, []))) as modality
    from known
),

kinds as (
    select distinct
        model_id,
        case modality
            when 'text' then 'language'
            when 'code' then 'language'
            when 'image' then 'vision'
            when 'sensor' then 'action'
            else modality
        end as rule
    from modalities
),

ruled as (
    select * from kinds
    union all
    select model_id, 'multimodal' from kinds group by model_id having count(*) > 1
    union all
    select model_id, 'unknown.modalities_in' from known where model_id not in (select kinds.model_id from kinds)
)

select
    model_id,
    rule,
    ['modalities_in', 'modalities_out'] as rests_on
from ruled
