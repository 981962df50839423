"""A release of the hub layer against the curated records, and against the release before it."""

from pathlib import Path

import duckdb
import pytest

from flows.hub.listed import listed
from flows.hub.watch import watch
from flows.hub_layer.diff import as_rows, as_text
from flows.release_files.reading import are_of_the_hub
from support.hub_releases import FIRST, SECOND, published
from support.hub_snapshots import Row, based, counted
from support.project import TWO, Project

IDENTIFIERS = """
[[identifiers]]
scheme   = "huggingface"
id       = "acme/two"
relation = "exact"
source   = "https://two.test/card"
accessed = 2022-05-31

[[sources]]
key      = "card\""""
#: the repository of Acme's Two as the record has it
SAME: Row = {
    "id": "acme/Two",
    "tags": ["license:apache-2.0"],
    "safetensors": counted(BF16=7_010_000_000),
    "lastModified": None,
}


@pytest.fixture
def two(project: Project) -> Project:
    """The project, whose model Two names its repository."""
    project.edit(TWO, '\n[[sources]]\nkey      = "card"', IDENTIFIERS)
    return project


def rows(folder: Path, table: str, columns: str = "*", version: str = "2026.11.20") -> list[tuple[object, ...]]:
    return duckdb.sql(f"select {columns} from '{folder}/store/{version}/{table}-000.parquet'").fetchall()


def test_a_record_and_its_repository_are_held_against_each_other_aspect_by_aspect(two: Project, tmp_path: Path) -> None:
    published(two, tmp_path, [SAME, {"id": "acme/one"}], FIRST)
    found = {aspect: rest for aspect, *rest in rows(tmp_path, "hub_agreement", "aspect, curated, hub, agreement")}
    assert found == {
        "repository": ["acme/two", "acme/Two", "agrees"],
        "parameters": ["7000000000", "7010000000", "agrees"],
        "licence": ["apache-2-0", "apache-2-0", "agrees"],
        "access": ["open", "open", "agrees"],
        "openness": ["weights", "weights", "agrees"],
        "scale": ["small", "small", "agrees"],
    }


def test_families_count_what_was_made_in_any_number_of_steps(project: Project, tmp_path: Path) -> None:
    made = {
        "b/tuned": based("finetune", "a/base"),
        "c/small": based("quantized", "b/tuned"),
        "d/smaller": based("quantized", "c/small"),
        "e/merged": based("merge", "c/small", "a/base"),
        "f/of-merged": based("adapter", "e/merged"),  # no line leads further than to what is made from several
        "r/one": based("finetune", "r/two"),
        "r/two": based("finetune", "r/one"),  # a ring
    }
    published(project, tmp_path, [{"id": name, "baseModels": base} for name, base in made.items()], FIRST)
    assert rows(tmp_path, "hub_families") == [
        ("a/base", "finetune", 1, 1),
        ("a/base", "merge", 1, 1),
        ("a/base", "quantized", 0, 2),
        ("b/tuned", "merge", 0, 1),
        ("b/tuned", "quantized", 1, 2),
        ("c/small", "merge", 1, 1),
        ("c/small", "quantized", 1, 1),
        ("e/merged", "adapter", 1, 1),
        ("r/one", "finetune", 1, 1),
        ("r/two", "finetune", 1, 1),
    ]


def test_what_differs_is_listed_counted_and_proposed_to_curators(two: Project, tmp_path: Path) -> None:
    said = {"tags": ["license:mit", "ja"], "gated": "manual", "safetensors": counted(BF16=70_000_000_000)}
    published(two, tmp_path, [SAME | said], FIRST)
    found = dict(rows(tmp_path, "hub_agreement", "aspect, agreement"))
    assert found == {
        "repository": "agrees",
        "languages": "only-hub",
        "language_scope": "only-hub",
        "openness": "only-curated",
        **dict.fromkeys(("parameters", "licence", "access", "scale"), "differs"),
    }
    readme = (tmp_path / "store" / "2026.11.20" / "README.md").read_text()
    assert "\n| licence | 0 | 1 | 0% | 0 | 0 |\n" in readme
    drift = watch(two.root, FIRST, two.root, release=tmp_path / "store")
    assert [(aspect, recorded, observed) for _, _, aspect, recorded, observed, *_ in drift.rows()] == [
        ("licence", "apache-2-0", "mit"),
        ("parameters", "7000000000", "70000000000"),
        ("scale", "small", "ten-billion"),
        ("weights", "download", "on-request (gated: manual)"),
    ]
    assert set(drift["observed_on"]) == {FIRST}


def test_of_a_gate_whose_kind_is_not_said_nothing_is_said_against_a_record(two: Project, tmp_path: Path) -> None:
    asks = {"gated": None, "cardData": '{"extra_gated_prompt": "Who are you?"}'}
    published(two, tmp_path, [SAME | asks], FIRST)
    assert rows(tmp_path, "hub_models", "gated, gated_basis") == [("some", "inferred")]
    assert listed(tmp_path / "store", ["acme/two"]).answers["acme/two"].has_weights is None


def test_a_repository_that_the_hub_no_longer_has_is_only_the_records(two: Project, tmp_path: Path) -> None:
    published(two, tmp_path, [{"id": "acme/three"}], FIRST)
    assert rows(tmp_path, "hub_agreement") == [("acme/two", "acme/two", "repository", "acme/two", None, "only-curated")]
    (row,) = watch(two.root, FIRST, two.root, release=tmp_path / "store" / "2026.11.20").rows(named=True)
    assert (row["drift_aspect"], row["observed"]) == ("repository", "gone, or not to be seen")


def test_a_release_says_what_happened_since_the_one_before(project: Project, tmp_path: Path) -> None:
    free = {"tags": ["license:mit"]}
    before = [
        {"id": "a/stays", **free},
        {"id": "a/goes"},
        {"id": "b/relicensed", **free},
        {"id": "c/gated", "tags": ["license:apache-2.0"]},
        {"id": "d/tuned", **free},
    ]
    after = [
        {"id": "a/stays", **free, "downloads": 5},
        {"id": "b/relicensed", "tags": ["license:other"]},
        {"id": "c/gated", "tags": ["license:apache-2.0"], "gated": "manual"},
        {"id": "d/tuned", "tags": ["license:mit", "sft", "ja"]},
        {"id": "e/new"},
    ]
    published(project, tmp_path, before, FIRST)
    assert rows(tmp_path, "hub_changes") == []
    published(project, tmp_path, after, SECOND)
    assert rows(tmp_path, "hub_changes", version="2026.11.27") == [
        ("a/goes", "repository", "gone", None, None),
        ("b/relicensed", "licence", "relicensed", "mit", "other"),
        ("c/gated", "access", "relabelled", "open", "restricted"),
        ("c/gated", "gate", "regated", "no", "manual"),
        ("c/gated", "openness", "relabelled", "weights", "unknown"),
        ("d/tuned", "language_scope", "relabelled", "unknown", "language-specific"),
        ("d/tuned", "multitask", "relabelled", "unknown", "instruction-tuned"),
        ("e/new", "repository", "new", None, None),
    ]
    readme = (tmp_path / "store" / "2026.11.27" / "README.md").read_text()
    assert "Against 2026.11.20: 1 new, 1 gone, 1 relicensed, 1 regated, 2 relabelled repositories" in readme
    old, new = (tmp_path / "store" / version for version in ("2026.11.20", "2026.11.27"))
    assert are_of_the_hub(old, new)
    said = as_text(old, new)
    assert "- 1 relicensed\n- 1 regated\n- 2 relabelled\n" in said
    assert "| licence | mit | other | 1 |\n" in said
    assert as_rows(new, old, "csv").splitlines()[1] == "a/goes,repository,new,,"
