-- Which statement decides, where several sources speak of one thing?
-- Grain: one row a statement.
-- Rule: a stated value before a third party's estimate; the maker's own source before others;
--   then the newer source; then the curator's `prefer`. What still ties must agree.
-- Agreement: numbers within 1 % of the smaller; lists if one holds all of the other, since
--   a source seldom lists everything; dates if the less exact one covers the other.
-- Ties that agree: the more detailed print, the longer list, then the statement's id.
with in_statements as (select * from in_statements),

placed as (
    select
        *,
        dense_rank() over (
            partition by model_id, variant, field, aspect, other_id, since
            order by is_estimate, is_primary desc, published desc nulls last, is_preferred desc
        ) as rank_no,
        row_number() over (
            partition by model_id, variant, field, aspect, other_id, since
            order by
                is_estimate, is_primary desc, published desc nulls last, is_preferred desc,
                length(printed) desc nulls last, len(value_list) desc nulls last,
                case date_precision when 'day' then 1 when 'month' then 2 when 'year' then 3 end nulls last,
                statement_id
        ) as place,
        case date_precision
            when 'year' then strftime(value_date, '%Y')
            when 'month' then strftime(value_date, '%Y-%m')
            when 'day' then strftime(value_date, '%Y-%m-%d')
        end as period
    from in_statements
),

chosen as (
    select * from placed where place = 1
)

select
    placed.* exclude (place, period),
    placed.place = 1 as is_chosen,
    coalesce(
        case
            when placed.statement_kind <> chosen.statement_kind then false
            when placed.statement_kind <> 'value' then true
            when placed.value_number is not null
                then
                    abs(placed.value_number - chosen.value_number)
                    <= 0.01 * least(placed.value_number, chosen.value_number)
            when placed.value_list is not null
                then
                    list_has_all(placed.value_list, chosen.value_list)
                    or list_has_all(chosen.value_list, placed.value_list)
            when placed.value_date is not null
                then starts_with(placed.period, chosen.period) or starts_with(chosen.period, placed.period)
            when placed.value_boolean is not null then placed.value_boolean = chosen.value_boolean
            else placed.value_text = chosen.value_text
        end, false
    ) as agrees
from placed
inner join chosen
    on placed.model_id = chosen.model_id
    and placed.field = chosen.field
    and placed.variant is not distinct from chosen.variant
    and placed.aspect is not distinct from chosen.aspect
    and placed.other_id is not distinct from chosen.other_id
    and placed.since is not distinct from chosen.since
order by placed.statement_id
