-- Which models were known by a day, and how were they labelled then?
-- A table macro, landscape(day), also in kiban.duckdb.
-- Grain: one row a model.
-- Rule: facts are as they were read, also where they came later; labels are those of the day.
select
    models.model_id,
    models.name,
    models.organisations,
    models.known_since,
    models.announced,
    models.parameters,
    carried.* exclude (model_id)
from models
left join labels_on(day) as carried on models.model_id = carried.model_id
where models.known_since <= day
order by models.model_id
