-- Where a curated record names the repository of its model, does the hub say the same?
-- Grain: one row a model, repository and aspect of which either says something: the repository itself, a fact, an axis.
-- Rule: numbers agree within 1 %, lists if one holds all of the other, as for a disputed fact; a licence also by its
--   family, or where the hub says "other" of one that SPDX does not list. Labels are those of the snapshot's day and
--   must be the same set; of openness and multitask the hub sees a part, which the record must have.
-- Unknowns: what only one of the two says is neither agreement nor disagreement.
with curated as (select * from curated),
curated_labels as (select * from curated_labels),
hub_models as (select * from hub_models),
hub_labels as (select * from hub_labels),

named as (
    select
        curated.*,
        hub_models.hub_id,
        hub_models.parameters as hub_parameters,
        hub_models.routing as hub_routing,
        coalesce(hub_models.licence, nullif(hub_models.licence_tag, 'unknown')) as hub_licence,
        list_sort(hub_models.languages) as hub_languages,
        list_sort(hub_models.modalities_in) as hub_in,
        list_sort(hub_models.modalities_out) as hub_out,
        hub_models.instruction_tuning as hub_tuning
    from curated
    left join hub_models on lower(curated.repository) = lower(hub_models.hub_id)
),

pairs as (select * from named where hub_id is not null),

facts as (
    select model_id, repository, 'repository' as aspect, repository as ours, hub_id as theirs, true as same from named
    union all
    select
        model_id, repository, 'parameters', parameters::varchar, hub_parameters::varchar,
        abs(parameters - hub_parameters) <= 0.01 * least(parameters, hub_parameters)
    from pairs
    union all
    select model_id, repository, 'routing', routing, hub_routing, routing = hub_routing from pairs
    union all
    select
        model_id, repository, 'licence', licence, hub_licence,
        licence = hub_licence or starts_with(licence, hub_licence || '-') or (hub_licence = 'other' and spdx_id is null)
    from pairs
    union all
    select
        model_id, repository, 'languages', array_to_string(languages, ';'), array_to_string(hub_languages, ';'),
        list_has_all(languages, hub_languages) or list_has_all(hub_languages, languages)
    from pairs
    union all
    select
        model_id, repository, 'modalities_in', array_to_string(modalities_in, ';'), array_to_string(hub_in, ';'),
        list_has_all(modalities_in, hub_in) or list_has_all(hub_in, modalities_in)
    from pairs
    union all
    select
        model_id, repository, 'modalities_out', array_to_string(modalities_out, ';'), array_to_string(hub_out, ';'),
        list_has_all(modalities_out, hub_out) or list_has_all(hub_out, modalities_out)
    from pairs
    union all
    select
        model_id, repository, 'instruction_tuning', instruction_tuning::varchar, hub_tuning::varchar,
        instruction_tuning = hub_tuning
    from pairs
),

our_labels as (
    select
        pairs.model_id,
        pairs.repository,
        curated_labels.axis,
        list_sort(list(curated_labels.label)) as labels
    from pairs
    inner join curated_labels on pairs.model_id = curated_labels.model_id
    where curated_labels.label <> 'unknown'
    group by all
),

their_labels as (
    select
        pairs.model_id,
        pairs.repository,
        hub_labels.axis,
        list_sort(list(hub_labels.label)) as labels
    from pairs
    inner join hub_labels on pairs.hub_id = hub_labels.hub_id
    where hub_labels.label <> 'unknown'
    group by all
),

compared as (
    select * from facts
    union all
    select
        coalesce(our_labels.model_id, their_labels.model_id),
        coalesce(our_labels.repository, their_labels.repository),
        coalesce(our_labels.axis, their_labels.axis),
        array_to_string(our_labels.labels, ';'),
        array_to_string(their_labels.labels, ';'),
        our_labels.labels = their_labels.labels
        or (their_labels.axis in ('multitask', 'openness') and list_has_all(our_labels.labels, their_labels.labels))
    from our_labels
    full outer join their_labels
        on our_labels.model_id = their_labels.model_id
        and our_labels.repository = their_labels.repository
        and our_labels.axis = their_labels.axis
)

select
    model_id,
    repository as hub_id,
    aspect,
    nullif(ours, '') as curated,
    nullif(theirs, '') as hub,
    case
        when hub is null then 'only-curated'
        when curated is null then 'only-hub'
        when same then 'agrees'
        else 'differs'
    end as agreement
from compared
where curated is not null or hub is not null
order by model_id, repository, aspect
