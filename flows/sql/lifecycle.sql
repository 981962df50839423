-- How far has the model come on its way from announcement to retirement?
-- Grain: one row a model and stretch of time.
-- Rule: what its maker says of the stage; where it says nothing, what people outside can get: weights for download,
--   or a service that is open to all, make it available; admission by a person, or smaller variants alone, a preview;
--   what there was and is no longer, retired; what there never was, announced.
--   A stage outweighs what can be had: weights of a retired model that stay for download are told in `detail`.
-- Unknowns: as of `access`, but a licence is not needed.
with channels as (select * from channels),
access as (select * from access),

ruled as (
    select
        access.model_id,
        access.valid_from,
        access.valid_to,
        access.label as access_label,
        channels.stage_statement,
        access.statement_ids,
        channels.weights in ('download', 'click-through') as has_weights,
        case
            when channels.stage = 'preview' then 'preview.stage'
            when channels.stage = 'available' then 'available.stage'
            when channels.stage = 'deprecated' then 'deprecated.stage'
            when channels.stage = 'retired' then 'retired.stage'
            when has_weights then 'available.weights'
            when channels.api in ('free', 'paid') or channels.app in ('free', 'paid') then 'available.service'
            when channels.weights = 'on-request' or channels.api = 'waitlist' or channels.app = 'waitlist'
                then 'preview.admission'
            when access_label = 'partial' then 'preview.variants'
            when access_label = 'withdrawn' then 'retired.withdrawn'
            when access_label = 'unreleased' then 'announced.access'
            else access.rule
        end as rule
    from access
    inner join channels on access.model_id = channels.model_id and access.valid_from = channels.valid_from
)

select
    model_id,
    valid_from,
    valid_to,
    rule,
    if(rule in ('deprecated.stage', 'retired.stage') and has_weights, 'weights stay for download', null) as detail,
    if(rule like '%.stage', [stage_statement], statement_ids) as statement_ids
from ruled
