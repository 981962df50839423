-- Which components of the model are open, and since when?
-- Grain: one row a model, component and stretch of time.
-- Rule: weights that anybody can download, be it behind a click; training code, data and log that are open.
--   `none` needs each of the four to be ruled out, by a source's words or by the silence of one that was read
--   whole.
-- Unknowns: where no component is open, the first of which nobody looked.
with channels as (select * from channels),
silences as (select * from silences),

silent as (
    select
        model_id,
        list(field) as fields,
        list_sort(list_distinct(flatten(list(statement_ids)))) as statement_ids
    from silences
    where field in ('weights', 'training_code', 'training_data', 'training_log')
    group by model_id
)

select
    model_id,
    valid_from,
    valid_to,
    'weights' as rule,
    [weights_statement] as statement_ids
from channels
where weights in ('download', 'click-through')
union all
select model_id, valid_from, valid_to, 'code', [training_code_statement] from channels where training_code = 'open'
union all
select model_id, valid_from, valid_to, 'data', [training_data_statement] from channels where training_data = 'open'
union all
select model_id, valid_from, valid_to, 'log', [training_log_statement] from channels where training_log = 'open'
union all
select
    channels.model_id,
    channels.valid_from,
    channels.valid_to,
    case
        when weights is null and not list_contains(coalesce(silent.fields, []), 'weights') then 'unknown.weights'
        when training_code is null and not list_contains(coalesce(silent.fields, []), 'training_code')
            then 'unknown.training_code'
        when training_data is null and not list_contains(coalesce(silent.fields, []), 'training_data')
            then 'unknown.training_data'
        when training_log is null and not list_contains(coalesce(silent.fields, []), 'training_log')
            then 'unknown.training_log'
        when weights is null or training_code is null or training_data is null or training_log is null
            then 'none.silence'
        else 'none.words'
    end as rule,
    list_sort(list_concat(
        list_filter(
            [weights_statement, training_code_statement, training_data_statement, training_log_statement],
            lambda s: s is not null
        ),
        if(rule = 'none.silence', silent.statement_ids, [])
    )) as statement_ids
from channels
left join silent on channels.model_id = silent.model_id
where
    (weights is null or weights not in ('download', 'click-through'))
    and training_code is distinct from 'open'
    and training_data is distinct from 'open'
    and training_log is distinct from 'open'
