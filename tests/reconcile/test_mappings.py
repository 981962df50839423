"""The mappings that come along read what others publish: small inputs by hand, in the form of each."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.check import check
from flows.derive.products import products
from flows.reconcile.mapping import read_mapping
from flows.reconcile.matching import match
from flows.reconcile.ours import Ours, ours_of
from flows.reconcile.theirs import Theirs, read_theirs
from support.project import ONE, TODAY, make_project

IDENTIFIERS = """
[[identifiers]]
scheme   = "models-dev"
id       = "acme/one-large"
source   = "https://models.test"
accessed = 2022-05-31

[[identifiers]]
scheme   = "osai"
id       = "First-of-Acme"
source   = "https://osai.test"
accessed = 2022-05-31

[[identifiers]]
scheme   = "huggingface"
id       = "acme/one-hf"
source   = "https://huggingface.co/acme/one-hf"
accessed = 2022-05-31

[[identifiers]]
scheme   = "huggingface"
id       = "acme/uno-mini"
relation = "variant"
source   = "https://huggingface.co/acme/uno-mini"
accessed = 2022-05-31

"""


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """One (175B; a variant of 125M) with its identifiers, and Two (7B)."""
    project = make_project(tmp_path_factory.mktemp("mappings"))
    project.edit(ONE, "[review]", IDENTIFIERS + "[review]")
    checked = check(project.root, TODAY)
    assert not checked.errors, checked.errors
    return ours_of(products(checked.tables, TODAY), TODAY)


def read(folder: Path, name: str, document: Any, file: str = "theirs.json") -> Theirs:
    (folder / file).write_text(json.dumps(document), encoding="utf-8")
    return read_theirs(str(folder / file), read_mapping(name))


def fates(theirs: Theirs, ours: Ours, name: str) -> dict[str, str | None]:
    """Names of their rows, each with our model, the reason why it is unclear, or None."""
    found = match(theirs.rows, ours, read_mapping(name))
    names = dict(theirs.rows.select("row", "name").rows())
    matched = {row: model if variant is None else f"{model} {variant}" for row, model, variant in found.matched.rows()}
    unclear = dict(found.ambiguous.select("row", "reason").rows())
    return {names[row]: matched.get(row) or unclear.get(row) for row in names}


def test_models_dev_is_matched_by_provider_and_key(ours: Ours, tmp_path: Path) -> None:
    models = {
        "one-large": {"id": "one-large", "name": "Renamed", "release_date": "2020-05-28", "open_weights": False},
        "two": {"id": "two", "name": "Two", "release_date": "2021-05", "open_weights": True, "limit": {"context": 8}},
    }
    theirs = read(tmp_path, "models-dev", {"acme": {"id": "acme", "name": "Acme", "env": ["KEY"], "models": models}})
    assert theirs.unreadable.height == 0
    assert theirs.rows.select("name", "starts", "access").row(0) == ("Renamed", date(2020, 5, 28), "false")
    assert fates(theirs, ours, "models-dev") == {"Renamed": "acme/one", "Two": "acme/two"}


def test_litellm_has_names_for_keys(ours: Ours, tmp_path: Path) -> None:
    price = {"litellm_provider": "acme", "max_tokens": 8192, "input_cost_per_token": 1e-06, "mode": "chat"}
    theirs = read(tmp_path, "litellm", {"sample_spec": price, "one": price, "cloud/two": price, "three.5": price})
    assert theirs.unreadable.height == 0
    assert fates(theirs, ours, "litellm") == {"one": "acme/one", "cloud/two": "owner", "three.5": None}


def test_ecologits_has_billions_and_of_a_mixture_the_total(ours: Ours, tmp_path: Path) -> None:
    sizes = {"one": 175, "two": {"total": 7, "active": 2}, "x": {"min": 20, "max": 70}}
    models = [
        {"type": "model", "provider": "acme", "name": name, "architecture": {"type": "dense", "parameters": size}}
        for name, size in sizes.items()
    ]
    theirs = read(tmp_path, "ecologits", {"aliases": [{"type": "alias", "name": "uno"}], "models": models})
    assert theirs.rows["parameters"].to_list() == [175e9, 7e9, None]
    assert theirs.unreadable["cell"].to_list() == ['{"min": 20, "max": 70}']
    assert fates(theirs, ours, "ecologits") == {"one": "acme/one", "two": "acme/two", "x": None}


def test_osai_is_a_folder_of_files_that_are_named_as_it_calls_models(ours: Ours, tmp_path: Path) -> None:
    (tmp_path / "first-of-acme.yaml").write_text(
        "system:\n  name: Renamed\n  releasedate: 2020 MAY\norg:\n  name: Somebody\nweights_endmodel:\n  class: closed\n"
    )
    (tmp_path / "two.yaml").write_text("system:\n  name: Two\n  releasedate: 2021-05\norg:\n  name: Acme\n")
    theirs = read_theirs(str(tmp_path), read_mapping("osai"))
    assert theirs.unreadable.height == 0
    assert theirs.rows.select("starts", "ends").row(0) == (date(2020, 5, 1), date(2020, 5, 31))
    assert fates(theirs, ours, "osai") == {"Renamed": "acme/one", "Two": "acme/two"}


def test_the_list_of_the_hub_is_matched_by_repository(ours: Ours, tmp_path: Path) -> None:
    rows = [
        {"id": "acme/one-hf", "createdAt": "2022-03-02T23:29:04.000Z", "gated": False, "safetensors": {"total": 175e9}},
        {"id": "acme/uno-mini", "createdAt": "2022-03-02T23:29:04.000Z", "gated": "auto", "tags": ["x"]},
        {"id": "other/two", "gated": "manual"},
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(map(json.dumps, rows)))
    theirs = read_theirs(str(tmp_path / "lines.jsonl"), read_mapping("huggingface"))
    assert theirs.rows.equals(read(tmp_path, "huggingface", rows).rows)
    assert theirs.unreadable.height == 0
    assert theirs.rows.select("starts", "parameters", "access").row(0) == (date(2022, 3, 2), 175e9, "false")
    assert fates(theirs, ours, "huggingface") == {
        "acme/one-hf": "acme/one",
        "acme/uno-mini": "variant",
        "other/two": "owner",
    }
