-- By which codes does a tag of the hub name one of our licences?
-- Grain: one row a code, in small letters, with hyphens for all other signs.
-- Rule: our slug, the SPDX identifier, or a tag that the hub gave to it (licence_tags.toml). What would name two
--   licences names none; a tag of a licence that the records have not is skipped.
with in_licences as (select * from in_licences),
licence_tags as (select * from licence_tags),

named as (
    select
        licence_id,
        licence_id as name
    from in_licences
    union all
    select
        licence_id,
        spdx_id as name
    from in_licences
    where spdx_id is not null
    union all
    select
        licence_id,
        tag as name
    from licence_tags
    where licence_id in (select licence_id from in_licences)
)

select
    regexp_replace(lower(name), '[^a-z0-9]+', '-', 'g') as code,
    min(licence_id) as licence_id
from named
group by code
having count(distinct licence_id) = 1
