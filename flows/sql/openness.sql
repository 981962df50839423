-- Which components of the model are open, and since when?
-- Grain: one row a model, component and stretch of time.
-- Rule: weights that anybody can download; training code, data and log that are open.
-- Unknowns: where no component is open, `none` needs to know that the weights are not.
with channels as (select * from channels)

select
    model_id,
    valid_from,
    valid_to,
    'weights' as rule,
    [weights_statement] as statement_ids
from channels
where weights = 'download'
union all
select model_id, valid_from, valid_to, 'code', [training_code_statement] from channels where training_code = 'open'
union all
select model_id, valid_from, valid_to, 'data', [training_data_statement] from channels where training_data = 'open'
union all
select model_id, valid_from, valid_to, 'log', [training_log_statement] from channels where training_log = 'open'
union all
select
    model_id,
    valid_from,
    valid_to,
    case when weights is null then 'unknown.weights' else 'none' end as rule,
    case when weights is null then [] else [weights_statement] end as statement_ids
from channels
where
    weights is distinct from 'download'
    and training_code is distinct from 'open'
    and training_data is distinct from 'open'
    and training_log is distinct from 'open'
