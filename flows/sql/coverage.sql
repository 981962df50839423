-- How much is known, and how sure is it?
-- Grain: one row a column of `models`, and one (*) for all of them.
-- Rule: shares of models by the state of the fact; every model has a fact of every field. The error rate is the part of
--   the cells (model and field) of records with a second reading that it changed; null where there is none.
with tally as (select * from tally),

summed as (
    select
        field,
        sum(facts_count) as facts_count,
        sum(stated_count) as stated_count,
        sum(disputed_count) as disputed_count,
        sum(estimated_count) as estimated_count,
        sum(undisclosed_count) as undisclosed_count,
        sum(not_applicable_count) as not_applicable_count,
        sum(not_mentioned_count) as not_mentioned_count,
        sum(unresearched_count) as unresearched_count,
        sum(said_count) as said_count,
        sum(read_twice_count) as read_twice_count,
        sum(cells_count) as cells_count,
        sum(corrected_count) as corrected_count
    from tally
    group by field
)

select
    'models' as table_name,
    coalesce(field, '*') as column_name,
    max(facts_count)::bigint as models_count,
    round(sum(stated_count) / sum(facts_count), 6) as stated_share,
    round(sum(disputed_count) / sum(facts_count), 6) as disputed_share,
    round(sum(estimated_count) / sum(facts_count), 6) as estimated_share,
    round(sum(undisclosed_count) / sum(facts_count), 6) as undisclosed_share,
    round(sum(not_applicable_count) / sum(facts_count), 6) as not_applicable_share,
    round(sum(not_mentioned_count) / sum(facts_count), 6) as not_mentioned_share,
    round(sum(unresearched_count) / sum(facts_count), 6) as unresearched_share,
    round(sum(read_twice_count) / sum(said_count), 6) as reviewed_share,
    round(sum(corrected_count) / sum(cells_count), 6) as error_rate
from summed
group by rollup (field)
having sum(facts_count) > 0
