-- By which rules is a case decided, on the axes that the hub can decide?
-- Grain: one row a case, axis and label. Axes that it cannot decide are absent, not unknown.
-- Rule: those of the curated models, by the same files; `basis` is what the axis rests on here.
-- Unknowns: `openness` says only whether weights can be downloaded, for nobody looked at code, data and log.
with decided as (
    select 'access' as axis, 'declared' as basis, model_id, rule from access
    union all
    select 'density', if(rule = 'sparse.experts', 'declared', 'inferred'), model_id, rule from density
    union all
    select 'language_scope', 'declared', model_id, rule from language_scope
    union all
    select 'media', 'inferred', model_id, rule from media
    union all
    select 'multitask', 'declared', model_id, rule from multitask
    union all
    select 'openness', 'declared', model_id, rule from openness
    union all
    select 'scale', 'counted', model_id, rule from scale
)

select
    model_id as case_id,
    axis,
    split_part(rule, '.', 1) as label,
    axis || '.' || rule as rule_id,
    case when label <> 'unknown' then basis end as basis
from decided
