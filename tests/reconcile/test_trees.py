"""JSON and YAML of others: the mappings that come along read small inputs in their form, and no tree brings us down."""

import json
from datetime import date
from pathlib import Path

import pytest

from flows.check import check
from flows.derive.products import products
from flows.errors import UserError
from flows.reconcile import trees
from flows.reconcile.mapping import Mapping, read_mapping
from flows.reconcile.ours import Ours, ours_of
from flows.reconcile.report import Report, reconcile
from flows.reconcile.theirs import Theirs, read_theirs
from support.project import HORIZON, ONE, TODAY, edited, make_project

IDS = """
[[identifiers]]
scheme   = "{}"
id       = "{}"
source   = "https://one.test/ids"
accessed = 2022-05-31

[[sources]]
key       = "paper"
"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """One and Two of Acme, whose ids at models.dev, on the hub and in OSAI are known."""
    project = make_project(tmp_path_factory.mktemp("trees"))
    for scheme, identifier in (("models-dev", "acme/one-1"), ("huggingface", "Acme/Uno"), ("osai", "one-chat")):
        edited(ONE, '\n[[sources]]\nkey       = "paper"\n', IDS.format(scheme, identifier))(project)
    checked = check(project.root, TODAY)
    assert not checked.errors
    return ours_of(products(checked.tables, TODAY), TODAY)


def theirs(folder: Path, mapping: str, content: object, name: str = "given.json") -> Theirs:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return read_theirs(str(path), read_mapping(mapping))


def differences(report: Report) -> list[tuple[str, str, str | None, str | None]]:
    return [
        (row["model_id"], row["field"], row["our_value"], row["their_reading"])
        for row in report.disagreements.filter(kind="differs").to_dicts()
    ]


def test_models_dev_goes_by_the_id_of_provider_and_model_before_any_name(tmp_path: Path, ours: Ours) -> None:
    model = {"id": "one-1", "name": "Another name", "release_date": "2020-07-01", "open_weights": True}
    served = {"id": "one", "name": "One", "release_date": "2020-05-28", "open_weights": False, "limit": {"context": 1}}
    content = {"acme": {"id": "acme", "models": {"one-1": model}}, "host": {"id": "host", "models": {"one": served}}}
    report = reconcile(theirs(tmp_path, "models-dev", content), ours, read_mapping("models-dev"))
    assert report.matches.select("model_id", "their_row").rows() == [("acme/one", 1)]
    assert ("acme/one", "announced", "2020-05-28", "2020-07-01") in differences(report)
    assert ("acme/one", "access", "paid", "open or conditional or restricted") in differences(report)


def test_litellm_names_a_model_by_its_key(tmp_path: Path, ours: Ours) -> None:
    content = {
        "one": {"litellm_provider": "acme", "mode": "chat", "max_input_tokens": 2048},
        "three": {"litellm_provider": "acme", "mode": "chat"},
    }
    report = reconcile(theirs(tmp_path, "litellm", content), ours, read_mapping("litellm"))
    assert report.matches["model_id"].to_list() == ["acme/one"]
    assert report.missing["their_name"].to_list() == ["three"]


def test_ecologits_counts_billions_in_all_or_alone_and_a_range_is_not_read(tmp_path: Path, ours: Ours) -> None:
    def model(name: str, parameters: object) -> object:
        return {"provider": "acme", "name": name, "architecture": {"type": "dense", "parameters": parameters}}

    sizes = {"one": {"total": 170, "active": 36}, "two": 7, "three": {"total": {"min": 1, "max": 2}}}
    content = {"aliases": [], "models": [model(name, size) for name, size in sizes.items()]}
    found = theirs(tmp_path, "ecologits", content)
    assert found.rows["parameters"].to_list() == [170e9, 7e9, None]
    report = reconcile(found, ours, read_mapping("ecologits"))
    assert differences(report) == [("acme/one", "parameters", "175000000000", "170000000000")]


def test_the_osai_index_is_a_folder_of_yaml_files_each_with_its_name_as_id(tmp_path: Path, ours: Ours) -> None:
    one = "system:\n  endmodelname: One chat\n  releasedate: 2020-06\norg:\n  name: Acme\nweights_endmodel:\n  class: open\n"
    (tmp_path / "one-chat.yaml").write_text(one, encoding="utf-8")
    (tmp_path / "two.yml").write_text("system:\n  name: Two\n  releasedate: 2021-03-05\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("no model", encoding="utf-8")
    found = read_theirs(str(tmp_path), read_mapping("osai"))
    assert found.rows.select("name", "identifier", "date_text").rows() == [
        ("One chat", "one-chat", "2020-06"),
        ("Two", "two", "2021-03-05"),
    ]
    report = reconcile(found, ours, read_mapping("osai"))
    assert report.matches["model_id"].to_list() == ["acme/one", "acme/two"]
    assert ("acme/one", "access", "paid", "open or conditional") in differences(report)


def test_the_listing_of_the_hub_goes_by_repositories(tmp_path: Path, ours: Ours) -> None:
    listed = [
        {"id": "acme/uno", "modelId": "acme/uno", "createdAt": "2021-01-02T03:04:05.000Z", "safetensors": {"total": 7}},
        {"id": "somebody/one", "modelId": "somebody/one", "createdAt": "2023-01-02T03:04:05.000Z"},
    ]
    report = reconcile(theirs(tmp_path, "huggingface", listed), ours, read_mapping("huggingface"))
    assert report.matches["model_id"].to_list() == ["acme/one"]
    assert differences(report) == [("acme/one", "parameters", "175000000000", "7")]


def test_each_line_of_json_lines_is_a_row(tmp_path: Path) -> None:
    mapping = Mapping.model_validate({"name": "mine", "form": "json-lines", "columns": {"name": "a.b"}})
    path = tmp_path / "given.jsonl"
    path.write_text('{"a": {"b": "One"}}\n\n{"a": {"b": "Two"}}\n', encoding="utf-8")
    assert read_theirs(str(path), mapping).rows["name"].to_list() == ["One", "Two"]


def test_what_came_after_we_looked_is_counted_apart_and_access_is_that_of_a_day_on_which_we_know(
    tmp_path: Path,
) -> None:
    project = make_project(tmp_path / "project")
    edited(HORIZON, "2022-05-31", "2021-11-17")(project)
    checked = check(project.root, TODAY)
    ours = ours_of(products(checked.tables, TODAY), TODAY)
    assert (ours.as_of, ours.collected_until) == (date(2021, 11, 17), date(2021, 11, 17))
    assert dict(ours.access.select("model_id", "label").rows())["acme/one"] == "unknown"  # paid a day later
    models = {name: {"name": name, "release_date": day} for name, day in (("Old", "2021-01-01"), ("New", "2021-12-01"))}
    content = {"acme": {"models": {**models, "x": {"name": "x", "open_weights": True}}}}
    report = reconcile(theirs(tmp_path, "models-dev", content), ours, read_mapping("models-dev"))
    assert (report.missing.height, report.later) == (3, 1)


BROKEN = {
    "no JSON": ("{", "is no json (Expecting property name"),
    "nested deeply": ("[" * 100_000, "is nested too deeply"),
    "no rows": ("[]", "has no row at '*.models.*' with"),
    "a column that is nowhere": ('{"a": {"models": {"b": {"name": "One"}}}}', "with 'release_date', 'open_weights'"),
    "another encoding": ('{"Ü": 1}'.encode("utf-16").decode("latin-1"), "is no json"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_tree_that_is_none_of_models_is_refused(tmp_path: Path, fault: str) -> None:
    content, words = BROKEN[fault]
    with pytest.raises(UserError) as refused:
        theirs(tmp_path, "models-dev", content)
    assert words in str(refused.value)


def test_a_yaml_file_cannot_grow_nor_call_anything(tmp_path: Path) -> None:
    mapping = Mapping.model_validate({"name": "mine", "form": "yaml", "rows": "*.*.*", "columns": {"name": "{1}"}})
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{after}: &{after} [{', '.join([f'*{before}'] * 10)}]\n"
        for before, after in zip("abcdefg", "bcdefgh", strict=True)
    )
    path = tmp_path / "bomb.yaml"
    path.write_text(bomb, encoding="utf-8")
    assert read_theirs(str(path), mapping).rows.height == 7 * 100
    path.write_text("!!python/object/apply:os.system ['true']", encoding="utf-8")
    with pytest.raises(UserError, match="is no yaml"):
        read_theirs(str(path), mapping)


def test_a_tree_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trees, "MAX_TREE_BYTES", 10)
    with pytest.raises(UserError, match="larger than 10 bytes"):
        theirs(tmp_path, "litellm", {"a": {"litellm_provider": "b"}})


def test_a_folder_without_such_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no \.yaml or \.yml file"):
        read_theirs(str(tmp_path), read_mapping("osai"))


HALF = {
    "rows of a table": {"rows": "*"},
    "a scheme without a column": {"form": "json", "scheme": "osai"},
    "a column without a scheme": {"form": "json", "columns": {"name": "a", "identifier": "b"}},
}


@pytest.mark.parametrize("fault", HALF)
def test_a_mapping_that_is_half_of_a_tree_is_refused(tmp_path: Path, fault: str) -> None:
    path = tmp_path / "mine.toml"
    keys = {"name": "mine", "columns": {"name": "a"}, **HALF[fault]}
    columns = keys.pop("columns")
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
    lines += ["[columns]", *(f"{key} = {json.dumps(value)}" for key, value in dict(columns).items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(UserError, match="not as it should be"):
        read_mapping(str(path))
