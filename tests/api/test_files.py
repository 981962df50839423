"""The JSON of a release: documents hold what the tables hold, each fits its schema, and no text of a record is markup."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from flows.api.files import api_files, schema_path
from flows.api.shapes import DOCUMENTS, PARTS, keys_of
from flows.check import check
from flows.derive.products import products
from flows.errors import UserError
from schemas.addresses import address_fault
from schemas.fields import AXES, STATED
from schemas.products import PRODUCTS
from schemas.tables import Tables, frames
from support.project import TODAY, TWO, edited, make_project
from support.release_folder import IDENTITY
from support.tables import arrow_tables

HOSTILE = "</script><script>alert(1)</script> \"'; drop table models; -- \u202e\u2028日本"

formats = FormatChecker(["date"])
formats.checks("iri")(lambda text: not isinstance(text, str) or address_fault(text) is None)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Products of two records, one of them with a hostile name and title."""
    project = make_project(tmp_path_factory.mktemp("api") / "project")
    for old in ('"Two"', '"Two: model card"'):
        edited(TWO, old, json.dumps(HOSTILE.replace("\u202e\u2028", ""), ensure_ascii=False))(project)
    made = products(check(project.root, TODAY).tables, TODAY)
    # what `kiban check` refuses can still lie in a table that somebody hands us
    of_two = pl.when(pl.col("model_id") == "acme/two")
    models = frames(made)["models"].with_columns(of_two.then(pl.lit(HOSTILE)).otherwise("name").alias("name"))
    return {**made, **arrow_tables({"models": models})}


@pytest.fixture(scope="module")
def files(tables: Tables) -> dict[str, str]:
    return dict(api_files(tables, IDENTITY))


def read(files: dict[str, str], path: str) -> Any:
    return json.loads(files[f"api/{path}"])


def validator(files: dict[str, str], document: str) -> Draft202012Validator:
    schema = read(files, schema_path(document))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=formats)


def document_of(path: str) -> str:
    name = path.removeprefix("api/")
    return "model" if name.startswith("models/") else name.removesuffix(".json")


def faults(files: dict[str, str]) -> list[str]:
    """What does not fit its schema."""
    checked = {name: validator(files, name) for name in DOCUMENTS}
    return [
        f"{path}: {error.json_path}: {error.message}"
        for path in (path for path in files if "/schema/" not in path)
        for error in checked[document_of(path)].iter_errors(json.loads(files[path]))
    ]


def objects(schema: object) -> Iterator[dict[str, Any]]:
    """Every schema of an object in a schema."""
    if isinstance(schema, dict):
        if "properties" in schema and "type" in schema:
            yield schema
        for below in schema.values():
            yield from objects(below)


def test_every_document_fits_its_schema_formats_as_well(files: dict[str, str]) -> None:
    assert faults(files) == []


@pytest.mark.xdist_group("real-records")
def test_documents_of_the_real_records_fit_their_schemas(real_products: Tables) -> None:
    """Of one in twenty of their models."""
    some = pl.Series(real_products["models"]["model_id"]).gather_every(20)
    rows = pl.col("model_id").is_in(some.implode())
    tables = {
        name: table.filter(rows) if "model_id" in table.columns else table
        for name, table in frames(real_products).items()
    }
    assert faults(dict(api_files(arrow_tables(tables), IDENTITY))) == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("/model/known_since", "2022-02-30"),
        ("/model/parameters", 1.5),
        ("/model/access", "free for all"),
        ("/model/name", None),
        ("/facts/parameters/value", "7 billion"),
        ("/facts/parameters/state", "known"),
        ("/sources/0/url", "javascript:alert(1)"),
        ("/sources/0/another", 1),
        ("/another", 1),
    ],
)
def test_what_a_column_cannot_hold_does_not_fit(files: dict[str, str], place: str, value: object) -> None:
    document = read(files, "models/acme/two.json")
    *way, last = place.split("/")[1:]
    inside = document
    for key in way:
        inside = inside[int(key) if key.isdigit() else key]
    inside[last] = value
    assert not validator(files, "model").is_valid(document)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_object_has_all_of_its_keys_and_no_other_each_explained_in_both_languages(
    files: dict[str, str], document: str
) -> None:
    for schema in objects(read(files, schema_path(document))):
        assert schema["additionalProperties"] is False
        assert set(schema["required"]) == set(schema["properties"])
        for key, said in schema["properties"].items():
            assert "$ref" in said or said["description"].count("\n") == 1, key


def test_keys_are_the_columns_of_the_tables(files: dict[str, str]) -> None:
    one = read(files, "models/acme/one.json")
    assert list(one) == ["release", "model", "facts", *(part.key for part in PARTS)]
    assert tuple(one["model"]) == PRODUCTS["models"].columns
    assert set(one["facts"]) == set(STATED)
    for part in PARTS:
        for row in one[part.key]:
            assert tuple(row) == keys_of(part.columns)
    assert set(AXES) < set(read(files, "models.json")["models"][0]) < set(PRODUCTS["models"].columns)


#: names that are no columns; whoever takes one away takes it from readers, and raises the major number of SCHEMA_VERSION
PROMISED = {
    "index": ["horizon", "documents", "models", "retired"],
    "labels": ["axes"],
    "licences": ["licences"],
    "organisations": ["organisations"],
    "models": ["models"],
    "model": [
        *("model", "facts", "labels", "access_periods", "variants", "hardware", "language_shares", "relations"),
        *("referred_by", "identifiers", "statements", "sources"),
    ],
}


def test_names_that_are_no_columns_are_promised_too(files: dict[str, str]) -> None:
    said = {document: read(files, schema_path(document))["required"] for document in DOCUMENTS}
    assert said == {document: ["release", *names] for document, names in PROMISED.items()}
    axis = read(files, schema_path("labels"))["properties"]["axes"]["items"]
    assert set(axis["required"]) - set(PRODUCTS["axes"].columns) == {"labels", "thresholds"}
    assert "value" in read(files, schema_path("model"))["properties"]["statements"]["items"]["required"]


def test_every_table_about_models_is_in_the_document_of_a_model() -> None:
    about_models = {name for name, product in PRODUCTS.items() if "model_id" in product.columns}
    assert about_models == {part.table for part in PARTS} | {"models", "models_flat", "facts"}


def test_a_model_has_facts_with_value_state_and_basis_and_sources_with_print(files: dict[str, str]) -> None:
    one, two = read(files, "models/acme/one.json"), read(files, "models/acme/two.json")
    parameters = one["facts"]["parameters"]
    assert (parameters["value"], parameters["state"], parameters["basis"]) == (175_000_000_000, "stated", "maker")
    assert '"parameters":{"state":"stated","basis":"maker","value":175000000000,' in files["api/models/acme/one.json"]
    assert one["facts"]["training_flop"]["value"] == 3.14e23
    assert one["facts"]["languages"]["value"] == ["en", "ja"]
    assert one["facts"]["retrieval"]["value"] is False
    assert two["facts"]["announced"]["value"] == "2021-03-01"
    assert two["facts"]["announced"]["date_precision"] == "month"
    assert two["facts"]["training_tokens"]["state"] == "undisclosed"
    assert two["facts"]["layers"]["state"] == "unresearched"
    (said,) = [row for row in two["statements"] if row["field"] == "parameters"]
    assert (said["printed"], said["value"], said["is_chosen"]) == ("7 billion", 7_000_000_000, True)
    assert [(row["source_id"], row["url"]) for row in two["sources"]] == [("acme/two#card", "https://two.test/card")]


def test_a_model_has_labels_access_variants_and_relatives_in_both_directions(files: dict[str, str]) -> None:
    one, two = read(files, "models/acme/one.json"), read(files, "models/acme/two.json")
    assert {row["axis"] for row in one["labels"]} == set(AXES)
    assert [row["api"] for row in one["access_periods"]][-2:] == ["waitlist", "paid"]
    assert [row["variant"] for row in one["variants"]] == ["One Small"]
    assert {row["relation_kind"] for row in two["relations"]} == {"base", "relative-to"}
    assert {(row["model_id"], row["relation_kind"]) for row in one["referred_by"]} == {
        ("acme/two", "base"),
        ("acme/two", "relative-to"),
    }
    assert one["relations"] == two["variants"] == two["identifiers"] == []


def test_the_index_names_what_there_is_and_every_file_says_which_release_it_is_of(files: dict[str, str]) -> None:
    index = read(files, "index.json")
    assert index["models"] == ["acme/one", "acme/two"]
    assert [row["retired_id"] for row in index["retired"]] == ["acme/zero"]
    assert index["horizon"][0]["collected_until"] == "2022-05-31"
    for entry in index["documents"]:
        for path in (entry["path"].format(model_id="acme/one"), entry["schema"]):
            assert f"api/{path}" in files
    documents = [path for path in files if "/schema/" not in path]
    said = [json.loads(files[path])["release"] for path in documents]
    assert said == [said[0]] * len(documents)
    assert (said[0]["version"], said[0]["licence"]) == (IDENTITY.version, "CC-BY-4.0")


def test_codebooks_are_there_labels_in_their_order_with_thresholds(files: dict[str, str], tables: Tables) -> None:
    axes = read(files, "labels.json")["axes"]
    assert [axis["axis"] for axis in axes] == frames(tables)["axes"].sort("position")["axis"].to_list()
    for axis in axes:
        assert [label["position"] for label in axis["labels"]] == sorted(label["position"] for label in axis["labels"])
    assert [row["organisation_id"] for row in read(files, "organisations.json")["organisations"]] == [
        "acme",
        "institute",
    ]
    assert [row["spdx_id"] for row in read(files, "licences.json")["licences"]] == ["Apache-2.0"]
    assert {row["threshold"] for axis in axes if axis["axis"] == "scale" for row in axis["thresholds"]}


def test_the_same_release_gives_the_same_bytes_in_the_order_of_the_paths(files: dict[str, str], tables: Tables) -> None:
    again = list(api_files(tables, IDENTITY))
    assert again == list(files.items())
    assert [path for path, _ in again] == sorted(files)


def test_a_text_of_a_record_is_never_markup_and_comes_back_as_it_was(files: dict[str, str]) -> None:
    assert not any("<" in text for text in files.values())
    assert read(files, "models/acme/two.json")["model"]["name"] == HOSTILE
    assert read(files, "models.json")["models"][1]["name"] == HOSTILE


@pytest.mark.parametrize("model_id", ["../../x/y", "acme/one/../two", "acme", "/etc/passwd", "acme/ONE", "acme/one\n"])
def test_an_id_that_can_be_no_path_is_refused(tables: Tables, model_id: str) -> None:
    models = frames(tables)["models"].with_columns(model_id=pl.lit(model_id)).head(1)
    with pytest.raises(UserError, match="is no id of a model"):
        list(api_files({**tables, **arrow_tables({"models": models})}, IDENTITY))


def test_tables_of_another_schema_are_refused_with_what_they_lack(tables: Tables) -> None:
    older = {**tables, "labels": tables["labels"].drop_columns(["detail", "rule_id"])}
    with pytest.raises(UserError, match=r"^labels: the table lacks rule_id, detail, which schema"):
        list(api_files(older, IDENTITY))
    with pytest.raises(UserError, match=r"^years: the table lacks year, "):
        list(api_files({name: table for name, table in tables.items() if name != "years"}, IDENTITY))


def test_a_release_without_horizon_says_so(tables: Tables) -> None:
    found = dict(api_files(tables, replace(IDENTITY, collected_until=None)))
    assert json.loads(found["api/index.json"])["release"]["collected_until"] is None
    assert faults(found) == []


def test_batches_change_no_byte(files: dict[str, str], tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.api.files._BATCH", 1)
    assert dict(api_files(tables, IDENTITY)) == files
