-- What the hub says of each of its repositories of models.
-- Grain: one row a repository, in the order of their ids, which is that of `listed`. All that the rules read of one is
--   here, so its labels can be derived again.
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
    architecture,
    experts,
    layers,
    parameters,
    parameters_basis,
    routing,
    routing_basis,
    languages,
    modalities_in,
    modalities_out,
    instruction_tuning,
    licence_tag,
    licence,
    gated,
    gated_basis,
    has_weights
from listed
