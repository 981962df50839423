-- What does the hub say of a repository that the rules can use, and on what does it rest?
-- Grain: one row a repository, numbered in the order of their ids (`model_id`): numbers are joined and sorted faster.
-- Rule: tags are what somebody declared, counts what the hub counted in the files, the rest is inferred by a table
--   of ours. A count in which whole numbers hold packed ones is refused (flows/hub/client.py, `_count`).
--   Of quantised, adapted and merged models the base is theirs too, not what they are.
--   A gate is a setting of the owner. Where a snapshot does not tell it, a card that asks for something at a gate shows
--   that there is one ('some'), not of which kind; one that asks for nothing shows nothing.
--   Numbers of a configuration are what somebody wrote into it.
--   Of the tags only those that are read here are in a part (`_READ_TAG`, flows/hub_layer/layout.py).
--   Of a repository that is listed twice the row that was changed last counts.
with listing as (select * from listing),
model_types as (select * from model_types),
pipelines as (select * from pipelines),
licence_codes as (select * from licence_codes),

-- hardly any is listed twice, and only those are sorted
doubled as (
    select hub_id
    from listing
    where hub_id like '%/%'
    group by hub_id
    having count(*) > 1
),

taken as (
    select *
    from listing
    where hub_id like '%/%' and hub_id not in (select doubled.hub_id from doubled)
    union all
    select *
    from listing
    where hub_id in (select doubled.hub_id from doubled)
    qualify row_number() over (partition by hub_id order by changed_at desc nulls last, hash(listing)) = 1
),

tagged as (
    select
        * exclude (tags),
        created_at::date as created_on,
        case
            when gated in ('auto', 'manual') then gated
            when gated = 'false' then 'no'
        end as set_gate,
        case
            when parameters_by_type >= 0.99 * parameters_total and parameters_by_type > 0 then parameters_by_type
            when parameters_total is null and gguf_total > 0 then gguf_total
        end as parameters,
        list_distinct(list_filter(tags, lambda t: starts_with(t, 'license:'))) as licence_tags,
        list_filter(tags, lambda t: length(t) = 2) as short_tags,
        coalesce(list_has_any(tags, ['sft', 'instruct', 'instruction-tuned', 'dpo', 'rlhf']), false) as tuned
    from taken
    where created_at is not null
),

coded as (
    select
        * exclude (licence_tags, short_tags),
        case
            when len(licence_tags) > 0 then regexp_replace(lower(licence_tags[1][9:]), '[^a-z0-9]+', '-', 'g')
        end as licence_tag,
        case when len(licence_tags) = 1 then licence_tag end as only_licence_tag,
        case
            when len(short_tags) > 0 then list_sort(list_distinct(list_intersect(short_tags, getvariable('languages'))))
        end as languages
    from tagged
),

said as (
    select
        coded.hub_id,
        split_part(coded.hub_id, '/', 1) as author,
        coded.created_on,
        coded.changed_at::date as changed_on,
        coded.downloads,
        coded.downloads_all_time,
        coded.likes,
        coded.pipeline,
        coded.library,
        coded.model_type,
        case
            when regexp_full_match(coded.architecture, '[A-Za-z0-9_.-]{1,100}') then coded.architecture
        end as architecture,
        case when coded.experts between 1 and 100000 then coded.experts end as experts,
        case when coded.layers between 1 and 100000 then coded.layers end as layers,
        coded.parameters,
        case when coded.parameters is not null then 'counted' end as parameters_basis,
        model_types.routing,
        case when model_types.routing is not null then 'inferred' end as routing_basis,
        nullif(coded.languages, []) as languages,
        pipelines.modalities_in,
        pipelines.modalities_out,
        case when coded.tuned then true end as instruction_tuning,
        coded.licence_tag,
        licence_codes.licence_id as licence,
        coalesce(coded.set_gate, case when coded.card_gate then 'some' end) as gated,
        case
            when coded.set_gate is not null then 'declared'
            when coded.card_gate then 'inferred'
        end as gated_basis,
        coded.parameters_total is not null
        or coded.gguf_total is not null
        or coalesce(coded.library, '') in ('transformers', 'diffusers', 'sentence-transformers', 'peft', 'timm')
            as has_weights,
        coded.base_relation,
        nullif(coded.bases, []) as bases
    from coded
    left join model_types on coded.model_type = model_types.model_type
    left join pipelines on coded.pipeline = pipelines.pipeline
    left join licence_codes on coded.only_licence_tag = licence_codes.code
    order by coded.hub_id
)

select
    row_number() over () as model_id,
    *
from said
