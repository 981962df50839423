-- How much can the model read at once?
-- Grain: one row a model.
-- Rule: its context length against four lengths, each of which belongs to the tier above it but the first, which
--   ends the lowest tier.
-- Unknowns: the context length is not known, or none makes sense.
with known as (select * from known),
facts as (select * from facts where field = 'context_length')

select
    known.model_id,
    case
        when facts.state = 'not_applicable' then 'not-applicable.context_length'
        when known.context_length is null then 'unknown.context_length'
        when known.context_length <= threshold('context', 'gpt_3') then 'short.context_length'
        when known.context_length < threshold('context', 'long') then 'medium.context_length'
        when known.context_length < threshold('context', 'very_long') then 'long.context_length'
        when known.context_length < threshold('context', 'million') then 'very-long.context_length'
        else 'million.context_length'
    end as rule,
    ['context_length'] as rests_on
from known
inner join facts on known.model_id = facts.model_id
