-- How many facts are known, how surely, and how many cells were read twice? Counts, which add up over parts.
-- Grain: one row a field that a fact, a statement or a correction has.
-- Rule: cells are of model and field, not what is said of sources. One that the second reading emptied was read
--   twice too. What was read after the second reading counts as read once.
with facts as (select * from facts),
in_models as (select * from in_models),
in_sources as (select * from in_sources),
ranked as (select * from ranked where variant is null and statement_kind <> 'not_mentioned'),

counted as (
    select
        field,
        count(*) as facts_count,
        count(*) filter (state = 'stated') as stated_count,
        count(*) filter (state = 'disputed') as disputed_count,
        count(*) filter (state = 'estimated') as estimated_count,
        count(*) filter (state = 'undisclosed') as undisclosed_count,
        count(*) filter (state = 'not_applicable') as not_applicable_count,
        count(*) filter (state = 'not_mentioned') as not_mentioned_count,
        count(*) filter (state = 'unresearched') as unresearched_count
    from facts
    group by field
),

said as (
    select
        ranked.field,
        ranked.model_id,
        in_models.reviewed,
        in_models.reviewed and in_sources.accessed <= in_models.reviewed_on as read_twice,
        list_contains(in_models.corrected, ranked.field) as corrected
    from ranked
    inner join in_models on ranked.model_id = in_models.model_id
    inner join in_sources on ranked.source_id = in_sources.source_id
),

shares as (
    select
        field,
        count(*) as said_count,
        count(*) filter (read_twice) as read_twice_count
    from said
    group by field
),

corrections as (
    select
        model_id,
        unnest(corrected) as field
    from in_models
    where reviewed
),

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
        field,
        count(*) as cells_count,
        count(*) filter (corrected) as corrected_count
    from cells
    group by field
),

fields as (
    select field from counted
    union
    select field from shares
    union
    select field from errors
)

select
    fields.field,
    counted.* exclude (field),
    shares.* exclude (field),
    errors.* exclude (field)
from fields
left join counted on fields.field = counted.field
left join shares on fields.field = shares.field
left join errors on fields.field = errors.field
