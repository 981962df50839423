-- Which different cases for the rules of the axes are there among the repositories?
-- Grain: one row a set of what the rules read, which many repositories have in common. Under its number, `model_id`,
--   the rules take it for a model.
with listed as (select * from listed),

different as (
    select distinct
        routing,
        experts,
        parameters,
        languages,
        modalities_in,
        modalities_out,
        instruction_tuning,
        licence,
        gated,
        has_weights
    from listed
)

select
    row_number() over () as model_id,
    *
from different
