-- How much is known, and how sure is it?
-- Grain: one row a column of `models`, and one (*) for all of them.
-- Rule: shares of models by the state of the fact. The error rate is the part of the cells
--   (model and field, not what is said of sources) of records with a second reading that it changed; null where
--   there is none. What was read after the second reading counts as read once.
with facts as (select * from facts),
in_models as (select * from in_models),
in_sources as (select * from in_sources),
in_statements as (select * from in_statements where variant is null and statement_kind <> 'not_mentioned'),

counted as (
    select
        coalesce(field, '*') as column_name,
        count(distinct model_id) as models_count,
        round(count(*) filter (state = 'stated') / count(*), 6) as stated_share,
        round(count(*) filter (state = 'disputed') / count(*), 6) as disputed_share,
        round(count(*) filter (state = 'estimated') / count(*), 6) as estimated_share,
        round(count(*) filter (state = 'undisclosed') / count(*), 6) as undisclosed_share,
        round(count(*) filter (state = 'not_applicable') / count(*), 6) as not_applicable_share,
        round(count(*) filter (state = 'not_mentioned') / count(*), 6) as not_mentioned_share,
        round(count(*) filter (state = 'unresearched') / count(*), 6) as unresearched_share
    from facts
    group by rollup (field)
    having count(*) > 0
),

said as (
    select
        in_statements.field,
        in_statements.model_id,
        in_models.reviewed,
        in_models.reviewed and in_sources.accessed <= in_models.reviewed_on as read_twice,
        list_contains(in_models.corrected, in_statements.field) as corrected
    from in_statements
    inner join in_models on in_statements.model_id = in_models.model_id
    inner join in_sources on in_statements.source_id = in_sources.source_id
),

shares as (
    select
        coalesce(field, '*') as column_name,
        round(count(*) filter (read_twice) / count(*), 6) as reviewed_share
    from said
    group by rollup (field)
    having count(*) > 0
),

corrections as (
    select
        model_id,
        unnest(corrected) as field
    from in_models
    where reviewed
),

-- a cell that the second reading emptied was read twice too
cells as (
    select
        field,
        model_id,
        corrected
    from said
    where reviewed
    union
    select
        field,
        model_id,
        true as corrected
    from corrections
    where field not in ('title', 'url', 'published')
),

errors as (
    select
        coalesce(field, '*') as column_name,
        round(count(*) filter (corrected) / count(*), 6) as error_rate
    from cells
    group by rollup (field)
    having count(*) > 0
)

select
    'models' as table_name,
    counted.*,
    shares.reviewed_share,
    errors.error_rate
from counted
left join shares on counted.column_name = shares.column_name
left join errors on counted.column_name = errors.column_name
