-- Which natural languages is the model for?
-- Grain: one row a model.
-- Rule: a language with more than the dominant share of the training data decides, however many
--   others there are; then the languages that the maker claims, then those with a share, then
--   their number. Regions and scripts are of one language. `detail` names it.
-- Ties: exactly the dominant share dominates nothing.
-- Unknowns: a model has no language if the maker says so, or if it is known that neither text
--   nor speech goes in or comes out.
with known as (select * from known),

listed as (
    select
        model_id,
        unnest(language_shares) as share
    from known
),

shares as (
    select
        model_id,
        split_part(split_part(share, '=', 1), '-', 1) as spoken,
        sum(split_part(share, '=', 2)::decimal(18, 9)) as percent
    from listed
    group by model_id, spoken
),

ranked_shares as (
    select
        model_id,
        list(spoken order by percent desc, spoken) as shared,
        max(percent) as top_share
    from shares
    group by model_id
),

languages as (
    select
        known.model_id,
        known.languages,
        known.language_count,
        ranked_shares.shared,
        ranked_shares.top_share,
        list_distinct(list_transform(known.languages, lambda l: split_part(l, '-', 1))) as spoken,
        list_concat(known.modalities_in, known.modalities_out) as modalities,
        known.modalities_in is not null and known.modalities_out is not null as modalities_known
    from known
    left join ranked_shares on known.model_id = ranked_shares.model_id
)

select
    model_id,
    case
        when top_share > threshold('language_scope', 'dominant_share') and shared[1] = 'en' then 'english-centric.share'
        when top_share > threshold('language_scope', 'dominant_share') then 'language-specific.share'
        when len(spoken) = 1 and spoken[1] = 'en' then 'english-centric.claim'
        when len(spoken) = 1 then 'language-specific.claim'
        when len(spoken) > 1 then 'multilingual.claim'
        when len(shared) > 1 then 'multilingual.share'
        when language_count > 1 then 'multilingual.count'
        when modalities_known and not list_has_any(modalities, ['text', 'speech']) then 'not-applicable.modality'
        when len(languages) = 0 then 'not-applicable.languages'
        else 'unknown.languages'
    end as rule,
    case rule
        when 'language-specific.share' then shared[1]
        when 'language-specific.claim' then spoken[1]
        when 'multilingual.claim' then printf('%d languages', len(spoken))
        when 'multilingual.share' then printf('%d languages', len(shared))
        when 'multilingual.count' then printf('%d languages', language_count::bigint)
    end as detail,
    case split_part(rule, '.', 2)
        when 'share' then ['language_shares']
        when 'count' then ['language_count']
        when 'modality' then ['modalities_in', 'modalities_out']
        else ['languages']
    end as rests_on
from languages
