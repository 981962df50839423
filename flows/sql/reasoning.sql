-- Does the model answer at once, or think before it answers?
-- Grain: one row a model.
-- Rule: what its sources say of thoughts that it writes out before the answer; models that give no text, code or
--   speech have none to write. Silence of a source that was read whole counts as answering at once.
-- Unknowns: no source says so, and none was read whole for it.
with known as (select * from known)

select
    model_id,
    case
        when thinking = 'always' then 'thinks.words'
        when thinking = 'optional' then 'switchable.words'
        when thinking = 'never' then 'direct.words'
        when len(modalities_out) > 0 and not list_has_any(modalities_out, ['text', 'code', 'speech'])
            then 'not-applicable.modality'
        when list_contains(silent_on, 'thinking') then 'direct.silence'
        else 'unknown.thinking'
    end as rule,
    if(rule = 'not-applicable.modality', ['modalities_out'], ['thinking']) as rests_on
from known
