-- From which day on is a model known to exist?
-- Grain: one row a model.
-- Rule: its announcement; where no source dates that, the earliest dated trace: its paper,
--   weights, service or an event of access, or the publication of a source on it.
-- Ties: of two traces on one day, the more exact.
with facts as (select * from facts),
ranked as (select * from ranked),
in_sources as (select * from in_sources),

traces as (
    select
        model_id,
        value_date as known_since,
        date_precision as known_since_precision,
        field = 'announced' as is_announcement
    from facts
    where field in ('announced', 'paper_date', 'weights_date', 'service_date') and value_date is not null
    union all
    select model_id, since, since_precision, false from ranked where since is not null
    union all
    select model_id, published, published_precision, false from in_sources where published is not null
)

select * exclude (is_announcement) from traces
qualify
    row_number() over (
        partition by model_id
        order by
            is_announcement desc, known_since,
            case known_since_precision when 'day' then 1 when 'month' then 2 else 3 end
    ) = 1
