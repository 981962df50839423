-- What is known of each model, and which labels does it carry on the release's day?
-- Grain: one row a model.
-- Rule: what the record says of names and makers, the facts in one row, and the labels of the day.
-- Unknowns: a model that came after the release's day has no labels.
with in_models as (select * from in_models),
resolved as (select * from resolved),
beginnings as (select * from beginnings),
carried as (select * from labels_on(as_of()))

select
    in_models.* exclude (corrected, path, pointer),
    resolved.* exclude (model_id),
    beginnings.* exclude (model_id),
    carried.* exclude (model_id)
from in_models
left join resolved on in_models.model_id = resolved.model_id
left join beginnings on in_models.model_id = beginnings.model_id
left join carried on in_models.model_id = carried.model_id
