-- What could people outside get, from when to when?
-- Grain: one row a model and stretch of time [valid_from, valid_to).
-- Rule: the channels as they were, beside the label of the axis access that follows from them.
with access as (select * from access)

select
    * exclude (label),
    label as access
from access
