"""What describes a release is read by a strict shape: another one is named by its place, and none breaks its reader."""

import json

import pytest

from flows.release_files.reading import ReleaseFormatError, read_manifest, read_schemas

MANIFEST: dict[str, object] = {
    "version": "2026.11.0",
    "schema_version": "1.0.0",
    "as_of": "2026-11-24",
    "previous": None,
    "source": {"commit": None, "clean": False},
    "libraries": {"duckdb": "1.5.5"},
    "tables": {"models": {"rows": 1, "content_sha256": "0" * 64}},
    "errata": [],
    "files": {"LICENSE": {"bytes": 1, "sha256": "f" * 64}},
}
SCHEMA: dict[str, object] = {"fields": [{"name": "model_id", "type": "string"}], "primaryKey": ["model_id"]}


def test_a_manifest_of_the_known_shape_is_read_with_whatever_later_versions_add() -> None:
    found = read_manifest(json.dumps(MANIFEST | {"later": 1}).encode(), "here")
    assert (found.version, found.previous, found.tables["models"].rows) == ("2026.11.0", None, 1)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "null", "\xff", "[" * 100_000, '{"version": 1e999}'])
def test_what_is_no_manifest_is_refused_with_its_place_and_a_remedy(text: str) -> None:
    with pytest.raises(ReleaseFormatError, match=r"^here: .*put back what was published"):
        read_manifest(text.encode("latin-1"), "here")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"version": 3}, "version"),
        ({"version": "../2026.11.0"}, "version"),
        ({"as_of": "20261124"}, "as_of"),
        ({"as_of": "2026-11-31"}, "as_of"),
        ({"schema_version": "one"}, "schema_version"),
        ({"previous": []}, "previous"),
        ({"source": None}, "source"),
        ({"source": {"commit": 1, "clean": True}}, "source: commit"),
        ({"tables": {"models": {"rows": "1", "content_sha256": "0" * 64}}}, "tables: models: rows"),
        ({"tables": {"models": {"rows": 1}}}, "tables: models: content_sha256"),
        ({"tables": {"../x": {"rows": 1, "content_sha256": "0" * 64}}}, "tables: ../x"),
        ({"errata": [{"version": "2026.11.0"}]}, "errata: 0: id"),
        ({"files": {"LICENSE": {"bytes": -1, "sha256": "f" * 64}}}, "files: LICENSE: bytes"),
    ],
)
def test_a_value_of_another_shape_is_named_by_its_place(change: dict[str, object], place: str) -> None:
    with pytest.raises(ReleaseFormatError, match=f"^here: {place}: "):
        read_manifest(json.dumps(MANIFEST | change).encode(), "here")


def _package(schema: object) -> bytes:
    return json.dumps({"resources": [{"name": "models-csv", "format": "csv", "schema": schema}]}).encode()


def test_the_schemas_of_a_data_package_are_read_by_table() -> None:
    assert read_schemas(_package(SCHEMA), "here", ["models"]) == {"models": SCHEMA}


@pytest.mark.parametrize(
    "schema",
    [
        None,
        {},
        SCHEMA | {"primaryKey": []},
        SCHEMA | {"primaryKey": ["gone"]},
        SCHEMA | {"fields": [{"name": "model_id"}]},
        SCHEMA | {"fields": [{"name": "model_id", "type": "string"}] * 2},
    ],
    ids=["none", "empty", "no-key", "key-of-no-column", "no-type", "a-column-twice"],
)
def test_a_schema_of_another_shape_is_named_by_its_table(schema: object) -> None:
    with pytest.raises(ReleaseFormatError, match=r"^here: models: schema: "):
        read_schemas(_package(schema), "here", ["models"])


def test_a_data_package_has_every_table_of_the_manifest() -> None:
    with pytest.raises(ReleaseFormatError, match=r"^here: describes no labels"):
        read_schemas(_package(SCHEMA), "here", ["models", "labels"])
