"""Write the skeleton of a new record, with every field explained."""

from datetime import date
from pathlib import Path

from flows.errors import UserError
from schemas.fields import CHANNELS, PRIMARY_KINDS, SECONDARY_KINDS, STATED, Field
from schemas.values import MODEL_ID

#: how the title of the skeleton begins
TITLE = "Title of the source on "


_SAMPLES = {
    "count": "1_000_000",
    "number": "3.14e23",
    "date": "2022-05-31",
    "boolean": "true",
    "code": "",
    "codes": "",
    "texts": '["TPU v4"]',
    "text": "",
    "shares": "{ en = 92.6, ja = 0.1 }",
}
_SPECIAL = {"base": '"organisation/model"', "languages": '["en", "ja"]', "licence": '"apache-2-0"'}


def _sample(field: Field) -> str:
    if field.name in _SPECIAL:
        return _SPECIAL[field.name]
    if field.values:
        return f'["{field.values[0]}"]' if field.kind == "codes" else f'"{field.values[0]}"'
    return _SAMPLES[field.kind]


def _comment(field: Field) -> str:
    unit = f" [{field.unit}]" if field.unit else ""
    values = f": {', '.join(field.values)}" if field.values else ""
    return f"{field.en}{unit}{values}"


def _state_lines() -> list[str]:
    lines = []
    for field in STATED.values():
        printed = ', printed = "…"' if field.is_number or field.kind == "shares" else ""
        lines.append(f"# {_comment(field)}")
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
        f'organisations = ["{organisation}"]',
        '# family      = "…"',
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
        "[sources.states]",
        f"announced = {{ value = {today.isoformat()} }}",
        *_state_lines(),
        "",
        "# What people outside can get, from a day on; one block for each change.",
        "# [[sources.access]]",
        "# since = 2022-05-31",
        *(f"# {field.name} = {_sample(field)}   # {_comment(field)}" for field in CHANNELS.values()),
        "",
        "# Sizes announced together.",
        "# [[sources.variants]]",
        '# name       = "…"',
        '# parameters = { value = 1_000_000, printed = "1M", at = "…" }',
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
