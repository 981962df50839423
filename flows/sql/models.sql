-- What is known of each model, and which labels does it carry on the release's day?
-- Grain: one row a model.
-- Rule: what the record says of names and makers, the facts in one row, and the labels, licence and use of the
--   weights on the day; the link is the maker's announcement, else paper, card, documentation, code.
-- Unknowns: a model that came after the release's day has no labels.
with in_models as (select * from in_models),
in_organisations as (select * from in_organisations),
in_licences as (select * from in_licences),
in_identifiers as (select * from in_identifiers),
in_sources as (select * from in_sources),
resolved as (select * from resolved),
beginnings as (select * from beginnings),
access as (select * from access),
carried as (select * from labels_on(as_of())),
compute_tier as (select * from compute_tier),

makers as (
    select
        model_id,
        unnest(organisations) as organisation_id,
        generate_subscripts(organisations, 1) as place
    from in_models
),

made as (
    select
        makers.model_id,
        list(in_organisations.organisation_name order by makers.place) as organisation_names,
        list_sort(list_distinct(list(in_organisations.country))) as countries
    from makers
    inner join in_organisations on makers.organisation_id = in_organisations.organisation_id
    group by makers.model_id
),

of_the_day as (
    select
        access.model_id,
        access.licence,
        in_licences.commercial_use
    from access
    left join in_licences on access.licence = in_licences.licence_id
    where access.valid_from <= as_of() and (access.valid_to is null or access.valid_to > as_of())
),

read as (
    select
        model_id,
        count(*) as sources_read,
        max(accessed) as known_until,
        arg_min(url, (
            list_position(
                ['announcement', 'paper', 'model-card', 'documentation', 'code', 'licence', 'terms'], source_kind
            ),
            source_id
        )) filter (is_primary) as link
    from in_sources
    group by model_id
),

hub as (
    select
        model_id,
        min(identifier) as hub_id
    from in_identifiers
    where scheme = 'huggingface' and identifier_relation = 'exact'
    group by model_id
)

select
    in_models.* exclude (corrected, path, pointer),
    resolved.* exclude (model_id),
    beginnings.* exclude (model_id),
    carried.* exclude (model_id),
    compute_tier.training_flop_estimate,
    made.organisation_names,
    made.countries,
    of_the_day.licence,
    of_the_day.commercial_use,
    hub.hub_id,
    read.link,
    read.sources_read,
    read.known_until,
    collected_until() as collected_until
from in_models
left join resolved on in_models.model_id = resolved.model_id
left join beginnings on in_models.model_id = beginnings.model_id
left join carried on in_models.model_id = carried.model_id
left join compute_tier on in_models.model_id = compute_tier.model_id
left join made on in_models.model_id = made.model_id
left join of_the_day on in_models.model_id = of_the_day.model_id
left join hub on in_models.model_id = hub.model_id
left join read on in_models.model_id = read.model_id
