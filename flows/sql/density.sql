-- Does every input take the same route (dense), or is it routed to some experts (sparse)?
-- Grain: one row a model.
-- Rule: what the maker says of routing decides; then the number of experts; then whether fewer parameters are
--   active than there are, by more than a figure loses when it is rounded (a tenth: 24B of 24.3B are all).
--   Sparse attention is not sparse routing.
-- Ties: routing is asked first, so a maker's word outweighs what the counts suggest.
with known as (select * from known)

select
    model_id,
    case
        when routing = 'mixture-of-experts' then 'sparse.routing'
        when routing = 'dense' then 'dense.routing'
        when experts > 1 then 'sparse.experts'
        when active_parameters < 0.9 * parameters then 'sparse.active'
        when active_parameters >= 0.9 * parameters then 'dense.active'
        else 'unknown.routing'
    end as rule,
    case split_part(rule, '.', 2)
        when 'routing' then ['routing']
        when 'experts' then ['experts']
        else ['active_parameters', 'parameters']
    end as rests_on
from known
