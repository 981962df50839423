"""Bounds of verification: small files that become large or endless fail their check, by name, and the rest go on."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.bounded import Bounds, Worker
from flows.verification.verify import Check, verify_folder

SMALL = Bounds(seconds=3, memory=600_000_000, file=64_000_000)
TEXT, ROWS = 20_000_000, 3_000


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(SMALL) as worker:
        yield worker


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """The least that a release must be for the checks of its tables to begin."""
    (tmp_path / "data").mkdir()
    body = {"tables": {"models": {"content_sha256": "0" * 64}}, "as_of": "2026-11-24", "previous": None}
    (tmp_path / "release.json").write_text(json.dumps(body))
    return tmp_path


def run(release: Path, worker: Worker, *checks: str) -> dict[str, Check]:
    return {check.name: check for check in verify_folder(release, checks=checks, worker=worker)}


def one_text_many_times(path: Path) -> None:
    """A few hundred bytes of Parquet: a dictionary with one long text, and rows that all refer to it."""
    indices = pa.array([0] * ROWS, pa.int32())
    texts = pa.DictionaryArray.from_arrays(indices, pa.array(["x" * TEXT]))
    metadata = {b"kiban.key": b"model_id"}
    schema = pa.schema([pa.field("model_id", texts.type)], metadata=metadata)
    pq.write_table(pa.table([texts], schema=schema), path, compression="zstd", store_schema=False)


def test_a_parquet_file_that_expands_fails_each_check_that_reads_it(release: Path, worker: Worker) -> None:
    path = release / "data" / "models.parquet"
    one_text_many_times(path)
    assert path.stat().st_size < 10_000
    results = run(release, worker, "pages", "keys", "content", "claims", "provenance")
    for name in ("pages", "keys", "content"):
        (problem,) = results[name].problems
        assert results[name].status == "failed"
        assert "models" in problem
        assert "memory" in problem or "broke the process" in problem, problem
    assert results["provenance"].problems == ["provenance.json: is missing"]


def view(sql: str) -> Callable[[Path], None]:
    def make(release: Path) -> None:
        table = pa.table({"model_id": ["a/b"]}).replace_schema_metadata({b"kiban.key": b"model_id"})
        pq.write_table(table, release / "data" / "models.parquet")
        with duckdb.connect(str(release / "kiban.duckdb")) as connection:
            connection.execute(f"create view models as {sql}")

    return make


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (view("select repeat('x', 1000000) as model_id from range(1000000)"), ("memory", "Memory", "broke")),
        (view("select sum(a.range * b.range)::varchar as model_id from range(4000000) a, range(4000000) b"), ("3 s",)),
    ],
    ids=["large", "endless"],
)
def test_a_view_that_expands_fails_the_check_of_the_database(
    release: Path, worker: Worker, make: Callable[[Path], None], says: tuple[str, ...]
) -> None:
    make(release)
    check = run(release, worker, "duckdb")["duckdb"]
    assert check.status == "failed"
    assert check.problems[0].startswith("kiban.duckdb: models: ")
    assert any(word in check.problems[0] for word in says), check.problems


def test_a_json_file_of_nothing_but_lists_fails_the_checks_that_read_it(release: Path, worker: Worker) -> None:
    (release / "datapackage.json").write_text("[" * 100_000)
    (release / "provenance.json").write_text("[" + "[]," * 5_000_000 + "[]]")
    results = run(release, worker, "datapackage", "provenance")
    assert results["datapackage"].problems[0].startswith("datapackage.json: is no JSON")
    assert results["provenance"].problems[0].startswith("provenance.json: ")


def test_a_csv_file_of_countless_columns_is_given_up(release: Path, worker: Worker) -> None:
    (release / "data" / "models.csv").write_text("," * 2_000_000 + "\n" + "," * 2_000_000 + "\n")
    fields = [{"name": "model_id", "type": "string"}]
    resource = {
        "name": "models-csv",
        "path": "data/models.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "schema": {"fields": fields, "primaryKey": "model_id"},
    }
    (release / "datapackage.json").write_text(json.dumps({"name": "kiban", "resources": [resource]}))
    check = run(release, worker, "datapackage")["datapackage"]
    assert check.status == "failed"
    assert check.problems[0].startswith("data/models.csv: "), check.problems


def test_a_croissant_file_whose_parts_name_each_other_ends(release: Path, worker: Worker) -> None:
    context = {"@vocab": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "sc": "https://schema.org/"}
    field = {"@type": "cr:Field", "dataType": "sc:Text"}
    sets = [
        {
            "@type": "cr:RecordSet",
            "@id": name,
            "name": name,
            "field": [field | {"@id": f"{name}/x", "name": f"{name}/x", "source": {"field": {"@id": f"{other}/x"}}}],
        }
        for name, other in (("one", "two"), ("two", "one"))
    ]
    body = {"@context": context, "@type": "sc:Dataset", "name": "loop", "recordSet": sets}
    (release / "croissant.json").write_text(json.dumps(body))
    check = run(release, worker, "croissant")["croissant"]
    assert check.status == "failed"
    assert "croissant" in check.problems[0]
