-- What can be said of the models of a year in one table?
-- Grain: one row a year and measure, from the first announcement to the day up to which models were looked
--   for, or the release's if that is earlier.
-- Time: a model belongs to the year of its announcement, or of its first trace; what could be had of it is that of the
--   year's last day (or that day, if earlier), so a later change of access does not rewrite the past.
-- Rule: sparse is the label of the axis density; open weights are those that anyone can download; a size is
--   undisclosed if its maker is known to withhold it, if third parties can only estimate it, or if what was read
--   whole is silent on it and nobody can download the weights and count.
-- Unknowns: of each measure only the models are counted (`out_of_count`) of which it is known.
with models as (select * from models where known_since <= horizon()),
facts as (select * from facts),
density as (select * from density),
channels as (select * from channels),
silences as (select * from silences where field = 'weights'),

announced as (
    select
        model_id,
        year(known_since) as announced_in,
        least(make_date(year(known_since), 12, 31), horizon()) as seen_on
    from models
),

weights as (
    select
        announced.model_id,
        announced.announced_in,
        case
            when channels.weights is not null then channels.weights in ('download', 'click-through')
            when silences.model_id is not null then false
        end as downloadable
    from announced
    left join channels
        on announced.model_id = channels.model_id
        and announced.seen_on >= channels.valid_from
        and announced.seen_on < coalesce(channels.valid_to, date '9999-12-31')
    left join silences on announced.model_id = silences.model_id
),

asked as (
    select
        announced_in,
        'open-weights' as measure,
        downloadable as answer
    from weights
    union all
    select
        announced.announced_in,
        'sparse',
        case split_part(density.rule, '.', 1) when 'sparse' then true when 'dense' then false end
    from announced
    inner join density on announced.model_id = density.model_id
    union all
    select
        weights.announced_in,
        'undisclosed-size',
        case
            when facts.state in ('undisclosed', 'estimated') then true
            when facts.state = 'not_mentioned' and not weights.downloadable then true
            when facts.state in ('stated', 'disputed') then false
        end
    from weights
    inner join facts on weights.model_id = facts.model_id and facts.field = 'parameters'
)

select
    announced_in::varchar as year,
    measure,
    count(*) filter (answer) as models_count,
    count(answer) as out_of_count,
    count(*) as year_count,
    round(count(*) filter (answer) / nullif(count(answer), 0), 6) as share
from asked
group by announced_in, measure
