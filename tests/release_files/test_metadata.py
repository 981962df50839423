"""Everything that describes a release is sound by the tools of others, and says what the tables say."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import frictionless
import jsonschema
import mlcroissant
import pyarrow as pa
import pytest
import yaml
from google.protobuf import json_format
from huggingface_hub import DatasetCard
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

import flows.about as about
from flows.canonical import sha256, to_json
from flows.figures.draw import Drawn
from flows.figures.font import font_file, font_sha256
from flows.figures.plan import Both
from flows.layout import UNLISTED
from flows.publishing.catalogue import catalog
from flows.publishing.signing import allowed_signers_line, sign
from flows.release_files.citation import citation
from flows.release_files.croissant import croissant
from flows.release_files.data_package import data_package, table_schemas
from flows.release_files.manifest import manifest
from flows.release_files.provenance import provenance
from flows.release_files.readme import readme, size_category
from schemas.fields import COLUMNS
from schemas.products import FILES, PRODUCTS, SCHEMA_VERSION, column_of
from schemas.tables import Tables
from support.project import make_project
from support.published import two_records
from support.release_folder import IDENTITY, one_change, write_release

pytestmark = pytest.mark.xdist_group("metadata")  # a release that one process makes once

# rdflib's JSON-LD parser uses what rdflib deprecates
json_ld = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
# and mlcroissant uses what pandas deprecates
loads = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index:DeprecationWarning")

CFF_SCHEMA = Path(__file__).parents[1] / "data" / "cff-1.2.0.schema.json"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with two records, and a lock."""
    project = make_project(tmp_path_factory.mktemp("project"))
    project.write("requirements.txt", "one==1.0\n")
    return project.root


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    folder = tmp_path_factory.mktemp("releases") / IDENTITY.version
    write_release(folder, two_records(), root)
    return folder


@pytest.fixture(scope="module")
def few(real_products: Tables) -> Tables:
    """Of each table some rows, among them one with each column that has a value: mlcroissant takes its time for each."""

    def some(table: pa.Table) -> pa.Table:
        valued = [column.is_valid().index(True).as_py() for column in table.columns]  # -1 where all are missing
        rows = sorted({*range(min(table.num_rows, 20)), *(row for row in valued if row >= 0)})
        return table.take(pa.array(rows, pa.int64()))

    return {name: some(table) for name, table in real_products.items()}


@pytest.fixture(scope="module")
def everything() -> Tables:
    return {**two_records(), "changes": one_change()}


# --- the data package


def test_the_data_package_is_valid_and_its_data_too(written: Path) -> None:
    report = frictionless.validate(str(written / "datapackage.json"))
    assert report.valid, report.flatten(["name", "note"])[:5]
    names = {resource.name for resource in frictionless.Package(str(written / "datapackage.json")).resources}
    assert names == {f"{name}-{kind}" for name in FILES for kind in ("csv", "parquet")}


def test_the_schemas_need_no_file_and_are_those_of_the_data_package(written: Path) -> None:
    resources = {r["name"]: r for r in json.loads((written / "datapackage.json").read_text())["resources"]}
    assert {name: resources[f"{name}-csv"]["schema"] for name in FILES} == table_schemas()


def test_units_and_lists_can_be_told_from_the_data_package() -> None:
    for name, schema in table_schemas().items():
        assert isinstance(schema["fields"], list)
        for field in schema["fields"]:
            column = COLUMNS[field["name"]]
            assert field.get("unit") == column.unit
            assert field.get("kiban:list", False) == (column.sql_type == "VARCHAR[]"), (name, column)


def test_files_of_changes_lie_beside_the_data(written: Path) -> None:
    resources = {r["name"]: r["path"] for r in json.loads((written / "datapackage.json").read_text())["resources"]}
    assert resources["changes-csv"] == "changes.csv"
    assert resources["changes-parquet"] == "changes.parquet"
    assert resources["models-csv"] == "data/models.csv"


# --- Croissant


@pytest.fixture(scope="module")
def croissant_set(written: Path) -> mlcroissant.Dataset:
    return mlcroissant.Dataset(jsonld=str(written / "croissant.json"))


@json_ld
def test_croissant_has_neither_errors_nor_warnings(croissant_set: mlcroissant.Dataset, written: Path) -> None:
    issues = croissant_set.metadata.ctx.issues
    assert not issues.errors
    assert not issues.warnings
    assert croissant_set.metadata.ctx.conforms_to.value == "http://mlcommons.org/croissant/1.1"
    assert {record_set.uuid for record_set in croissant_set.metadata.record_sets} == set(FILES)
    files = {file.uuid: file.sha256 for file in croissant_set.metadata.distribution}
    assert files == {path: sha256(written / path) for path in files}
    assert len(files) == 2 * len(FILES)


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return value.date() if isinstance(value, datetime) else value


@json_ld
@loads
@pytest.mark.xdist_group("real-records")
def test_every_cell_of_every_table_is_loaded_through_croissant(few: Tables, real_root: Path, tmp_path: Path) -> None:
    write_release(tmp_path / IDENTITY.version, few, real_root)
    loaded = mlcroissant.Dataset(jsonld=str(tmp_path / IDENTITY.version / "croissant.json"))
    for name, table in {**few, "changes": one_change()}.items():
        rows = [{k.split("/")[1]: _plain(v) for k, v in row.items()} for row in loaded.records(name)]
        assert rows == table.to_pylist(), name


@json_ld
@loads
def test_croissant_refuses_bytes_with_another_checksum(written: Path, tmp_path: Path) -> None:
    body = json.loads((written / "croissant.json").read_text())
    for file in body["distribution"]:
        file["contentUrl"] = str(written / file["contentUrl"])
        if file["@id"] == "data/axes.parquet":
            file["sha256"] = "0" * 64
    path = tmp_path / "croissant.json"
    path.write_text(to_json(body))
    loaded = mlcroissant.Dataset(jsonld=str(path))
    assert next(iter(loaded.records("models")))
    with pytest.raises(mlcroissant.GenerationError) as caught:
        list(loaded.records("axes"))
    assert "Hash" in str(caught.value.__cause__)


def test_croissant_names_no_address_but_those_of_standards_and_the_licence(written: Path) -> None:
    text = (written / "croissant.json").read_text()
    hosts = {found.split("/")[2] for found in re.findall(r'"(https?://[^"]*)"', text)}
    assert hosts == {"schema.org", "mlcommons.org", "purl.org", "creativecommons.org"}


def test_croissant_describes_columns_in_both_languages_with_keys_and_references(written: Path) -> None:
    sets = {
        record_set["@id"]: record_set
        for record_set in json.loads((written / "croissant.json").read_text())["recordSet"]
    }
    labels = {field["name"]: field for field in sets["labels"]["field"]}
    assert labels["axis"]["description"] == {"en": COLUMNS["axis"].en, "ja": COLUMNS["axis"].ja}
    assert labels["axis"]["references"]["fileObject"] == {"@id": "data/axes.parquet"}
    assert labels["statement_ids"]["isArray"] is True
    assert [key["@id"].split("/")[1] for key in sets["labels"]["key"]] == list(PRODUCTS["labels"].key)


# --- the citation


def test_the_citation_is_valid_by_the_official_schema(written: Path) -> None:
    body = yaml.safe_load((written / "CITATION.cff").read_text())
    jsonschema.Draft7Validator(json.loads(CFF_SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()).validate(
        body
    )
    assert (body["version"], body["date-released"], body["license"]) == ("2026.11.0", "2026-11-23", "CC-BY-4.0")
    assert body["authors"] == [{"name": about.AUTHOR}]


# --- the README, which is the card


@pytest.fixture(scope="module")
def card(written: Path) -> dict[str, object]:
    body = DatasetCard.load(written / "README.md", ignore_metadata_errors=False).data.to_dict()
    assert isinstance(body, dict)
    return body


def test_the_card_says_licence_languages_size_and_tables(card: dict[str, object], everything: Tables) -> None:
    assert card["license"] == "cc-by-4.0"
    assert card["language"] == ["en", "ja"]
    assert card["size_categories"] == [size_category(sum(table.num_rows for table in everything.values()))]
    assert isinstance(card["configs"], list)
    # datasets cannot load a file without rows
    assert [config["config_name"] for config in card["configs"]] == [n for n in FILES if everything[n].num_rows]
    assert [config["config_name"] for config in card["configs"] if config.get("default")] == ["models"]
    assert all(config["data_files"].endswith(".parquet") for config in card["configs"])


@pytest.mark.parametrize(("rows", "name"), [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (10**9, "n>10M")])
def test_sizes_are_named_as_hugging_face_names_them(rows: int, name: str) -> None:
    assert size_category(rows) == name


# in a process of its own: what datasets reads from the environment, it reads when it is imported
LOAD = """
import json, sys
from datasets import get_dataset_config_names, load_dataset
folder, cache = sys.argv[1:]
names = get_dataset_config_names(folder)
rows = {name: load_dataset(folder, name, split="train", cache_dir=cache).num_rows for name in names}
rows[""] = load_dataset(folder, split="train", cache_dir=cache).num_rows
aliases = load_dataset(folder, "models", split="train", cache_dir=cache)[0]["aliases"]
print(json.dumps([rows, aliases]))
"""


def test_every_table_of_the_card_loads_with_datasets_offline(written: Path, everything: Tables, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    command = [str(_bin() / "python"), "-c", LOAD, str(written), str(tmp_path / "cache")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows, aliases = json.loads(done.stdout.splitlines()[-1])
    assert rows.pop("") == everything["models"].num_rows
    assert rows == {name: table.num_rows for name, table in everything.items() if table.num_rows}
    assert aliases == everything["models"]["aliases"][0].as_py()


def test_the_readme_says_how_to_read_words_that_are_no_missing_values(written: Path) -> None:
    assert 'keep_default_na=False, na_values=[""]' in (written / "README.md").read_text()


def test_the_readme_has_every_column_in_both_languages(written: Path) -> None:
    text = (written / "README.md").read_text()
    for product in FILES.values():
        for column in product.columns:
            assert f"| `{column}` |" in text
            assert column_of(product, column).ja in text
    assert "\n# Kiban 2026.11.0: the landscape of foundation models\n" in text
    assert "Against 2026.10.0: `changes.parquet` and `changes.csv` have" in text


def test_the_readme_says_how_a_spreadsheet_reads_the_csv(written: Path) -> None:
    text = (written / "README.md").read_text()
    assert "From Text/CSV" in text and "文字コードUTF-8" in text


def test_the_readme_is_read_from_the_top(written: Path) -> None:
    heads = re.findall(r"^## (.*)$", (written / "README.md").read_text(), re.MULTILINE)
    assert [head.split(" (")[0] for head in heads[:4]] == [
        "What it covers, and what it does not",
        "The first three queries",
        "Start in ten lines",
        "What lies here",
    ]
    assert heads[-1] == "Data dictionary"


def test_the_readme_shows_each_figure_with_its_description_in_both_languages(everything: Tables) -> None:
    hostile = Both("<b>a</b> ](x) `b`", "<b>あ</b>|い")
    figure = Drawn("access", Both("Title", "題"), Both("What", "何"), Both("Basis", "根拠"), hostile)
    text = readme(everything, IDENTITY, [figure])
    assert "![\\<b\\>a\\</b\\> \\](x) \\`b\\`](figures/access.en.png)" in text
    assert "[日本語](figures/access.ja.svg): \\<b\\>あ\\</b\\>\\|い" in text
    assert text.index("## The first three queries") < text.index("## Figures") < text.index("## Start in ten lines")


# what the addresses of ours are, were there any
ADDRESSES = {name: f"https://kiban.example/{name.lower()}" for name in ("HOMEPAGE", "ISSUES", "RELEASES")}


@json_ld
def test_addresses_of_ours_stand_in_every_description_once_there_are_some(
    written: Path, everything: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [
        lambda: readme(everything, IDENTITY),
        lambda: data_package(written, IDENTITY),
        lambda: croissant(written, IDENTITY),
        lambda: manifest(written, everything, IDENTITY),
        lambda: citation(IDENTITY),
        lambda: catalog([]),
    ]
    assert not [text for text in texts if "kiban.example" in text()]
    for name, address in ADDRESSES.items():
        monkeypatch.setattr(about, name, address)
    found = [{name for name, address in ADDRESSES.items() if address in text()} for text in texts]
    # a citation has no word for where to report, and the catalogue lies where the releases do
    assert found == [*[set(ADDRESSES)] * 4, {"HOMEPAGE", "RELEASES"}, {"HOMEPAGE", "ISSUES"}]
    cff = yaml.safe_load(citation(IDENTITY))
    jsonschema.Draft7Validator(json.loads(CFF_SCHEMA.read_text())).validate(cff)
    dataset = mlcroissant.Dataset(jsonld=json.loads(croissant(written, IDENTITY)))
    assert not dataset.metadata.ctx.issues.errors


# --- the check that CHECK.md tells


def _bin() -> Path:
    return Path(frictionless.__file__).parents[4] / "bin"


def _blocks(folder: Path) -> Iterator[tuple[str, str]]:
    text = (folder / "CHECK.md").read_text()
    return ((kind, body) for kind, body in re.findall(r"```(sh|sql)\n(.*?)```", text, re.DOTALL))


def _run(folder: Path, kind: str, body: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-ec", body] if kind == "sh" else ["duckdb", "-csv", "-noheader", "-bail", "-no-init", "-c", body]
    environment = {**os.environ, "PATH": f"{_bin()}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def mine(written: Path, tmp_path: Path) -> Path:
    """A copy of the release beside an `allowed_signers`, to be changed."""
    folder, key = tmp_path / "store" / IDENTITY.version, tmp_path / "key"
    shutil.copytree(written, folder)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    (folder.parent / "allowed_signers").write_text(f"{allowed_signers_line(key)}\n")
    (folder / "SHA256SUMS.sig").write_bytes(sign((folder / "SHA256SUMS").read_bytes(), key))
    return folder


def test_the_check_runs_as_it_stands(mine: Path) -> None:
    before = {path: sha256(path) for path in mine.rglob("*") if path.is_file()}
    said = []
    for kind, body in _blocks(mine):
        done = _run(mine, kind, body)
        assert done.returncode == 0, (body, done.stdout, done.stderr)
        assert not done.stderr, (body, done.stderr)
        if kind == "sql" and not body.startswith("copy"):
            assert not done.stdout, (body, done.stdout)
        said.append(done.stdout)
    everything_said = "".join(said)
    assert 'Good "kiban.release" signature for kiban' in everything_said
    tables = json.loads((mine / "release.json").read_text())["tables"]
    for name, table in tables.items():
        assert f"{table['content_sha256']}  again/{name}.csv" in everything_said
    assert {path: sha256(path) for path in mine.rglob("*") if path.is_file()} == before


def test_the_check_needs_no_signature(mine: Path) -> None:
    (mine / "SHA256SUMS.sig").unlink()
    kind, body = next(_blocks(mine))
    assert _run(mine, kind, body).returncode == 0


def test_the_check_sees_a_foreign_signature(mine: Path) -> None:
    (mine.parent / "allowed_signers").write_text("")
    kind, body = next(_blocks(mine))
    assert _run(mine, kind, body).returncode != 0


@pytest.mark.parametrize(
    ("spoil", "finds"),
    [
        ("select * replace ('Other' as name) from '{}'", "models"),
        ("from '{0}' union all (from '{0}' limit 1)", "key twice or empty"),
        ("select * replace (['nobody'] as organisations) from '{}'", "organisations leads nowhere"),
        ("select * replace ('nobody/nothing' as base) from '{}'", "base leads nowhere"),
    ],
)
def test_the_sql_of_the_check_sees_a_table_that_was_changed(mine: Path, spoil: str, finds: str) -> None:
    path = mine / "data" / "models.parquet"
    _run(mine, "sql", f"copy ({spoil.format(path)}) to 'new.parquet'")
    (mine / "new.parquet").replace(path)
    (mine / "again").mkdir()
    found = [_run(mine, kind, body) for kind, body in _blocks(mine) if kind == "sql"]
    assert any(finds in done.stdout for done in found), [done.stdout + done.stderr for done in found]


# --- provenance


def test_the_provenance_is_a_valid_statement_of_a_known_kind(written: Path) -> None:
    body = json.loads((written / "provenance.json").read_text())
    message = json_format.ParseDict(body, statement_pb2.Statement())
    Statement.copy_from_pb(message).validate()
    json_format.ParseDict(body["predicate"], provenance_pb2.Provenance())  # knows every field of SLSA 1.0
    assert body["predicateType"] == "https://slsa.dev/provenance/v1"


def test_the_provenance_names_every_file_and_every_record(written: Path, root: Path) -> None:
    body = json.loads((written / "provenance.json").read_text())
    subjects = {entry["name"]: entry["digest"]["sha256"] for entry in body["subject"]}
    files = {p.relative_to(written).as_posix(): sha256(p) for p in written.rglob("*") if p.is_file()}
    assert subjects == {name: files[name] for name in files if name not in (*UNLISTED, "provenance.json")}
    definition = body["predicate"]["buildDefinition"]
    source, *materials = definition["resolvedDependencies"]
    assert source == {"name": "source", "digest": {"gitCommit": IDENTITY.commit}, "annotations": {"clean": True}}
    paths = [p for p in (root / "raw").rglob("*") if p.is_file()] + [root / "requirements.txt"]
    expected = {p.relative_to(root).as_posix(): sha256(p) for p in paths} | {font_file().name: font_sha256()}
    assert {entry["name"]: entry["digest"]["sha256"] for entry in materials} == expected
    assert definition["externalParameters"] == {"version": "2026.11.0", "as_of": "2026-11-23", "previous": "2026.10.0"}


def test_the_provenance_has_no_path_time_or_machine(written: Path, root: Path) -> None:
    text = (written / "provenance.json").read_text()
    assert str(root) not in text
    assert str(written) not in text
    assert os.uname().nodename not in text.replace("release", "")
    assert set(re.findall(r"\d{4}-\d\d-\d\d", text)) == {"2026-11-23"}
    assert provenance(written, IDENTITY, root) == text


def test_an_unknown_commit_and_a_missing_lock_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "record.toml").write_text("")
    body = json.loads(provenance(tmp_path / "raw", replace(IDENTITY, commit=None), tmp_path))
    materials = body["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert [entry["name"] for entry in materials] == ["raw/record.toml", font_file().name]


# --- the manifest


def test_the_manifest_lists_all_but_what_cannot_be_listed(written: Path, everything: Tables, tmp_path: Path) -> None:
    body = json.loads((written / "release.json").read_text())
    files = {p.relative_to(written).as_posix() for p in written.rglob("*") if p.is_file()}
    assert body["files"].keys() == files - set(UNLISTED)
    assert {"changes.csv", "changes.parquet", "provenance.json"} < files
    assert body["tables"] == {
        name: {"rows": everything[name].num_rows, "content_sha256": sha256(written / "data" / f"{name}.csv")}
        for name in PRODUCTS
    }
    assert (body["schema_version"], body["previous"], body["version"]) == (SCHEMA_VERSION, "2026.10.0", "2026.11.0")


def test_a_signature_or_a_database_changes_no_manifest(mine: Path, everything: Tables) -> None:
    (mine / "kiban.duckdb").write_text("anything")
    assert manifest(mine, everything, IDENTITY) == (mine / "release.json").read_text()


def test_the_readme_says_how_many_of_the_drawn_statements_were_wrong(everything: Tables) -> None:
    names = ("wave", "statement_id", "draw_verdict", "draw_note", "drawn_on")
    verdicts = ((1, "right"), (1, "wrong"), (1, "unreadable"), (2, "right"))
    rows = [(wave, f"s{number}", verdict, None, date(2026, 10, 1)) for number, (wave, verdict) in enumerate(verdicts)]
    draws = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], everything["draws"].schema)
    assert "wave 1: 1 wrong of 2, wave 2: 0 wrong of 1." in readme({**everything, "draws": draws}, IDENTITY)


def test_the_readme_says_how_tables_of_others_compare(everything: Tables) -> None:
    names = ("comparison", "compared_field", "comparison_verdict", "their_day", "cells_count", "compared_on")
    day = date(2026, 10, 1)
    rows = [("list", "parameters", verdict, day, count, day) for verdict, count in (("open", 2), ("agrees", 7))]
    made = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], everything["comparisons"].schema)
    text = readme({**everything, "comparisons": made}, IDENTITY)
    assert "- list of 2026-10-01: parameters agrees 7, parameters open 2." in text


def test_the_manifest_carries_errata_in_the_words_of_the_index(mine: Path, everything: Tables) -> None:
    schema = everything["errata"].schema
    row = ["e1", "2026.9.0", "models", "One has 96 layers.", "層数は96。", None, date(2026, 10, 1)]
    names = ("erratum_id", "version", "table_name", "erratum_en", "erratum_ja", "corrected_in", "noted_on")
    errata = pa.Table.from_pylist([dict(zip(names, row, strict=True))], schema)
    assert json.loads(manifest(mine, {**everything, "errata": errata}, IDENTITY))["errata"] == [
        {
            "id": "e1",
            "version": "2026.9.0",
            "table": "models",
            "text": "One has 96 layers.",
            "text_ja": "層数は96。",
            "corrected_in": None,
            "on": "2026-10-01",
        }
    ]
