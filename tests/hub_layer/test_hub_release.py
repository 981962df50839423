"""A release of the hub layer: whole, sealed, mirrored like any other, made again only where something changed."""

import json
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from flows.canonical import sha256
from flows.hub_layer.release import hash_of
from flows.publishing.mirror import mirror
from flows.publishing.move_index import PublishError
from flows.release_files.reading import read_manifest
from flows.stores.folder import FolderStore
from schemas.hub import HUB_TABLES
from support.here import Here
from support.hub_releases import FIRST, SECOND, published
from support.hub_snapshots import write_snapshot
from support.keys import key
from support.prefect_servers import Server
from support.project import Project

ROWS = [
    {"id": "a/b", "tags": ["license:apache-2.0", "ja"], "cardData": '{"x": "<script>alert(1)</script>"}'},
    {"id": "c/d"},
]


def test_a_release_describes_and_seals_all_that_it_holds(project: Project, tmp_path: Path) -> None:
    assert published(project, tmp_path, ROWS, FIRST) == "2026.11.20"
    folder = tmp_path / "store" / "2026.11.20"
    held = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    sums = dict(reversed(line.split("  ")) for line in held.pop("SHA256SUMS").read_text().splitlines())
    assert sums == {name: sha256(path) for name, path in held.items()}
    manifest = read_manifest((folder / "release.json").read_bytes(), "here")
    assert set(manifest.files) == set(held) - {"release.json"}
    assert {name: table.rows for name, table in manifest.tables.items()} == {
        name: duckdb.sql(f"select count(*) from '{folder}/{name}-*.parquet'").fetchall()[0][0] for name in HUB_TABLES
    }
    assert json.loads((folder / "release.json").read_text())["snapshot"] == {
        "sha256": hash_of(tmp_path / "2026-11-20" / "snapshot.parquet"),
        "layout": "hub-stats",
    }


def test_texts_of_cards_are_nowhere_in_a_release(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, ROWS, FIRST)
    folder = tmp_path / "store" / "2026.11.20"
    for path in folder.rglob("*.parquet"):
        assert "script" not in str(duckdb.sql(f"from '{path}'").fetchall())
    assert not any("<script" in path.read_text() for path in [*folder.rglob("*.md"), *folder.rglob("*.json")])


def test_the_query_of_the_readme_runs(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(project, tmp_path, ROWS, FIRST)
    monkeypatch.chdir(tmp_path / "store" / "2026.11.20")
    text = Path("README.md").read_text()
    queries = text.split("```sql\n")[1].split("```")[0].split(";\n")
    assert [duckdb.sql(query) is not None for query in queries if query.strip()] == [True, True, True]


def test_the_same_snapshot_gives_the_same_bytes(project: Project, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        published(project, tmp_path / name, ROWS, FIRST)
    sums = [(tmp_path / name / "store" / "2026.11.20" / "SHA256SUMS").read_text() for name in ("one", "two")]
    assert sums[0] == sums[1]


def test_where_nothing_changed_nothing_is_published_and_a_day_never_goes_back(project: Project, tmp_path: Path) -> None:
    published(project, tmp_path, ROWS, FIRST)
    assert published(project, tmp_path, ROWS, SECOND) is None
    assert published(project, tmp_path, ROWS[:1], SECOND) == "2026.11.27"
    index = json.loads((tmp_path / "store" / "releases.json").read_text())
    assert [(entry["version"], entry["previous"]) for entry in index["releases"]] == [
        ("2026.11.20", None),
        ("2026.11.27", "2026.11.20"),
    ]
    with pytest.raises(PublishError, match=r"has 2026\.11\.27 already"):
        published(project, tmp_path, ROWS, SECOND)


def test_a_signed_store_takes_no_unsigned_release_and_is_mirrored_with_its_signatures(
    project: Project, tmp_path: Path
) -> None:
    published(project, tmp_path, ROWS, FIRST, key())
    with pytest.raises(PublishError, match="--sign"):
        published(project, tmp_path, ROWS[:1], SECOND)
    published(project, tmp_path, ROWS[:1], SECOND, key())
    done = mirror(FolderStore(tmp_path / "store"), tmp_path / "copy")
    assert done.copied == ("2026.11.20", "2026.11.27")
    assert (tmp_path / "copy" / "2026.11.27" / "SHA256SUMS.sig").is_file()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.xdist_group("prefect")
def test_the_command_publishes_beside_the_curated_releases(
    here: Here, prefect_process: Server, project: Project, tmp_path: Path
) -> None:
    snapshot = write_snapshot(tmp_path / "snapshot.parquet", ROWS)
    options = ("--taken-on", "2026-11-20", "--sha256")
    done = here.kiban(prefect_process, project.root, "hub", str(snapshot), *options, "0" * 64)
    assert done.returncode == 1
    assert "it is not the snapshot that was meant" in done.stderr
    layout = tmp_path / "of-ours.toml"
    layout.write_text((files("flows.hub_layer") / "layouts" / "hub-stats.toml").read_text())
    options = (*options, hash_of(snapshot), "--layout", str(layout))
    done = here.kiban(prefect_process, project.root, "hub", str(snapshot), *options)
    assert done.returncode == 0, done.stderr
    assert "published 2026.11.20 in" in done.stdout
    build = project.root / "build"
    release = build / "releases" / "hub" / "2026.11.20"
    assert (release / "hub_models-000.parquet").is_file()
    assert "(layout of-ours)" in (release / "README.md").read_text()
    assert sorted(path.name for path in build.iterdir()) == ["releases"]
