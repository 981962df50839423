-- By which route did a large model grow: dense, sparse, or deep?
-- Grain: one row a model.
-- Rule: layers far beyond the practice of the day make it deep, however few its parameters;
--   otherwise a large model follows its density; what is not large has no route.
-- Ties: deep is asked first.
with known as (select * from known),
density as (select * from density),

ruled as (
    select
        known.model_id,
        density.rests_on as density_rests_on,
        case
            when known.layers >= threshold('scaling_route', 'deep_layers') then 'deep.layers'
            when known.parameters < threshold('scaling_route', 'large_parameters') then 'not-large.parameters'
            when known.parameters is null then 'unknown.parameters'
            when density.rule like 'unknown.%' then density.rule
            else split_part(density.rule, '.', 1) || '.density'
        end as rule
    from known
    inner join density on known.model_id = density.model_id
)

select
    model_id,
    rule,
    case split_part(rule, '.', 2)
        when 'layers' then ['layers']
        when 'parameters' then ['parameters']
        else list_distinct(list_concat(['parameters'], density_rests_on))
    end as rests_on
from ruled
