-- Which models were known by a day, and how were they labelled then?
-- A table macro, landscape(day), also in kiban.duckdb.
-- Grain: one row a model.
-- Rule: facts are as they were read, also where they came later; labels are those of the day.
-- Unknowns: beyond the day up to which models were looked for, later ones are missing; `is_beyond` says so.
select
    models.model_id,
    models.name,
    models.organisations,
    models.known_since,
    models.announced,
    models.parameters,
    carried.* exclude (model_id),
    day > models.collected_until as is_beyond
from models
left join labels_on(day) as carried on models.model_id = carried.model_id
where models.known_since <= day
order by models.model_id
