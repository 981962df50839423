-- What is known of each model, and which labels does it carry on the release's day?
-- Grain: one row a model.
-- Rule: what the record says of names and makers, the facts in one row, and the labels of the day.
-- Unknowns: a model that came after the release's day has no labels.
with in_models as (select * from in_models),
in_sources as (select * from in_sources),
resolved as (select * from resolved),
beginnings as (select * from beginnings),
carried as (select * from labels_on(as_of())),

read as (
    select
        model_id,
        max(accessed) as known_until
    from in_sources
    group by model_id
)

select
    in_models.* exclude (corrected, path, pointer),
    resolved.* exclude (model_id),
    beginnings.* exclude (model_id),
    carried.* exclude (model_id),
    read.known_until,
    collected_until() as collected_until
from in_models
left join resolved on in_models.model_id = resolved.model_id
left join beginnings on in_models.model_id = beginnings.model_id
left join carried on in_models.model_id = carried.model_id
left join read on in_models.model_id = read.model_id
