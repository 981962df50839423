-- How large is the model, against GPT-3 and against a trillion?
-- Grain: one row a model.
-- Rule: total parameters, at or above a threshold; GPT-3 itself is of its own class.
with known as (select * from known)

select
    model_id,
    case
        when parameters >= threshold('scale', 'trillion') then 'trillion.parameters'
        when parameters >= threshold('scale', 'gpt_3') then 'gpt-3-class.parameters'
        when parameters >= threshold('scale', 'ten_billion') then 'ten-billion.parameters'
        when parameters is not null then 'small.parameters'
        else 'unknown.parameters'
    end as rule,
    ['parameters'] as rests_on
from known
