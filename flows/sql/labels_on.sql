-- Which labels did a model carry on a day?
-- A table macro, labels_on(day), also in kiban.duckdb.
-- Grain: one row a model with a label on that day, one column an axis.
-- Rule: a list where several labels of an axis can hold at once.
select
    model_id,
    max(label) filter (axis = 'density') as density,
    max(label) filter (axis = 'scaling_route') as scaling_route,
    max(label) filter (axis = 'scale') as scale,
    list(label order by label) filter (axis = 'efficiency') as efficiency,
    max(label) filter (axis = 'compute_balance') as compute_balance,
    list(label order by label) filter (axis = 'multitask') as multitask,
    max(label) filter (axis = 'language_scope') as language_scope,
    max(label) filter (axis = 'access') as access,
    list(label order by label) filter (axis = 'openness') as openness,
    list(label order by label) filter (axis = 'safety') as safety,
    list(label order by label) filter (axis = 'media') as media,
    max(label) filter (axis = 'multimodal_stage') as multimodal_stage,
    max(label) filter (axis = 'reasoning') as reasoning,
    list(label order by label) filter (axis = 'post_training') as post_training,
    max(label) filter (axis = 'tool_use') as tool_use,
    max(label) filter (axis = 'context') as context,
    max(label) filter (axis = 'compute_tier') as compute_tier,
    max(label) filter (axis = 'lifecycle') as lifecycle
from labels
where valid_from <= day and (valid_to is null or valid_to > day)
group by model_id
