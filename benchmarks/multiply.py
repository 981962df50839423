"""The real records multiplied: copies with names of their own, everything else as it is."""

import re
import shutil
from pathlib import Path

_NAMES = re.compile(r'^(name|name_ja)(\s*=\s*")([^"]+)(")', re.MULTILINE)
_IDENTIFIERS = re.compile(r"^\[\[identifiers\]\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_ALIASES = re.compile(r"^aliases\s*=\s*\[.*?\]\s*$", re.MULTILINE | re.DOTALL)


def _copy_of(text: str, number: int) -> str:
    """Text of a record under another name; aliases get a number too, ids of others go: both must be unique."""
    head, mark, rest = text.partition("[[sources]]")
    head = _IDENTIFIERS.sub("", head)
    head = _NAMES.sub(rf"\g<1>\g<2>\g<3> copy {number}\g<4>", head)
    head = _ALIASES.sub(lambda match: re.sub(r'"([^"]+)"', rf'"\1 copy {number}"', match[0]), head)
    return head + mark + rest


def multiply(source: Path, target: Path, count: int) -> Path:
    """Make a project in `target` with `count` records, copies of those in `source`; return one record's path."""
    shutil.copytree(source / "raw", target / "raw", ignore=shutil.ignore_patterns("models"))
    (target / "raw" / "waivers.toml").write_text("", encoding="utf-8")  # copies have findings of their own
    records = sorted((source / "raw" / "models").rglob("*.toml"))
    for number in range(count):
        record, copy = records[number % len(records)], number // len(records)
        place = target / record.relative_to(source)
        if copy:
            place = place.with_stem(f"{place.stem}-copy-{copy}")
        place.parent.mkdir(parents=True, exist_ok=True)
        text = record.read_text(encoding="utf-8")
        place.write_text(_copy_of(text, copy) if copy else text, encoding="utf-8")
    return target / records[0].relative_to(source)
