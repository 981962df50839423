-- Which labels does a repository carry, on the axes that the hub can decide?
-- Grain: one row a repository, axis and label: those of its case.
with listed as (select * from listed),
cases as (select * from cases),
ruled as (select * from ruled)

select
    listed.model_id,
    listed.hub_id,
    ruled.axis,
    ruled.label,
    ruled.rule_id,
    ruled.basis
from listed
inner join cases
    on listed.routing is not distinct from cases.routing
    and listed.experts is not distinct from cases.experts
    and listed.parameters is not distinct from cases.parameters
    and listed.languages is not distinct from cases.languages
    and listed.modalities_in is not distinct from cases.modalities_in
    and listed.modalities_out is not distinct from cases.modalities_out
    and listed.instruction_tuning is not distinct from cases.instruction_tuning
    and listed.licence is not distinct from cases.licence
    and listed.gated is not distinct from cases.gated
    and listed.has_weights is not distinct from cases.has_weights
inner join ruled on cases.model_id = ruled.case_id
order by listed.model_id, ruled.axis, ruled.label
