"""Trees (JSON, YAML) become rows by the paths of a mapping, within limits, and a file that cannot be read is told."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.errors import UserError
from flows.reconcile import cells as foreign_file
from flows.reconcile import trees
from flows.reconcile.mapping import Mapping
from flows.reconcile.theirs import Theirs, read_theirs


def mapping(rows: str, **columns: str) -> Mapping:
    scheme = {"scheme": "models-dev"} if "identifier" in columns else {}
    return Mapping.model_validate({"name": "mine", "rows": rows, "columns": columns, **scheme})


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Theirs]:
    def reading(content: str | bytes, layout: Mapping, name: str = "table.json") -> Theirs:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_theirs(str(path), layout)

    return reading


NESTED = {"acme": {"models": {"one": {"name": "One", "size": {"total": 175_000_000_000}}, "two": {"name": "Two"}}}}


def test_a_path_with_stars_leads_to_the_rows_and_its_keys_are_columns(read: Callable[..., Theirs]) -> None:
    layout = mapping("*.models.*", name="name", identifier="$1/$2", parameters="size.total")
    theirs = read(json.dumps(NESTED), layout)
    assert theirs.rows.select("row", "name", "identifier", "parameters").rows() == [
        (1, "One", "acme/one", 175e9),
        (2, "Two", "acme/two", None),
    ]
    assert theirs.unreadable.height == 0


FORMS: dict[str, tuple[str, Callable[[list[dict[str, Any]]], bytes]]] = {
    "JSON": ("a.json", lambda rows: json.dumps(rows).encode()),
    "JSON, gzipped": ("a.json.gz", lambda rows: gzip.compress(json.dumps(rows).encode())),
    "JSON lines": ("a.jsonl", lambda rows: "\n".join(map(json.dumps, rows)).encode()),
    "YAML": ("a.yaml", lambda rows: b"".join(b"- {id: %b, n: %d}\n" % (r["id"].encode(), r["n"]) for r in rows)),
    "YAML, gzipped": ("a.yml.gz", lambda rows: gzip.compress(b"- {id: a/one, n: 7000000000}\n- {id: b, n: 2000000}\n")),
    "Parquet": ("a.parquet", lambda rows: parquet(rows)),
}


def parquet(rows: list[dict[str, Any]]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("form", FORMS)
def test_rows_are_the_same_in_every_form(read: Callable[..., Theirs], form: str) -> None:
    name, write = FORMS[form]
    content = write([{"id": "a/one", "n": 7_000_000_000}, {"id": "b", "n": 2_000_000}])
    theirs = read(content, mapping("*", name="id", parameters="n"), name)
    assert theirs.rows.select("name", "parameters").rows() == [("a/one", 7e9), ("b", 2e6)]


def test_of_several_paths_the_first_that_leads_to_something_counts(read: Callable[..., Theirs]) -> None:
    rows = [
        {"name": "One", "n": {"total": 2e9}},
        {"name": "Two", "n": 1e9},
        {"name": "Three", "n": {"min": 1, "max": 2}},
    ]
    theirs = read(json.dumps(rows), mapping("*", name="name", parameters="n.total | n"))
    assert theirs.rows["parameters"].to_list() == [2e9, 1e9, None]
    assert theirs.unreadable.select("row", "column", "cell").rows() == [(3, "n.total | n", '{"min": 1, "max": 2}')]


def test_every_file_of_a_folder_is_read_and_one_that_cannot_be_is_listed(tmp_path: Path) -> None:
    (tmp_path / "two.yaml").write_text("system: {name: Two}\n")
    (tmp_path / "one.yml").write_text("system: {name: One}\n")
    (tmp_path / "bad.yaml").write_text("system: {name: [\n")
    (tmp_path / "cycle.yaml").write_text("system: {name: &a [[*a]]}\n")
    (tmp_path / "notes.txt").write_text("nothing")
    layout = Mapping.model_validate(
        {"name": "mine", "rows": "", "scheme": "osai", "columns": {"name": "system.name", "identifier": "$0"}}
    )
    theirs = read_theirs(str(tmp_path), layout)
    assert theirs.rows.select("name", "identifier").rows() == [("One", "one"), ("Two", "two")]
    assert theirs.unreadable["column"].to_list() == ["bad.yaml", "cycle.yaml"]


REFUSED = {
    "no JSON": (b"{", "no JSON, YAML or Parquet that can be read"),
    "half a line": (b'{"id": "a"}\n{"id"', "no JSON"),
    "too deep": (b"[" * 200_000, "nested too deeply"),
    "another encoding": ('{"name": "Ü"}'.encode("latin-1"), "can't decode"),
    "too many rows": (json.dumps({"a": [{"name": "One"}] * 2001}).encode(), "more than 2000 rows"),
    "nothing at the path of rows": (b'{"b": 1}', "holds no rows"),
    "nothing at the path of names": (b'{"a": [{"Name": "One"}]}', "has nothing at 'name'"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_tree_that_is_none_is_refused(
    read: Callable[..., Theirs], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(foreign_file, "MAX_ROWS", 2000)
    content, words = REFUSED[fault]
    with pytest.raises(UserError) as refused:
        read(content, mapping("a.*", name="name"))
    assert words in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.slow
def test_aliases_that_grow_without_end_pass_the_limit_of_memory(
    read: Callable[..., Theirs], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    monkeypatch.setattr(trees, "BOUNDS", trees.Bounds(seconds=20, memory=300_000_000))
    with pytest.raises(UserError, match=r"memory|did not end"):
        read("\n".join([*lines, "rows: [{name: *a9}]"]), mapping("rows.*", name="name"), "bomb.yaml")


def test_a_folder_without_a_tree_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="holds no file that ends in"):
        read_theirs(str(tmp_path), mapping("", name="name"))
