"""Synthetic snapshots of the hub in the layout of the public ones: sizes, tags and skew like the published counts.

Of the whole hub is published: 23 % of the repositories have parameters, 28 % a base, 64 % no licence tag, and owners of
whom a few have most. The daily snapshot `models.parquet` of hub-stats took some 280 bytes a repository with the files of
each, which nothing of ours reads and which are left out here (328 and 356 MB early in 2025, 0.9 MB more a day).

What a row holds is taken from 4,167 rows of hub-stats that the registry of evaluation cards (evaleval) froze: of them from
the 1,296 without a like, which are nearest to the mass. Those with a card that are no merges have 12 tags (median 11) of
199 bytes together and a card of 462 bytes (median 175), with merges 565; one in seven has some 2,700 bytes of results in it.
`gguf` has 1,756 bytes (median 669), most of them a chat template. 73 % of those with a card have a licence tag, so half of
the hub has a card; half of the rest is taken to be empty. `config` is as in recorded answers of the hub's API: type,
architecture and special tokens, and a template as in `gguf` where text is generated.
"""

from pathlib import Path

import duckdb

from flows.derive.quoting import literal

# something to cut words and texts from, such that no two rows have the same
_TEXT = """
select string_agg(
    ['ka', 'lo', 'mi', 'ten', 'ra', 'su', 'ver', 'no', 'pi', 'gal', 'te', 'on', 'qu', 'el', 'is', 'bur'][1 + (hash(range) % 16)::int]
    || if(hash(range + 7) % 3 = 0, ' ', ''), '' order by range
) from range(2000)
"""

_MACROS = """
create macro cut(seed, size) as substr(getvariable('prose'), 1 + (hash(seed) % 3000)::int, size::int);
create macro word(seed) as replace(trim(cut(seed, 4 + hash(seed + 1) % 9)), ' ', '-');
create macro words(seed, number) as list_transform(range(number::int), lambda k: word(seed * 100 + k));
create macro quoted(items) as '["' || array_to_string(items, '", "') || '"]';
create macro repository(seed) as 'owner-' || hash(seed) % 1000 || '/' || word(seed) || '-' || word(seed + 2) || '-' || seed;
"""

_ROWS = """
with rows as (
    select
        range as i, random() as a, random() as b, random() as c, random() as d, random() as e, random() as f, random() as g,
        random() as h, random() as k, random() as m
    from range({count})
),

drawn as (
    select
        *,
        k < 0.49 as carded,
        k < 0.36 as licensed,
        k < 0.49 and d < 0.57 as based,
        k < 0.49 or m < 0.5 as filled,
        case when filled and b < 0.66 then ['text-generation', 'fill-mask', 'text-to-image', 'automatic-speech-recognition'][1 + (i % 4)] end
            as pipeline_tag,
        case when filled and c < 0.9 then ['transformers', 'diffusers', 'peft', 'gguf', 'stable-baselines3'][1 + (i % 5)] end as library_name,
        filled and (coalesce(pipeline_tag = 'text-generation', false) or c < 0.4) as configured,
        coalesce(configured and pipeline_tag = 'text-generation' and m < 0.42, false) as templated,
        ['llama', 'qwen2', 'qwen3_moe', 'mixtral', 'bert', 'gpt2'][1 + (i % 6)] as model_type,
        case when licensed then ['apache-2.0', 'mit', 'llama3', 'openrail', 'cc-by-nc-4.0', 'other'][1 + (i % 6)] end as licence,
        case
            when carded and b < 0.18 then [['en', 'zh', 'ja', 'fr', 'de'][1 + (i % 5)]]
            when carded and b < 0.22 then ['en', 'de', 'fr', 'es', 'it']
            else []
        end as languages,
        case when based then list_transform(range(if(g < 0.1, 5, 1)), lambda n: repository(i // 2 + n)) else [] end as bases,
        case when based then ['finetune', 'adapter', 'merge', 'quantized'][1 + (i % 4)] end as relation,
        case when carded and e < 0.2 then list_transform(range(2), lambda n: repository(i // 9 + n)) else [] end as sets,
        case when carded then words(i, 7 * h) else [] end as free,
        timestamp '2022-03-02' + to_days((a * 1700)::int) + to_seconds((f * 86400)::int) as "createdAt"
    from rows
)

select
    'owner-' || (floor(pow(a, 3) * {owners}))::bigint || '/' || word(i) || '-' || word(i + 2) || '-' || i as id,
    split_part(id, '/', 1) as author,
    pipeline_tag,
    library_name,
    "createdAt",
    "createdAt" + to_days((e * 100)::int) as "lastModified",
    (1 / (f + 1e-6))::bigint as downloads,
    (5 / (f + 1e-6))::bigint as "downloadsAllTime",
    (1 / (g + 1e-3))::bigint as likes,
    list_filter(list_concat(
        [
            library_name,
            case when filled then 'safetensors' end,
            case when filled and e < 0.3 then 'pytorch' end,
            case when configured then model_type end,
            pipeline_tag,
            case when g < 0.1 and filled then 'sft' end,
            case when templated then 'conversational' end
        ],
        free,
        languages,
        list_transform(sets, lambda name: 'dataset:' || name),
        case when filled and h < 0.47 then ['arxiv:' || (2001 + i % 900) || '.0' || (1000 + i % 9000)] else [] end,
        list_transform(bases, lambda name: 'base_model:' || name),
        list_transform(bases, lambda name: 'base_model:' || relation || ':' || name),
        [
            'license:' || licence,
            case when templated then 'text-generation-inference' end,
            case when configured then 'endpoints_compatible' end,
            'region:us'
        ]
    ), lambda t: t is not null) as tags,
    case when carded then
        '{{' || array_to_string([
            '"license": "' || licence || '"',
            case when languages <> [] then '"language": ' || quoted(languages) end,
            '"library_name": "' || library_name || '"',
            case when based then '"base_model": ' || quoted(bases) end,
            case when sets <> [] then '"datasets": ' || quoted(sets) end,
            '"pipeline_tag": "' || pipeline_tag || '"',
            case when f < 0.03 then '"extra_gated_prompt": "' || cut(i, 200) || '"' end,
            case when e < 0.14 then
                '"model-index": [{{"name": "' || word(i) || '", "results": [{{"text": "' || cut(i, 1400) || cut(i + 1, 600 + 1500 * f) || '"}}]}}]'
            end,
            '"tags": ' || quoted(free)
        ], ', ') || '}}'
    end as "cardData",
    case when e < 0.05 then
        '{{"total": ' || (f * 7e9)::bigint || ', "architecture": "llama", "context_length": 32768, "chat_template": "'
        || cut(i, 3000 * pow(g, 3)) || cut(i + 1, 2000 * pow(g, 3)) || '", "bos_token": "<s>", "eos_token": "</s>"}}'
    end as gguf,
    case when c < 0.23 then {{
        'parameters': {{'BF16': (pow(10, 6 + g * 5))::bigint, 'F32': null::bigint, 'I32': if(d < 0.05, 1000000000, null)::bigint}},
        'total': (pow(10, 6 + g * 5))::bigint + if(d < 0.05, 1000000000, 0)
    }} end as safetensors,
    case when based then {{
        'relation': relation,
        'models': list_transform(bases, lambda name: {{'_id': substr(md5(name), 1, 24), 'id': name}})
    }} end as "baseModels",
    case when f < 0.03 then 'auto' when f < 0.05 then 'manual' else 'false' end as gated,
    case when configured then
        '{{"architectures": ["' || model_type || 'ForCausalLM"], "model_type": "' || model_type || '", "tokenizer_config": {{'
        || '"bos_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"'
        || if(templated, ', "chat_template": "' || cut(i + 3, 3000 * pow(h, 3)) || cut(i + 4, 2000 * pow(h, 3)) || '"', '') || '}}}}'
    end as config
from drawn
"""


def synthetic(count: int, path: Path) -> None:
    """Write a snapshot of so many repositories, the same for the same number."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("select setseed(0.5)")
        connection.execute(f"set variable prose = ({_TEXT})")
        connection.execute(_MACROS)
        query = _ROWS.format(count=count, owners=count // 8 + 1)
        connection.execute(f"copy ({query}) to {literal(str(path))} (format parquet, compression snappy)")
