"""A release of the hub layer is verified by the code that verifies a curated one, and every fault of it is seen."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from flows.canonical import sha256, to_json
from flows.hub_layer import derive
from flows.publishing.publish import yank
from flows.stores.folder import FolderStore
from flows.verification import hub
from flows.verification.verify import HUB_CHECKS, verify, verify_folder, verify_root
from flows.verification.whole import verify_store
from support.hub_releases import FIRST, SECOND, published
from support.hub_snapshots import based, counted
from support.keys import key
from support.project import TODAY, make_project
from support.servers import web_server
from support.tampering import edit_json

pytestmark = pytest.mark.xdist_group("hub-verified")  # a store of two releases, which one process makes once

OLD, NEW = "2026.11.20", "2026.11.27"
MODEL = {"tags": ["license:apache-2.0", "ja", "sft"], "safetensors": counted(BF16=7_000_000_000)}
ROWS = [{"id": f"owner-{n}/model", "baseModels": based("finetune", "owner-0/model"), **MODEL} for n in range(6)]
#: what the first release had otherwise
BEFORE = [ROWS[0] | {"tags": []}, *ROWS[1:5], {"id": "owner-9/gone"}]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A signed store of two releases, each of more than one part."""
    folder = tmp_path_factory.mktemp("hub")
    project = make_project(folder / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(derive, "AT_A_TIME", 3)
        published(project, folder, BEFORE, FIRST, key())
        published(project, folder, ROWS, SECOND, key())
    assert (folder / "store" / NEW / "hub_models-001.parquet").is_file()
    return folder / "store"


@pytest.fixture
def store(made: Path, tmp_path: Path) -> Path:
    """The same, to be tampered with."""
    shutil.copytree(made, tmp_path / "store")
    return tmp_path / "store"


def test_a_good_store_passes_every_check_as_a_whole_and_release_by_release(made: Path) -> None:
    found = dict(verify_store(str(made), None))
    assert list(found) == ["store", OLD, NEW]
    said = {(part, check.name): (check.status, check.problems) for part, checks in found.items() for check in checks}
    assert {status for status, _ in said.values()} == {"passed"}, said
    assert [check.name for check in found[NEW]] == list(HUB_CHECKS)
    alone = {check.name: check.status for check in verify_folder(made / NEW)}
    assert alone == dict.fromkeys(HUB_CHECKS, "passed")


def test_a_store_on_the_web_with_a_release_that_was_yanked_verifies_as_well(store: Path) -> None:
    yank(FolderStore(store), OLD, "gates were missing", TODAY, key())
    with web_server(store) as web:
        found = {check.name: (check.status, check.problems) for check in verify(web.url, None, None)}
    assert found == dict.fromkeys(("copy", *HUB_CHECKS), ("passed", []))
    assert {check.status for check in verify_root(store)} == {"passed"}


def table(name: str, query: str, number: int = 0) -> Callable[[Path], None]:
    """Write one file of a table anew, as a query over what was in it, with its metadata."""

    def change(release: Path) -> None:
        path = release / f"{name}-{number:03}.parquet"
        with duckdb.connect() as connection:
            connection.execute(f"create table was as from '{path}'")
            said = connection.execute(
                f"select decode(key), decode(value) from parquet_kv_metadata('{path}')"
            ).fetchall()
            pairs = ", ".join("'{}': '{}'".format(k, v.replace("'", "''")) for k, v in said if k != "ARROW:schema")
            connection.execute(f"copy ({query}) to '{path}' (format parquet, kv_metadata {{{pairs}}})")

    return change


def in_file(name: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(release: Path) -> None:
        path = release / name
        path.write_text(change(path.read_text()))

    return edit


def reseal(store: Path) -> None:
    """Seal the newer release anew, as somebody could who has no key."""
    release = store / NEW
    manifest = json.loads((release / "release.json").read_text())
    unlisted = ("release.json", "SHA256SUMS", "SHA256SUMS.sig")
    files = {path.relative_to(release).as_posix(): path for path in sorted(release.rglob("*")) if path.is_file()}
    manifest["files"] = {
        name: {"bytes": path.stat().st_size, "sha256": sha256(path)}
        for name, path in files.items()
        if name not in unlisted
    }
    for name, entry in manifest["tables"].items():
        parts = sorted(release.glob(f"{name}-*.parquet"))
        hashes = "".join(sha256(path) for path in parts)
        rows = sum(duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0] for path in parts)
        entry.update(rows=rows, content_sha256=hashlib.sha256(hashes.encode()).hexdigest())
    (release / "release.json").write_text(to_json(manifest))
    files = {name: path for name, path in files.items() if name not in unlisted[1:]}
    (release / "SHA256SUMS").write_text("".join(f"{sha256(path)}  {name}\n" for name, path in sorted(files.items())))

    def change(index: dict[str, list[dict[str, object]]]) -> None:
        (entry,) = (entry for entry in index["releases"] if entry["version"] == NEW)
        entry["manifest_sha256"] = sha256(release / "release.json")
        entry["sums_sha256"] = sha256(release / "SHA256SUMS")
        entry["rows"] = {name: table["rows"] for name, table in manifest["tables"].items()}

    edit_json(store / "releases.json", change)


FIRST_ROW = "select hub_id from was limit 1"
LOOSE = "hub_labels-000.parquet: 1 row not from the rules: owner-"


@pytest.mark.parametrize(
    ("tamper", "check", "says"),
    [
        (table("hub_labels", "select * replace (if(axis = 'scale', 'trillion', label) as label) from was"), "rules", "hub_labels-000.parquet: "),
        (table("hub_labels", f"select * from was where not (axis = 'density' and hub_id = ({FIRST_ROW}))"), "rules", "1 row lacking: owner-"),
        (table("hub_labels", f"from was union all select hub_id, 'scale', 'of-nobody', 'x', null from ({FIRST_ROW}) order by 1, 2, 3"), "rules", LOOSE),
        (table("hub_labels", "select * replace ('of-nobody' as label) from was"), "references", "axis, label: no such row in hub_codes: access,of-nobody"),
        (table("hub_models", "select * replace (parameters * 1000 as parameters) from was"), "rules", "hub_labels-000.parquet: "),
        (table("hub_models", "select * replace ('perhaps' as gated) from was"), "values", "hub_models: gated: is none of no, some, auto, manual in "),
        (table("hub_models", "select * replace (null::date as created_on) from was"), "values", "hub_models: created_on: is missing in "),
        (table("hub_models", "from was order by hub_id desc"), "keys", "not in the order of the key (hub_id)"),
        (table("hub_models", "from was union all from was order by hub_id"), "keys", "keys (hub_id) stand there more than once"),
        (table("hub_models", "select * exclude (gated) from was"), "schema", "missing: gated; not described: none"),
        (table("hub_models", "select * replace (likes::varchar as likes) from was"), "schema", "likes: is string, described as integer"),
        (table("hub_relations", "select * replace ('nobody/x' as hub_id) from was limit 1"), "references", "no such row in hub_models: nobody/x"),
        (table("hub_families", "select * replace (99 as repositories_count) from was"), "rules", "hub_families-000.parquet: 1 row not from the rules"),
        (table("hub_trends", "select * replace (created_count + 1 as created_count) from was"), "rules", "hub_trends-000.parquet: "),
        (table("hub_changes", "from was where hub_change <> 'relicensed'"), "changes", "owner-0/model, licence, relicensed, , apache-2-0"),
        (in_file("rules/05-channels.sql", lambda sql: sql.replace("from cases", "from 'hub_models-000.parquet'")), "rules", "rules: channels: cannot be run over what is published: "),
        (lambda release: (release / "hub_models-001.parquet").rename(release / "hub_models-003.parquet"), "schema", "hub_models-001.parquet: is missing"),
        (lambda release: shutil.copy(release / "hub_models-000.parquet", release / "hub_models-002.parquet"), "schema", "hub_models-002.parquet: is of no table that datapackage.json describes"),
    ],
)  # fmt: skip
def test_what_is_changed_and_sealed_anew_without_the_key_is_seen_twice(
    store: Path, tamper: Callable[[Path], object], check: str, says: str
) -> None:
    tamper(store / NEW)
    reseal(store)
    asked = ("index", "checksums", "signature", check)
    found = {result.name: result for result in verify_folder(store, NEW, checks=asked)}
    assert found["signature"].status == "failed"
    assert (found["checksums"].status, found["index"].status) == ("passed", "passed"), found
    assert any(says in problem for problem in found[check].problems), found[check]


def test_labels_are_derived_row_group_by_row_group_and_changes_range_by_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(derive, "_ROW_GROUP", 2048)
    monkeypatch.setattr(hub, "_AT_A_TIME", 4096)
    project = make_project(tmp_path / "project")
    rows = [{"id": f"a/{number}", "tags": ["ja"][: number % 2]} for number in range(5000)]
    published(project, tmp_path, rows, FIRST)
    published(
        project, tmp_path, [*rows[:2000], {"id": "a/new"}, *({**row, "tags": ["sft"]} for row in rows[2100:])], SECOND
    )
    release = tmp_path / "store" / NEW
    assert duckdb.sql(f"select count(*) from parquet_metadata('{release}/hub_models-000.parquet')").fetchall() > [(60,)]
    found = {check.name: check for check in verify_folder(release, checks=["rules", "changes"])}
    assert {name: check.problems for name, check in found.items()} == {"rules": [], "changes": []}
    table("hub_labels", "select * replace (if(hub_id = 'a/4999' and axis = 'scale', 'x', label) as label) from was")(
        release
    )
    (rules, changes) = verify_folder(release, checks=["rules", "changes"])
    assert [problem.split(":")[2].split(",")[0].strip() for problem in rules.problems[:2]] == ["a/4999", "a/4999"]
    assert "1 row lacking: a/4999, scale, relabelled" in changes.problems[0]


def test_bytes_files_and_folders_that_are_not_the_published_ones_are_seen(store: Path) -> None:
    path = store / NEW / "hub_labels-001.parquet"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    (store / NEW / "hub_relations-000.parquet").unlink()
    (store / NEW / "more").mkdir()
    (store / "2026.12.4").mkdir()
    found = dict(verify_store(str(store), None, None, ("checksums", "manifest", "content")))
    said = {check.name: check.problems for check in [*found["store"], *found[NEW]]}
    assert "hub_labels-001.parquet: does not have its SHA-256" in said["checksums"]
    assert "hub_relations-000.parquet: is missing" in said["checksums"]
    assert "more: is an empty folder" in said["checksums"]
    assert "hub_labels: its files do not have the content hash of release.json" in said["content"]
    assert said["root"] == ["2026.12.4: does not belong to the store"]
    assert all(check.status == "passed" for check in found[OLD])


def test_a_curated_release_is_none_of_the_hub_and_the_other_way_round(store: Path) -> None:
    edit_json(store / "releases.json", lambda index: index.update(name="kiban"))
    (index,) = verify_folder(store, NEW, checks=["index"])
    assert "releases.json: files: feed.atom is missing" in index.problems
    assert f"releases.json: {NEW}: rows: are not those of a release of kiban" in index.problems
    assert "release.json: name: is not that of releases.json" in index.problems
