"""Write the skeleton of a new record, with every field explained."""

from datetime import date
from pathlib import Path

from flows.errors import UserError
from schemas.fields import CHANNELS, PRIMARY_KINDS, SECONDARY_KINDS, STATED, Field
from schemas.values import MODEL_ID

#: how the title of the skeleton begins
TITLE = "Title of the source on "
#: the day on which the skeleton says that a model was announced: none ever was
DAY = date(1950, 1, 1)

_SAMPLES = {
    "date": "2022-05-31",
    "boolean": "true",
    "code": "",
    "codes": "",
    "text": "",
}
_NUMBERS = {
    "parameters": ("175_000_000_000", "175B"),
    "active_parameters": ("97_000_000_000", "97B"),
    "experts": ("64", "64 experts"),
    "layers": ("96", "96"),
    "context_length": ("2048", "2048"),
    "training_tokens": ("300_000_000_000", "300 billion"),
    "training_flop": ("3.14e23", "3.14E+23"),
    "training_energy_mwh": ("1_287", "1,287 MWh"),
    "training_co2e_t": ("552", "552 t"),
    "accelerator_hours": ("1_022_361", "1,022,361 hours"),
    "output_length": ("8_192", "8,192"),
    "language_count": ("46", "46 languages"),
    "language_shares": ("{ en = 92.6, ja = 0.1 }", "92.6%"),
}
#: the fields that decide each axis; rules in flows/sql
DECIDES = {
    "density": ("routing", "experts", "active_parameters", "parameters"),
    "scaling_route": ("parameters", "layers"),
    "scale": ("parameters",),
    "efficiency": ("training_co2e_t", "training_energy_mwh", "parameters", "active_parameters"),
    "compute_balance": ("training_tokens", "parameters", "active_parameters"),
    "multitask": ("instruction_tuning", "explicit_multitask", "retrieval"),
    "language_scope": ("languages", "language_count", "language_shares"),
    "access": ("weights", "api", "app", "licence"),
    "openness": ("weights", "training_code", "training_data", "training_log"),
    "safety": ("preference_tuning", "safety_filter", "grounding_tools"),
    "media": ("modalities_in", "modalities_out"),
    "multimodal_stage": ("modalities_in", "modalities_out", "tasks", "tools"),
    "reasoning": ("thinking",),
    "post_training": ("supervised_tuning", "preference_tuning", "verifiable_rewards", "distillation"),
    "tool_use": ("tools",),
    "context": ("context_length",),
    "compute_tier": ("training_flop", "active_parameters", "training_tokens"),
    "lifecycle": ("stage", "weights", "api", "app"),
}
_SPECIAL = {
    "base": '"organisation/model"',
    "succeeded_by": '"organisation/model"',
    "languages": '["en", "ja"]',
    "licence": '"apache-2-0"',
}


def _sample(field: Field) -> str:
    if field.name in _NUMBERS:
        return _NUMBERS[field.name][0]
    if field.name in _SPECIAL:
        return _SPECIAL[field.name]
    if field.values:
        return f'["{field.values[0]}"]' if field.kind in ("codes", "counted") else f'"{field.values[0]}"'
    return _SAMPLES[field.kind]


def _comment(field: Field) -> str:
    unit = f" [{field.unit}]" if field.unit else ""
    values = f": {', '.join(field.values)}" if field.values else ""
    return f"{field.en}{unit}{values}"


def _state_lines() -> list[str]:
    lines = []
    for field in STATED.values():
        printed = f', printed = "{_NUMBERS[field.name][1]}"' if field.name in _NUMBERS else ""
        lines.append(f"# {_comment(field)}")
        if field.name == "announced":
            lines.append(f"announced = {{ value = {DAY.isoformat()} }}   # in place of this day")
            continue
        lines.append(f'# {field.name} = {{ value = {_sample(field)}{printed}, at = "…" }}')
    return lines


def skeleton(model: str, today: date) -> str:
    """Return the text of a record of `model` (organisation/model) that passes the shape, every other field as a comment."""
    organisation, name = model.split("/")
    lines = [
        f"# raw/models/{model}.toml",
        "# One source, one block; a value without a source that you have read is not entered.",
        f'name          = "{name}"',
        '# name_ja     = "…"               # where a source has a Japanese name',
        '# aliases     = ["…"]             # other names in use',
        f'organisations = ["{organisation}"]   # each must be in raw/organisations.toml',
        '# family      = "…"',
        "",
        "# After a second reading of every statement against its source, the fields that were wrong:",
        "# [review]",
        f"# on        = {today.isoformat()}",
        '# corrected = ["layers"]',
        "",
        "[[sources]]",
        'key       = "paper"',
        f'kind      = "paper"             # {", ".join(PRIMARY_KINDS)}; of others: {", ".join(SECONDARY_KINDS)}',
        f'title     = "{TITLE}{name}"',
        'url       = "https://example.org/"',
        f'published = {today.isoformat()}          # or "2022-05" or "2022" where no more is known',
        f"accessed  = {today.isoformat()}          # the day on which you read it",
        '# read_as = "stored-copy"         # where you read a copy, an excerpt or the abstract only',
        "",
        "# In place of `value`: undisclosed = true (the maker withholds it), not_applicable = true (it makes no sense).",
        "# `printed` is the figure as it stands there, `at` the table or section.",
        "# Beside a value: estimate = true (a third party's guess), prefer = true (trust this where sources tie).",
        "# Which fields decide an axis; an access event below has weights, api, app, licence and the training's parts:",
        *(f"#   {axis}: {', '.join(fields)}" for axis, fields in DECIDES.items()),
        "[sources.states]",
        *_state_lines(),
        "",
        "# What people outside can get, from a day on; one block for each change. A licence must be in raw/licences.toml.",
        "# [[sources.access]]",
        "# since = 2022-05-31",
        *(f"# {field.name} = {_sample(field)}   # {_comment(field)}" for field in CHANNELS.values()),
        "",
        "# Sizes announced together.",
        "# [[sources.variants]]",
        '# name       = "…"',
        '# parameters = { value = 125_000_000, printed = "125M", at = "…" }',
        "",
        "# A factor against another model, as the maker claims it.",
        "# [[sources.relative_to]]",
        '# aspect  = "training_co2e_t"',
        '# factor  = "1/7"',
        '# model   = "openai/gpt-3"',
        '# printed = "1/7"',
        "",
    ]
    return "\n".join(lines)


def write_skeleton(root: Path, model: str, today: date) -> Path:
    """Write the skeleton of a new record; return its path.

    Raises UserError if `model` is no id, or if it has a record already.
    """
    if not MODEL_ID.fullmatch(model):
        raise UserError(f"{model} is no id; write organisation/model in lower-case letters, digits and hyphens")
    path = root / "raw" / "models" / f"{model}.toml"
    if path.exists() or path.is_symlink():
        raise UserError(f"{path} exists already")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(skeleton(model, today), encoding="utf-8")
    return path
