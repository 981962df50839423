"""The explorer's page as a file: what it may run, what is in it, and that nothing in it depends on chance."""

import base64
import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from flows.release_files.explorer import explorer
from schemas.tables import Tables
from support.explorer_pages import HOSTILE, IDENTITY, hostile
from support.published import two_records


@pytest.fixture(scope="module")
def tables() -> Tables:
    return two_records()


@pytest.fixture(scope="module")
def text(tables: Tables) -> str:
    return explorer(tables, IDENTITY)


def part(text: str, name: str) -> object:
    """What the page holds in one of its two elements of data."""
    (packed,) = re.findall(rf'<script type="text/plain" id="{name}">([^<]*)</script>', text)
    return json.loads(gzip.decompress(base64.b64decode(packed)))


def rows(text: str, table: str, model: int) -> list[dict[str, Any]]:
    """The rows of a model in one of the tables of details."""
    details = part(text, "details")
    assert isinstance(details, dict)
    ends, columns = details[table]["ends"], details[table]["columns"]
    here = range(ends[model - 1] if model else 0, ends[model])
    return [{name: column[place] for name, column in columns.items()} for place in here]


def test_the_same_tables_give_the_same_page(tables: Tables, text: str) -> None:
    assert explorer(tables, IDENTITY) == text


def test_the_policy_allows_the_one_script_and_the_one_style_and_nothing_else(text: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in (script, style)]
    assert policy == (
        f"default-src 'none'; script-src 'sha256-{hashes[0]}'; style-src 'sha256-{hashes[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def test_the_page_loads_nothing(text: str) -> None:
    assert not re.search(r"<(?:link|img|iframe|object|embed)\b|\bsrc=|@import|url\(", text)


def test_no_text_of_a_record_stands_in_the_page_as_it_is(tables: Tables) -> None:
    text = explorer(hostile(tables), IDENTITY)
    assert HOSTILE not in text
    assert text.count("<script") == text.count("</script>") == 3


def test_days_are_counted_and_models_named_by_their_place(text: str) -> None:
    core = part(text, "core")
    assert isinstance(core, dict)
    assert core["models"]["model_id"] == ["acme/one", "acme/two"]
    assert core["models"]["known_since"][0] == 18410  # 2020-05-28
    assert core["models"]["facts"]["parameters"] == [175_000_000_000, 7_000_000_000]
    models, labels, since, until = core["labels"]["access"]
    assert len(models) == len(labels) == len(since) == len(until)


def test_details_lead_from_a_label_to_its_sources(text: str) -> None:
    for model, title, printed in ((0, "One Is Enough", "175.0B"), (1, "Two: model card", "7 billion")):
        statements, sources = rows(text, "statements", model), rows(text, "sources", model)
        (scale,) = (label for label in rows(text, "labels", model) if label["axis"] == "scale")
        said = [statements[place] for place in scale["on"]]
        assert {(s["field"], s["printed"], sources[s["source"]]["title"]) for s in said} == {
            ("parameters", printed, title)
        }


def test_a_value_has_the_type_of_its_field(text: str) -> None:
    values = {row["field"]: row["value"] for row in rows(text, "facts", 0)}
    assert values["parameters"] == 175_000_000_000
    assert values["announced"] == 18410  # 2020-05-28
    assert values["routing"] == "dense"
    assert values["languages"] == ["en", "ja"]
    assert values["retrieval"] is False


def test_facts_that_nobody_looked_up_are_left_out(text: str) -> None:
    states = {row["state"] for model in (0, 1) for row in rows(text, "facts", model)}
    assert "stated" in states
    assert "unresearched" not in states


@pytest.mark.parametrize("page", ["<html></html>", "@core@ @core@ @details@"])
def test_a_page_that_cannot_be_filled_is_named(
    page: str, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "explorer.html").write_text(page, encoding="utf-8")
    monkeypatch.setattr("flows.release_files.explorer.files", lambda _: tmp_path)
    with pytest.raises(ValueError, match=r"explorer.html has not one @core@; build it again: make explorer"):
        explorer(tables, IDENTITY)


def test_what_refers_to_nothing_is_left_out(tables: Tables) -> None:
    gone = {
        name: table.slice(0, 0)
        if name in ("organisations", "licences", "sources", "statements", "axis_labels")
        else table
        for name, table in tables.items()
    }
    text = explorer(gone, IDENTITY)
    core = part(text, "core")
    assert isinstance(core, dict)
    assert core["models"]["organisations"] == [[], []]
    assert core["labels"]["access"] == core["licensed"] == [[], [], [], []]
    assert not any(row["on"] for row in rows(text, "facts", 0))
