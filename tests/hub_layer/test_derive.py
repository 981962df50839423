"""The hub layer: what a snapshot says becomes facts and labels by the rules of the axes, part by part."""

import re
import tomllib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import polars as pl
import pytest

from flows.check import check
from flows.errors import UserError
from flows.hub_layer import derive
from flows.hub_layer.derive import PARTED, derive_once, derive_part, split, sql_of
from flows.hub_layer.layout import layouts, read_layout
from flows.hub_layer.whole import sum_up, write_curated
from schemas.fields import ROUTINGS
from schemas.tables import Tables
from support.hub_releases import write_books
from support.hub_snapshots import Row, based, counted, write_snapshot
from support.project import LICENCES, REPOSITORY, TODAY, Project

LAYOUT = read_layout("hub-stats")


@pytest.fixture
def codebooks(project: Project) -> Tables:
    return check(project.root, TODAY).tables


def made(folder: Path, codebooks: Tables, rows: Sequence[Row], without: Sequence[str] = ()) -> Path:
    """Derive a snapshot of one part; the folder with its tables."""
    folder.mkdir(exist_ok=True)
    snapshot = write_snapshot(folder / "snapshot.parquet", rows, without)
    (part,) = split(snapshot, LAYOUT, folder / "parts")
    derive_part(part, folder / "made", codebooks)
    return folder / "made"


def rows_of(folder: Path, table: str, columns: str = "*") -> list[tuple[object, ...]]:
    return duckdb.sql(f"select {columns} from '{folder}/{table}*.parquet'").fetchall()


def one(tmp_path: Path, codebooks: Tables, columns: str, **row: object) -> tuple[object, ...]:
    """Columns of the one row of `hub_models` for a repository."""
    return rows_of(made(tmp_path, codebooks, [{"id": "a/b", **row}]), "hub_models", columns)[0]


def labels(tmp_path: Path, codebooks: Tables, axis: str, **row: object) -> list[tuple[object, ...]]:
    """Rule and basis of the labels of a repository on an axis."""
    folder = made(tmp_path, codebooks, [{"id": "a/b", **row}])
    return [(rule, basis) for on, rule, basis in rows_of(folder, "hub_labels", "axis, rule_id, basis") if on == axis]


@pytest.mark.parametrize(
    ("said", "parameters"),
    [
        ({"safetensors": counted(BF16=7_000_000_000)}, 7_000_000_000),
        ({"safetensors": counted(BF16=7_000_000_000, F32=1_000)}, 7_000_001_000),
        ({"safetensors": counted(I32=900_000_000, BF16=100_000_000)}, None),  # packed: eight to a number
        ({"safetensors": counted(U8=333_312)}, None),
        ({"gguf": '{"total": 8030261248, "architecture": "llama"}'}, 8_030_261_248),
        ({"gguf": "no JSON"}, None),
        ({"gguf": '{"total": "many"}'}, None),
        ({}, None),
    ],
)
def test_parameters_are_what_the_hub_counted_unless_numbers_are_packed(
    tmp_path: Path, codebooks: Tables, said: Row, parameters: int | None
) -> None:
    basis = "counted" if parameters else None
    assert one(tmp_path, codebooks, "parameters, parameters_basis", **said) == (parameters, basis)


def test_languages_are_tags_of_two_letters_that_are_codes(tmp_path: Path, codebooks: Tables) -> None:
    tags = ["ja", "en", "ja", "sft", "region:us", "xx", "license:mit"]
    assert one(tmp_path, codebooks, "languages", tags=tags) == (["en", "ja"],)


def test_every_word_for_tuning_that_the_rule_knows_is_taken_from_the_tags(tmp_path: Path, codebooks: Tables) -> None:
    (words,) = re.findall(r"list_has_any\(tags, \[(.+?)\]\)", sql_of("listed"))
    rows = [{"id": f"a/{word}", "tags": ["en", word]} for word in re.findall("'(.+?)'", words)]
    found = rows_of(made(tmp_path, codebooks, rows), "hub_models", "instruction_tuning")
    assert len(rows) > 1 and found == [(True,)] * len(rows)


@pytest.mark.parametrize(
    ("tags", "tag", "licence"),
    [
        (["license:apache-2.0"], "apache-2-0", "apache-2-0"),
        (["license:of-nobody"], "of-nobody", None),
        (["license:apache-2.0", "license:mit"], "apache-2-0", None),  # which of two nobody says
        ([], None, None),
    ],
)
def test_a_licence_tag_is_one_of_ours_by_its_id_or_its_code_of_spdx(
    tmp_path: Path, codebooks: Tables, tags: list[str], tag: str | None, licence: str | None
) -> None:
    assert one(tmp_path, codebooks, "licence", tags=tags) == (licence,)
    if len(tags) < 2:
        assert rows_of(tmp_path / "made", "hub_models", "licence_tag") == [(tag,)]


def test_a_licence_tag_of_the_hubs_own_is_our_licence_where_the_records_have_it(
    tmp_path: Path, project: Project
) -> None:
    without = check(project.root, TODAY).tables
    assert one(tmp_path / "without", without, "licence", tags=["license:llama3.1"]) == (None,)
    project.append(
        LICENCES,
        '\n[licences.llama-3-1-community]\nname = "Llama 3.1"\nurl = "https://llama.test/licence"\n'
        'kind = "use-restricted"\ncommercial_use = true\nuse_restrictions = true\n',
    )
    found = one(tmp_path / "with", check(project.root, TODAY).tables, "licence, licence_tag", tags=["license:llama3.1"])
    assert found == ("llama-3-1-community", "llama3-1")


@pytest.mark.xdist_group("real-records")
def test_every_licence_tag_of_the_hubs_own_is_of_a_licence_of_the_records(real_ingested: Tables) -> None:
    text = REPOSITORY.joinpath("flows", "hub_layer", "licence_tags.toml").read_text(encoding="utf-8")
    tags = tomllib.loads(text)["licence_tags"]
    assert {found["licence"] for found in tags.values()} <= set(real_ingested["licences"]["licence_id"].to_pylist())
    assert {urlsplit(found["source"]).scheme for found in tags.values()} == {"https"}


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"tags": ["license:apache-2.0"]}, "access.open.licence"),
        ({"tags": ["license:apache-2.0"], "gated": "auto"}, "access.open.licence"),
        ({"tags": ["license:apache-2.0"], "gated": "manual"}, "access.restricted.weights-on-request"),
        ({"tags": []}, "access.unknown.licence"),
        ({"tags": ["license:apache-2.0"], "library_name": None}, "access.unknown.weights"),
    ],
)
def test_access_goes_by_gate_and_licence(tmp_path: Path, codebooks: Tables, row: Row, rule: str) -> None:
    basis = None if ".unknown." in rule else "declared"
    assert labels(tmp_path, codebooks, "access", **row) == [(rule, basis)]


@pytest.mark.parametrize(
    ("card", "gated", "basis"),
    [
        ('{"license": "mit", "extra_gated_prompt": "Do you agree?"}', "some", "inferred"),
        ('{"license": "mit", "extra_gated": "no key of a gate"}', None, None),
        ('{"\\u0065xtra_gated_prompt": "Do you agree?"}', "some", "inferred"),
        ('{"extra_gated_prompt": ', None, None),
        ("[" * 100_000, None, None),
        (None, None, None),
    ],
    ids=["asks", "asks-nothing", "in-disguise", "half", "no-card", "none"],
)
def test_without_the_setting_a_card_that_asks_for_something_shows_a_gate_but_not_its_kind(
    tmp_path: Path, codebooks: Tables, card: str | None, gated: str | None, basis: str | None
) -> None:
    row = {"id": "a/b", "cardData": card, "tags": ["license:apache-2.0"]}
    folder = made(tmp_path, codebooks, [row], without=["gated"])
    assert rows_of(folder, "hub_models", "gated, gated_basis") == [(gated, basis)]
    assert ("access.unknown.weights",) in rows_of(folder, "hub_labels", "rule_id")
    set_otherwise = one(tmp_path / "set", codebooks, "gated, gated_basis", cardData=card, gated="false")
    assert set_otherwise == ("no", "declared")


def test_a_gate_of_a_kind_that_is_not_said_is_another_only_than_none() -> None:
    gates = [("no", "some"), ("some", "auto"), ("manual", "some"), ("auto", "manual"), (None, "some"), ("some", "no")]
    with duckdb.connect() as connection:
        for name, gated in (("before", [old for old, _ in gates]), ("hub", [new for _, new in gates])):
            frame = pl.DataFrame({"hub_id": list("abcdef"), "gated": gated, "licence_tag": "mit"})
            connection.register(f"{name}_models", frame)
            connection.execute(f"create table {name}_labels (hub_id varchar, axis varchar, label varchar)")
        found = connection.execute(f"select hub_id, hub_change from ({sql_of('hub_changes')})").fetchall()
    assert found == [("a", "regated"), ("d", "regated"), ("f", "regated")]


@pytest.mark.parametrize(
    ("config", "said", "rule"),
    [
        ({"architectures": ["NewModel", "B"], "n_routed_experts": 64}, ("NewModel", 64, None), "density.sparse.experts"),
        ({"model_type": "new", "num_experts": 1, "num_hidden_layers": 80}, (None, 1, 80), "density.unknown.routing"),
        ({"model_type": "llama", "num_local_experts": 8, "n_layer": 2}, (None, 8, 2), "density.dense.routing"),
        ({"architectures": "<b>", "num_experts": "many", "n_layer": -3}, (None, None, None), "density.unknown.routing"),
        ({"architectures": ["<b>"], "num_experts": 10**30}, (None, None, None), "density.unknown.routing"),
    ],
    ids=["experts", "one", "routing-first", "types", "too-many"],
)  # fmt: skip
def test_a_whole_configuration_declares_architecture_experts_and_layers(
    tmp_path: Path, codebooks: Tables, config: Row, said: tuple[object, ...], rule: str
) -> None:
    assert one(tmp_path, codebooks, "architecture, experts, layers", config=config) == said
    (found,) = [
        row for row in rows_of(tmp_path / "made", "hub_labels", "rule_id, basis") if row[0].startswith("density")
    ]
    assert found == (rule, {"sparse": "declared", "dense": "inferred"}.get(rule.split(".")[1]))


def test_of_a_repository_that_is_listed_twice_the_last_change_counts(tmp_path: Path, codebooks: Tables) -> None:
    rows = [
        {"id": "a/b", "likes": likes, "lastModified": datetime(2024, 6, day) if day else None}
        for likes, day in ((1, 1), (3, 3), (2, 2), (0, None))
    ]
    folder = made(tmp_path, codebooks, [*rows, rows[1], {"id": "c/d"}])
    assert rows_of(folder, "hub_models", "hub_id, likes") == [("a/b", 3), ("c/d", None)]


def test_of_a_snapshot_without_gates_nobody_knows_who_may_have_the_weights(tmp_path: Path, codebooks: Tables) -> None:
    folder = made(tmp_path, codebooks, [{"id": "a/b", "tags": ["license:apache-2.0"]}], without=["gated"])
    assert ("access.unknown.weights",) in rows_of(folder, "hub_labels", "rule_id")


def test_the_labels_are_those_of_the_curated_rules(tmp_path: Path, codebooks: Tables) -> None:
    row = {
        "pipeline_tag": "image-text-to-text",
        "config": {"model_type": "qwen3_moe"},
        "safetensors": counted(BF16=200_000_000_000),
        "tags": ["ja", "sft"],
    }
    folder = made(tmp_path, codebooks, [{"id": "a/b", **row}])
    assert {rule for (rule,) in rows_of(folder, "hub_labels", "rule_id")} == {
        "density.sparse.routing",
        "scale.gpt-3-class.parameters",
        "language_scope.language-specific.claim",
        "media.language-in.modality",
        "media.language-out.modality",
        "media.vision-in.modality",
        "media.multimodal.modality",
        "multitask.instruction-tuned",
        "access.unknown.licence",
        "openness.weights",
    }


def test_relations_are_what_cards_declare_each_once_and_of_others(tmp_path: Path, codebooks: Tables) -> None:
    rows = [
        {"id": "a/b", "baseModels": based("quantized", "c/d", "c/d", "a/b")},
        {"id": "a/c", "baseModels": based(None, "c/d")},
        {"id": "c/d"},
    ]
    found = rows_of(made(tmp_path, codebooks, rows), "hub_relations")
    assert found == [("a/b", "quantized", "c/d"), ("a/c", "unstated", "c/d")]


@pytest.mark.parametrize("row", [{"id": "no-owner"}, {"id": "a/b", "createdAt": None}])
def test_what_is_no_repository_or_has_no_day_is_left_out(tmp_path: Path, codebooks: Tables, row: Row) -> None:
    assert rows_of(made(tmp_path, codebooks, [{"createdAt": None, **row}, {"id": "c/d"}]), "hub_models", "hub_id") == [
        ("c/d",)
    ]


def test_parts_hold_what_one_part_holds_and_their_sums_agree(
    tmp_path: Path, project: Project, codebooks: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    books, curated = write_books(project, tmp_path / "books"), tmp_path / "curated"
    write_curated(codebooks, TODAY, curated)
    rows = [
        {"id": f"owner-{n % 7}/{n}", "createdAt": f"2024-0{n % 3 + 1}-01T00:00:00", "tags": ["ja"][: n % 2]}
        for n in range(40)
    ]
    snapshot = write_snapshot(tmp_path / "snapshot.parquet", rows)
    found = {}
    for at_a_time in (1000, 10):
        monkeypatch.setattr(derive, "AT_A_TIME", at_a_time)
        home = tmp_path / str(at_a_time)
        parts = split(snapshot, LAYOUT, home / "parts")
        assert (len(parts) > 1) == (at_a_time == 10)
        folders = [home / f"made-{number}" for number in range(len(parts))]
        for part, folder in zip(parts, folders, strict=True):
            derive_part(part, folder, codebooks)
            owners = {str(owner) for (owner,) in rows_of(folder, "hub_models", "distinct author")}
            assert not owners & found.get(("owners", at_a_time), set())
            found["owners", at_a_time] = owners | found.get(("owners", at_a_time), set())
        sum_up(folders, books, curated, home / "whole")
        for table in PARTED:
            found[table, at_a_time] = sorted(map(repr, duckdb.sql(f"from '{home}/made-*/{table}.parquet'").fetchall()))
        found["trends", at_a_time] = rows_of(home / "whole", "hub_trends")
    for name in (*PARTED, "trends", "owners"):
        assert found[name, 10] == found[name, 1000], name
    months = [(month, count) for axis, label, month, count, *_ in found["trends", 10] if label == "language-specific"]
    assert months == [("2024-01", 7), ("2024-02", 7), ("2024-03", 6)]


def test_a_part_is_derived_once_and_again_when_what_it_is_made_from_is_another(
    tmp_path: Path, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (part,) = split(write_snapshot(tmp_path / "s.parquet", [{"id": "a/b"}]), LAYOUT, tmp_path / "parts")
    home, first = tmp_path / "home", write_books(project, tmp_path / "first")
    made_first = derive_once(part, home, first)
    with monkeypatch.context() as patch:
        patch.setattr(derive, "derive_part", lambda *_: pytest.fail("it was derived already"))
        assert derive_once(part, home, first) == made_first
    project.edit(LICENCES, "use_restrictions = false", "use_restrictions = true")
    assert derive_once(part, home, write_books(project, tmp_path / "second")) != made_first
    assert sorted(path.name for path in home.iterdir()) == sorted({path.name for path in home.glob("?" * 32)})


def test_a_layout_says_what_it_does_not_know(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[columns]\nhub_id = "name"\nidd = "x"\nlikes = 3\n')
    with pytest.raises(UserError) as refused:
        read_layout(str(path))
    assert [line.partition("columns.")[2].partition(":")[0] for line in str(refused.value).split("\n")] == [
        "idd",
        "likes",
        "created_at",
    ]
    with pytest.raises(UserError, match="no such layout"):
        read_layout("hub-statz")


def test_a_snapshot_without_a_needed_column_is_refused_with_those_that_it_has(tmp_path: Path) -> None:
    snapshot = write_snapshot(tmp_path / "s.parquet", [{"id": "a/b"}], without=["createdAt"])
    with pytest.raises(UserError, match="no column 'createdAt' for created_at; its columns: id, "):
        split(snapshot, LAYOUT, tmp_path / "parts")


def test_every_layout_that_comes_along_can_be_read() -> None:
    assert [read_layout(name).name for name in layouts()] == ["hub-api", "hub-stats"]


def test_every_type_of_model_has_a_known_routing_and_an_address_where_it_was_read() -> None:
    text = REPOSITORY.joinpath("flows", "hub_layer", "model_types.toml").read_text(encoding="utf-8")
    for name, found in tomllib.loads(text)["model_types"].items():
        assert set(found) == {"routing", "source"}, name
        assert found["routing"] in ROUTINGS, name
        assert urlsplit(found["source"]).scheme == "https" and urlsplit(found["source"]).netloc, name
