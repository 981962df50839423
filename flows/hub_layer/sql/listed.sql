-- What does the hub say of a repository that the rules can use, and on what does it rest?
-- Grain: one row a repository.
-- Rule: tags are what somebody declared, counts what the hub counted in the files, the rest is inferred by a table
--   of ours. A count in which whole numbers hold packed ones is refused (flows/hub/client.py, `_count`).
--   Of quantised, adapted and merged models the base is theirs too, not what they are.
with listing as (select * from listing),
model_types as (select * from model_types),
pipelines as (select * from pipelines),
licence_codes as (select * from licence_codes),

taken as (
    select
        * exclude (tags),
        coalesce(tags, []) as tags,
        created_at::date as created_on,
        case
            when parameters_by_type >= 0.99 * parameters_total and parameters_by_type > 0 then parameters_by_type
            when parameters_total is null and gguf_total > 0 then gguf_total
        end as parameters
    from listing
),

tagged as (
    select
        *,
        list_distinct(list_transform(
            list_filter(tags, lambda t: t ^@ 'license:'), lambda t: regexp_replace(lower(t[9:]), '[^a-z0-9]+', '-', 'g')
        )) as licence_tags,
        list_sort(list_distinct(list_intersect(tags, getvariable('languages')))) as languages
    from taken
)

select
    tagged.hub_id as model_id,
    split_part(tagged.hub_id, '/', 1) as author,
    tagged.created_on,
    tagged.changed_at::date as changed_on,
    tagged.downloads,
    tagged.downloads_all_time,
    tagged.likes,
    tagged.pipeline,
    tagged.library,
    tagged.model_type,
    tagged.parameters,
    case when tagged.parameters is not null then 'counted' end as parameters_basis,
    model_types.routing,
    case when model_types.routing is not null then 'inferred' end as routing_basis,
    nullif(tagged.languages, []) as languages,
    pipelines.modalities_in,
    pipelines.modalities_out,
    case when list_has_any(tagged.tags, ['sft', 'instruct', 'instruction-tuned', 'dpo', 'rlhf']) then true end
        as instruction_tuning,
    coalesce(tagged.licence_tags[1], '') as licence_tag,
    licence_codes.licence_id as licence,
    case
        when tagged.gated in ('auto', 'manual') then tagged.gated
        when tagged.gated = 'false' then 'no'
    end as gated,
    tagged.parameters_total is not null or tagged.gguf_total is not null
    or coalesce(tagged.library, '') in ('transformers', 'diffusers', 'sentence-transformers', 'peft', 'timm') as has_weights,
    tagged.base_relation,
    nullif(tagged.bases, []) as bases
from tagged
left join model_types on tagged.model_type = model_types.model_type
left join pipelines on tagged.pipeline = pipelines.pipeline
left join licence_codes on len(tagged.licence_tags) = 1 and tagged.licence_tags[1] = licence_codes.code
where tagged.hub_id like '%/%' and tagged.created_on is not null
