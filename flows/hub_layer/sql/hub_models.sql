-- What the hub says of each of its repositories of models.
-- Grain: one row a repository, by its id.
select
    hub_id,
    author,
    created_on,
    changed_on,
    downloads,
    downloads_all_time,
    likes,
    pipeline,
    library,
    model_type,
    parameters,
    parameters_basis,
    routing,
    routing_basis,
    languages,
    modalities_in,
    modalities_out,
    licence_tag,
    licence,
    gated
from listed
order by model_id
