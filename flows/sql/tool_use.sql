-- Does the model call tools?
-- Grain: one row a model.
-- Rule: trained to call them, or called by its maker's own system around it; none-stated needs words, or the
--   silence of a source that was read whole.
-- Unknowns: no source says so, and none was read whole for it.
with known as (select * from known)

select
    model_id,
    case
        when tools = 'trained' then 'trained.words'
        when tools = 'harness' then 'harness.words'
        when tools = 'none' then 'none-stated.words'
        when list_contains(silent_on, 'tools') then 'none-stated.silence'
        else 'unknown.tools'
    end as rule,
    ['tools'] as rests_on
from known
