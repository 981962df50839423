-- Which statement decides, where several sources speak of one thing?
-- Grain: one row a statement.
-- Rule: what says something before silence; a stated value before a third party's estimate; the
--   maker's own source before others, and databases of models after all of them; then the newer
--   source; then the curator's `prefer`. What still ties must agree.
-- First days (of the announcement, the paper, the weights, the service): of one rank of source the
--   earliest decides, unless the curator prefers another; a day before the month that holds it. The day
--   of a database is the day on which somebody catalogued, so it decides no first day.
-- Agreement: numbers within 1 % of the smaller, or within 10 % if one is the other without the digits that it is
--   printed without (8B of 8.1B, 17B of 17.2B), and tokens also if one counts 1,024 to the thousand; lists if one holds
--   all of the other, since a source seldom lists everything, nor always says how many; dates if the less exact one
--   covers the other.
-- Ties that agree: the more detailed print, the longer list, then the statement's id.
with in_statements as (select * exclude (path, pointer) from in_statements),

dated as (
    select
        *,
        case date_precision
            when 'year' then strftime(value_date, '%Y')
            when 'month' then strftime(value_date, '%Y-%m')
            when 'day' then strftime(value_date, '%Y-%m-%d')
        end as period,
        case
            when value_number > 0
                then ltrim(regexp_replace(regexp_extract(printed, '[0-9][0-9.,兆億万]*'), '[^0-9]', '', 'g'), '0')
        end as digits,
        case when digits <> '' then pow(10, floor(log10(value_number)) + 1 - length(digits)) end as last_digit,
        field in ('announced', 'paper_date', 'weights_date', 'service_date') as is_first_day,
        not is_first_day or not is_database as may_decide,
        case when is_first_day then is_preferred else false end as is_preferred_day,
        case when is_first_day then case date_precision
            when 'year' then value_date + interval 1 year
            when 'month' then value_date + interval 1 month
            else value_date + interval 1 day
        end end as period_end
    from in_statements
),

placed as (
    select
        *,
        dense_rank() over (
            partition by model_id, variant, field, aspect, other_id, since
            order by
                statement_kind = 'not_mentioned', is_estimate, is_primary desc, is_database,
                is_preferred_day desc, period_end nulls last, published desc nulls last, is_preferred desc
        ) as rank_no,
        row_number() over places = 1 and may_decide as is_chosen,
        first_value({
            statement_kind: statement_kind,
            value_number: value_number,
            last_digit: last_digit,
            value_text: value_text,
            value_list: value_list,
            value_boolean: value_boolean,
            period: period,
            is_primary: is_primary,
            is_database: is_database,
            is_estimate: is_estimate
        }) over places as chosen
    from dated
    window places as (
        partition by model_id, variant, field, aspect, other_id, since
        order by
            statement_kind = 'not_mentioned', is_estimate, is_primary desc, is_database,
            is_preferred_day desc, period_end nulls last, published desc nulls last, is_preferred desc,
            length(printed) desc nulls last, len(value_list) desc nulls last,
            case date_precision when 'day' then 1 when 'month' then 2 when 'year' then 3 end nulls last,
            statement_id
    )
),

measured as (
    select
        *,
        least(value_number, chosen.value_number) as smaller,
        abs(value_number - chosen.value_number) as gap
    from placed
)

select
    * exclude (period, chosen, digits, last_digit, smaller, gap, is_first_day, is_preferred_day, period_end),
    coalesce(
        case
            when is_chosen then true
            when statement_kind <> chosen.statement_kind then false
            when statement_kind <> 'value' then true
            when value_number is not null
                then
                    gap <= 0.01 * smaller
                    or (gap <= 0.1 * smaller and gap < greatest(last_digit, chosen.last_digit))
                    or (
                        unit = 'token'
                        and least(abs(1 + gap / smaller - 1.024), abs(1 + gap / smaller - 1.024 * 1.024)) < 0.001
                    )
            when value_list is not null
                then
                    list_has_all(
                        list_concat(value_list, list_transform(value_list, lambda x: split_part(x, '=', 1))),
                        chosen.value_list
                    )
                    or list_has_all(
                        list_concat(
                            chosen.value_list, list_transform(chosen.value_list, lambda x: split_part(x, '=', 1))
                        ),
                        value_list
                    )
            when value_date is not null
                then starts_with(period, chosen.period) or starts_with(chosen.period, period)
            when value_boolean is not null then value_boolean = chosen.value_boolean
            else value_text = chosen.value_text
        end,
        false
    ) as agrees,
    not agrees
    and statement_kind <> 'not_mentioned'
    and is_primary = chosen.is_primary
    and is_database = chosen.is_database
    and is_estimate = chosen.is_estimate as disputes
from measured
