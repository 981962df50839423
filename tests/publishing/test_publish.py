"""A release: whole or not at all, never changed, the same bytes for the same records."""

import json
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.canonical import sha256
from flows.derive.steps import STEPS
from flows.errors import UserError
from flows.layout import UNLISTED, next_version, table_path
from flows.publishing import staging
from flows.publishing.index import IndexFormatError, read_index
from flows.publishing.mirror import mirror
from flows.publishing.move_index import PublishError, latest_version
from flows.publishing.publish import Published, yank
from flows.publishing.publish import preview as write_preview
from flows.publishing.publish import publish as publish_to
from flows.publishing.staging import StagingError
from flows.release_files.duckdb_file import deprecated_views
from flows.release_files.manifest import source_commit
from flows.release_files.table_files import read_parquet, write_csv
from flows.stores.folder import FolderStore
from flows.stores.store import Store
from flows.verification.verify import CHECKS, verify_folder
from schemas.products import FILES, PRODUCTS, Deprecated, column_of
from schemas.tables import frame, frames
from schemas.validation import ProductError
from support.editions import published_versions, tables_of
from support.figures import figures
from support.project import REPOSITORY, make_project
from support.staged import small_releases
from support.staged import staged_folder as staged_folder
from support.staged import staged_once as staged_once
from support.tables import arrow, arrow_tables

pytestmark = pytest.mark.xdist_group("publish")  # releases that one process makes once

AS_OF = date(2026, 11, 23)
Frames = dict[str, pl.DataFrame]


def published(
    root: Path, tables: Frames, as_of: date, store: Store, version: str | None = None, key: Path | None = None
) -> Published:
    """Publish tables that a test may have changed."""
    return publish_to(root, arrow_tables(tables), as_of, store, version, key)


def preview(root: Path, tables: Frames, as_of: date) -> Path:
    """Write a preview of tables that a test may have changed."""
    return write_preview(root, arrow_tables(tables), as_of)


def publish(root: Path, tables: Frames, as_of: date, version: str | None = None) -> Path:
    """Publish into the project's own folder of releases; the folder of the release."""
    releases = root / "build" / "releases"
    done = published(root, tables, as_of, FolderStore(releases), version)
    assert done.version is not None
    return releases / done.version


def renamed(tables: Frames, suffix: str = " too") -> Frames:
    """The same tables but for one name: something to publish again."""
    return {**tables, "models": tables["models"].with_columns(pl.col("name") + suffix)}


def home(root: Path) -> Path:
    """A folder to publish from, without records."""
    (root / "raw").mkdir()
    shutil.copyfile(REPOSITORY / "raw" / "LICENSE", root / "raw" / "LICENSE")
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return home(tmp_path)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Frames:
    """Published tables of the project with two records."""
    return frames(tables_of(make_project(tmp_path_factory.mktemp("small")), AS_OF))


@pytest.fixture(scope="module")
def published_once(tmp_path_factory: pytest.TempPathFactory, small: Frames) -> Path:
    """A release of the small tables, made once; only to be copied."""
    return publish(home(tmp_path_factory.mktemp("once")), small, AS_OF)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, small: Frames) -> Path:
    """The same, but for files that no publisher opens."""
    with pytest.MonkeyPatch.context() as patch:
        small_releases(patch)
        return publish(home(tmp_path_factory.mktemp("begun")), small, AS_OF)


@pytest.fixture
def first(root: Path, begun: Path) -> Path:
    """The release of the small tables, in a folder of one's own."""
    shutil.copytree(begun.parent, root / "build" / "releases")
    return root / "build" / "releases" / begun.name


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, small: Frames) -> Path:
    """A release of the small tables with its figures, only to be read."""
    with figures():
        return publish(home(tmp_path_factory.mktemp("released")), small, AS_OF)


def files(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_release_holds_every_table_as_parquet_and_csv(released: Path) -> None:
    data = {p.name for p in (released / "data").iterdir()}
    assert data == {f"{name}.{kind}" for name in PRODUCTS for kind in ("parquet", "csv")}
    beside = {p.name for p in released.iterdir()} - {"data"}
    assert {p.name[3:-4] for p in (released / "rules").iterdir()} == {*STEPS, *PRODUCTS}
    seals = {"release.json", "SHA256SUMS", "provenance.json"}
    described = {
        "datapackage.json",
        "croissant.json",
        "CITATION.cff",
        "README.md",
        "CHECK.md",
        "CHANGELOG.md",
        "LICENSE",
        "queries.sql",
        "kiban.sql",
        "RECIPES.md",
        "index.html",
    }
    assert beside == {"rules", "figures", "kiban.duckdb", "changes.parquet", "changes.csv"} | seals | described


def test_a_release_has_its_figures_and_shows_them(released: Path) -> None:
    shown = re.findall(r"\]\((figures/[a-z]+\.(?:en|ja)\.(?:png|svg))\)", (released / "README.md").read_text())
    there = {p.relative_to(released).as_posix() for p in (released / "figures").glob("*.*g")}
    assert len(there) == 36 and set(shown) <= there
    assert {path.split(".")[0] for path in shown} == {path.split(".")[0] for path in there}


def test_sha256sum_confirms_a_release_without_our_code(released: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=released, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    listed = {line[66:] for line in (released / "SHA256SUMS").read_text().splitlines()}
    assert listed == set(files(released)) - {"SHA256SUMS"}


def test_the_manifest_lists_rows_content_and_bytes(released: Path, small: Frames) -> None:
    body = json.loads((released / "release.json").read_text())
    assert (body["version"], body["as_of"], body["previous"]) == ("2026.11.0", "2026-11-23", None)
    assert set(body["files"]) == set(files(released)) - set(UNLISTED)
    for name, table in small.items():
        csv = released / "data" / f"{name}.csv"
        assert body["tables"][name] == {"rows": table.height, "content_sha256": sha256(csv)}
    for path, entry in body["files"].items():
        assert entry == {"bytes": (released / path).stat().st_size, "sha256": sha256(released / path)}


def test_the_index_leads_to_the_manifest(released: Path) -> None:
    index = json.loads((released.parent / "releases.json").read_text())
    assert index["latest"] == "2026.11.0"
    (entry,) = index["releases"]
    assert entry["manifest_sha256"] == sha256(released.parent / entry["manifest"])


def test_parquet_carries_descriptions_checksums_and_its_order(released: Path) -> None:
    for name, product in FILES.items():
        path = released / table_path(name, "parquet")
        file = pq.ParquetFile(path)
        for column in product.columns:
            metadata = file.schema_arrow.field(column).metadata
            assert metadata[b"description"].decode().startswith(column_of(product, column).en)
            assert metadata[b"description:ja"].decode() == column_of(product, column).ja
        keys = file.schema_arrow.metadata
        assert keys[b"kiban.table"].decode() == name
        assert set(json.loads(keys[b"columns"])) == set(product.columns)
        if file.metadata.num_rows:
            assert file.metadata.row_group(0).column(0).compression == "ZSTD"
        keys = frame(read_parquet(path)).select(product.key)
        assert keys.equals(keys.sort(product.key)), name


def test_a_flipped_bit_in_a_page_is_seen_when_reading_back(released: Path, tmp_path: Path) -> None:
    path = tmp_path / "statements.parquet"
    content = bytearray((released / "data" / "statements.parquet").read_bytes())
    content[2_000] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError):
        read_parquet(path)


def test_csv_and_parquet_hold_the_same_values(released: Path) -> None:
    for name, product in PRODUCTS.items():
        text = pl.read_csv(released / "data" / f"{name}.csv", infer_schema=False)
        typed = frame(read_parquet(released / "data" / f"{name}.parquet"))
        assert text.columns == list(product.columns)
        assert text.height == typed.height
        for column in product.columns:
            assert text[column].null_count() == typed[column].null_count(), (name, column)


def test_lists_are_joined_by_semicolons_in_csv(tmp_path: Path, small: Frames) -> None:
    table = small["models"].filter(pl.col("model_id") == "acme/one")
    write_csv(tmp_path / "models.csv", arrow("models", table), PRODUCTS["models"].key)
    row = pl.read_csv(tmp_path / "models.csv", infer_schema=False).to_dicts()[0]
    assert row["aliases"] == "One 175B;uno"
    assert row["announced"] == "2020-05-28"


def test_the_duckdb_file_has_comments_landscape_and_views(released: Path) -> None:
    with duckdb.connect(str(released / "kiban.duckdb"), read_only=True) as connection:
        commented = connection.execute(
            "select count(*) from duckdb_columns() where not internal and schema_name = 'main' and comment is null"
        )
        assert commented.fetchall() == [(0,)]
        announced = connection.execute("select count(*) from models where known_since <= date '2021-12-31'").fetchall()
        assert connection.execute("select count(*) from landscape(date '2021-12-31')").fetchall() == announced
        today = connection.execute("select access from models order by model_id").fetchall()
        view = "select label from current_labels where axis = 'access' order by model_id"
        assert connection.execute(view).fetchall() == today
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'kiban'").fetchall()
        assert "v1.0.0" in str(tags)


def test_a_release_with_figures_passes_its_checks(released: Path) -> None:
    """But for those of readers' tools, which look at none: `tests/verification` runs them."""
    results = verify_folder(released, checks=[name for name in CHECKS if name not in ("croissant", "datapackage")])
    assert {r.name: r.problems for r in results if r.status == "failed"} == {}
    assert [r.name for r in results if r.status == "not run"] == ["signature"]


def test_the_same_records_give_the_same_bytes(root: Path, published_once: Path, small: Frames) -> None:
    again = files(publish(root, small, AS_OF))
    first = files(published_once)
    differ = {name for name in first if first[name] != again[name]}
    assert differ <= {"kiban.duckdb", "SHA256SUMS"}
    sums = [
        {line for line in (folder / "SHA256SUMS").read_text().splitlines() if not line.endswith("kiban.duckdb")}
        for folder in (published_once, root / "build" / "releases" / "2026.11.0")
    ]
    assert sums[0] == sums[1]


def test_a_published_version_is_refused_and_stays_as_it_is(root: Path, first: Path, small: Frames) -> None:
    before = files(first)
    with pytest.raises(PublishError, match="published already"):
        publish(root, renamed(small), AS_OF, "2026.11.0")
    assert files(first) == before


@pytest.mark.usefixtures("staged_once")
def test_versions_count_up_within_the_month_of_the_release_day(root: Path, first: Path, small: Frames) -> None:
    releases = root / "build" / "releases"
    assert first.name == "2026.11.0"
    assert publish(root, renamed(small), AS_OF).name == "2026.11.1"
    assert next_version(published_versions(releases), date(2026, 12, 1)) == "2026.12.0"
    assert published_versions(releases) == ["2026.11.0", "2026.11.1"]
    assert json.loads((releases / "2026.11.1" / "release.json").read_text())["previous"] == "2026.11.0"
    assert json.loads((releases / "releases.json").read_text())["latest"] == "2026.11.1"


@pytest.mark.usefixtures("staged_once")
def test_nothing_changed_is_no_release(root: Path, first: Path, small: Frames) -> None:
    before = files(first.parent)
    done = published(root, small, AS_OF, FolderStore(first.parent))
    assert done.version is None
    assert "nothing changed since 2026.11.0" in done.words
    assert files(first.parent) == before


@pytest.mark.usefixtures("staged_once")
def test_what_is_not_published_is_not_staged(root: Path, small: Frames, monkeypatch: pytest.MonkeyPatch) -> None:
    organisations = small["organisations"]
    extra = organisations.head(1).with_columns(pl.lit("zzz").alias("organisation_id"))
    more = {**small, "organisations": pl.concat([organisations, extra])}
    publish(root, more, AS_OF)
    monkeypatch.setattr("flows.publishing.publish.stage", None)  # whoever calls it fails
    assert published(root, more, AS_OF, FolderStore(root / "build" / "releases")).version is None
    with pytest.raises(PublishError, match="the id zzz is gone"):
        publish(root, small, AS_OF)


def test_what_a_killed_run_left_goes_with_the_next_run_also_if_nothing_changed(
    root: Path, first: Path, small: Frames
) -> None:
    releases = first.parent
    (releases / ".staging-0.part").touch()
    (releases / ".staging-2026.11.1-7").mkdir()
    assert published(root, small, AS_OF, FolderStore(releases)).version is None
    assert not list(releases.glob(".staging*"))


@pytest.mark.usefixtures("staged_once")
def test_a_version_that_would_not_be_the_newest_is_refused(root: Path, first: Path, small: Frames) -> None:
    with pytest.raises(PublishError, match=r"2022\.5\.0 would not come after 2026\.11\.0.*give a later --as-of"):
        publish(root, renamed(small), date(2022, 5, 31))
    assert publish(root, renamed(small), date(2022, 5, 31), "2026.12.0").name == "2026.12.0"


def test_the_first_release_is_one_in_the_index_and_follows_none(released: Path) -> None:
    (entry,) = read_index((released.parent / "releases.json").read_bytes(), "here").releases
    assert (entry.version, entry.previous, entry.state, entry.signed) == ("2026.11.0", None, "published", False)
    assert read_parquet(released / "changes.parquet").num_rows == 0


@pytest.mark.usefixtures("staged_once")
def test_a_yanked_version_is_skipped_by_latest_and_stays(root: Path, first: Path, small: Frames) -> None:
    second = publish(root, renamed(small), AS_OF)
    before = files(second)
    store = FolderStore(first.parent)
    assert yank(store, "2026.11.1", " names were wrong ", AS_OF).new
    assert not yank(store, "2026.11.1", "again", AS_OF).new
    body = json.loads((first.parent / "releases.json").read_text())
    assert body["latest"] == latest_version(first.parent) == "2026.11.0"
    entry = body["releases"][1]
    assert (entry["state"], entry["reason"], entry["yanked_on"]) == ("yanked", "names were wrong", "2026-11-23")
    assert files(second) == before
    third = publish(root, renamed(small, " three"), AS_OF)
    body = json.loads((third / "release.json").read_text())
    assert (body["version"], body["previous"]) == ("2026.11.2", "2026.11.1")
    assert json.loads((third.parent / "releases.json").read_text())["latest"] == "2026.11.2"


def test_yanking_needs_a_version_that_is_there_and_a_reason(root: Path, first: Path, small: Frames) -> None:
    store = FolderStore(first.parent)
    with pytest.raises(PublishError, match="a reason is needed"):
        yank(store, "2026.11.0", "  ", AS_OF)
    with pytest.raises(UserError, match=r"there is no 2026\.11\.5.*published are: 2026\.11\.0"):
        yank(store, "2026.11.5", "why not", AS_OF)
    with pytest.raises(PublishError, match="is no version"):
        yank(store, "../2026.11.0", "why not", AS_OF)
    assert not (store.root / "yanked").exists()


@pytest.mark.usefixtures("staged_once")
def test_errata_of_a_release_stand_at_it_in_the_index(root: Path, first: Path, small: Frames) -> None:
    erratum = {
        "erratum_id": "names", "version": "2026.11.0", "table_name": "models", "erratum_en": "Names were wrong.",
        "erratum_ja": "名称が誤り。", "corrected_in": "2026.11.1", "noted_on": AS_OF,
    }  # fmt: skip
    errata = pl.DataFrame([erratum], schema=small["errata"].schema)
    folder = publish(root, {**small, "errata": errata}, AS_OF)
    first, second = json.loads((folder.parent / "releases.json").read_text())["releases"]
    assert first["errata"] == [
        {"id": "names", "table": "models", "text": "Names were wrong.", "text_ja": "名称が誤り。",
         "corrected_in": "2026.11.1", "on": "2026-11-23"}
    ]  # fmt: skip
    assert second["errata"] == []
    assert "Names were wrong. Corrected in 2026.11.1." in (folder / "CHANGELOG.md").read_text()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "is no index"),
        ('{"releases": 3}', "is no index"),
        ("nonsense", "is no index"),
        ('{"releases": [{"version": "2026.11.0"}]}', "releases: 0: as_of: Field required; it is no index of releases"),
    ],
)
def test_an_index_that_is_none_is_refused(root: Path, small: Frames, text: str, says: str) -> None:
    releases = root / "build" / "releases"
    releases.mkdir(parents=True)
    (releases / "releases.json").write_text(text)
    with pytest.raises(IndexFormatError, match=says):
        publish(root, small, AS_OF)
    assert (releases / "releases.json").read_text() == text


def test_versions_are_ordered_by_number_not_by_text() -> None:
    assert next_version(["2026.9.10", "2026.9.9", "2026.9.2", "junk", "2026.10.0"], date(2026, 9, 1)) == "2026.9.11"


@pytest.mark.parametrize(
    "version", ["2026.11", "../2026.11.0", "2026.13.0", "v2026.11.0", "2026.11.0/..", "", "2026.11.00"]
)
def test_what_is_no_version_is_refused(root: Path, small: Frames, version: str) -> None:
    if version:
        with pytest.raises(PublishError, match="is no version"):
            publish(root, small, AS_OF, version)
    assert not (root / "build" / "releases" / "releases.json").exists()


def left(root: Path) -> list[str]:
    """What lies in the folder of releases, but for locks."""
    return sorted(p.name for p in (root / "build" / "releases").iterdir() if not p.name.endswith(".lock"))


def _spoilt(products: Frames, table: str, change: pl.Expr) -> Frames:
    return {**products, table: products[table].with_columns(change)}


@pytest.mark.parametrize(
    ("table", "change", "says"),
    [
        ("facts", pl.lit("guessed").alias("state"), "facts.state: unknown code: guessed"),
        ("models", pl.lit("").alias("name"), "models.models: empty text or list"),
        ("models", pl.lit("acme/one").alias("model_id"), "models"),
        ("models", pl.col("name").reverse().alias("model_id"), "not in the order of the key"),
        ("models", pl.lit(None, pl.Date).alias("known_since"), "models.known_since: not_nullable"),
        ("models", pl.lit("nobody/nothing").alias("base"), "models.base: no such row in models: nobody/nothing"),
        ("labels", pl.lit(["gone"]).alias("statement_ids"), "labels.statement_ids: no such row in statements: gone"),
        ("labels", pl.lit("brilliant").alias("label"), "labels"),
        ("sources", pl.col("accessed").cast(pl.String), "sources.accessed"),
        ("models", pl.lit([], pl.List(pl.String)).alias("aliases"), "models.models: empty text or list"),
    ],
)
def test_a_table_that_fails_is_not_published(root: Path, small: Frames, table: str, change: pl.Expr, says: str) -> None:
    with pytest.raises(ProductError, match=says.replace(".", r"\.")):
        publish(root, _spoilt(small, table, change), AS_OF)
    assert published_versions(root / "build" / "releases") == []
    assert not list((root / "build" / "releases").glob(".staging*"))


def test_a_label_outside_the_codebook_is_not_published(root: Path, small: Frames) -> None:
    codes = small["axis_labels"].filter(pl.col("label") != "dense")
    with pytest.raises(ProductError, match="density has no label dense"):
        publish(root, {**small, "axis_labels": codes}, AS_OF)


def test_a_failure_while_writing_leaves_nothing_behind(
    root: Path, small: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("flows.publishing.staging.write_duckdb", fail)
    with pytest.raises(StagingError, match="No space left"):
        publish(root, small, AS_OF)
    assert left(root) == []


def test_bytes_that_change_on_their_way_to_disk_are_not_published(
    root: Path, small: Frames, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal = staging.seal

    def spoil(folder: Path, key: Path | None) -> None:
        seal(folder, key)
        with (folder / "data" / "models.csv").open("a") as file:
            file.write("\n")

    monkeypatch.setattr(staging, "seal", spoil)
    with pytest.raises(StagingError, match=r"data/models\.csv does not have its checksum"):
        publish(root, small, AS_OF)
    assert left(root) == []


@pytest.mark.parametrize("change", [pl.col("name").str.to_uppercase(), pl.col("layers").cast(pl.Float64)])
def test_a_table_that_reads_back_otherwise_is_not_published(
    root: Path, small: Frames, monkeypatch: pytest.MonkeyPatch, change: pl.Expr
) -> None:
    def spoil(path: Path) -> pa.Table:
        table = read_parquet(path)
        return frame(table).with_columns(change).to_arrow() if path.stem == "models" else table

    monkeypatch.setattr(staging, "read_parquet", spoil)
    with pytest.raises(StagingError, match=r"models\.parquet does not give back its table"):
        publish(root, small, AS_OF)
    assert left(root) == []


def test_a_preview_takes_the_place_of_the_one_before(root: Path, small: Frames) -> None:
    folder = preview(root, small, AS_OF)
    (folder / "left over").write_text("")
    assert preview(root, small, AS_OF) == folder
    assert not (folder / "left over").exists()
    assert {p.name for p in (root / "build").iterdir()} == {"preview", ".lock"}


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_the_commit_is_the_projects_own_and_clean_if_nothing_changed(tmp_path: Path) -> None:
    assert source_commit(tmp_path) == (None, False)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "record.toml").write_text("")
    _git(tmp_path, "init")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    commit, clean = source_commit(tmp_path)
    assert (len(commit or ""), clean) == (40, True)
    (tmp_path / "raw" / "record.toml").write_text("# changed")
    assert source_commit(tmp_path) == (commit, False)
    assert source_commit(tmp_path / "raw") == (None, False)


@pytest.mark.usefixtures("staged_once")
def test_releases_that_the_index_lost_are_taken_up_again(root: Path, first: Path, small: Frames) -> None:
    folder = publish(root, renamed(small), AS_OF)
    yank(FolderStore(folder.parent), "2026.11.0", "names were wrong", AS_OF)
    index = folder.parent / "releases.json"
    text = index.read_text()
    index.unlink()
    done = published(root, renamed(small), AS_OF, FolderStore(folder.parent))
    assert done.version is None
    again = json.loads(index.read_text())
    assert again.pop("serial") >= 1  # the count of a lost index is lost with it
    assert again == {name: value for name, value in json.loads(text).items() if name != "serial"}


@pytest.mark.usefixtures("staged_once")
def test_an_id_that_is_gone_needs_a_tombstone(root: Path, first: Path, small: Frames) -> None:
    organisations = small["organisations"]
    extra = organisations.head(1).with_columns(pl.lit("zzz").alias("organisation_id"))
    more = {**small, "organisations": pl.concat([organisations, extra])}
    publish(root, more, AS_OF)
    with pytest.raises(PublishError, match=r"organisations: the id zzz is gone; give it an entry in raw/retired\.toml"):
        publish(root, small, AS_OF)
    tombstone = {"retired_id": "zzz", "renamed_to": None, "reason": "a test", "retired_on": AS_OF}
    retired = pl.concat([small["retired"], pl.DataFrame([tombstone], schema=small["retired"].schema)])
    publish(root, {**small, "retired": retired}, AS_OF)
    with pytest.raises(PublishError, match="the retired id zzz has lost its entry"):
        publish(root, renamed(small), AS_OF)
    with pytest.raises(PublishError, match=r"the id zzz was retired in 2026\.11\.2 and is never used again"):
        publish(root, {**more, "retired": retired}, AS_OF)


def test_names_of_before_stay_as_views_under_which_old_queries_run() -> None:
    names = [Deprecated("size", "models", "parameters"), Deprecated("systems", "models")]
    with duckdb.connect() as connection:
        connection.execute("create table models as select 'a' as model_id, 7 as parameters")
        for statement in deprecated_views(names):
            connection.execute(statement)
        assert connection.execute("select * from models").fetchall() == [("a", 7)]
        connection.execute("set search_path = 'deprecated,main'")
        assert connection.execute("select size, parameters from models").fetchall() == [(7, 7)]
        assert connection.execute("select parameters from systems").fetchall() == [(7,)]
    assert list(deprecated_views([])) == []


def test_names_of_before_are_names_of_columns_that_are_there() -> None:
    from schemas.products import DEPRECATED

    for name in DEPRECATED:
        assert name.old not in (PRODUCTS[name.table].columns if name.column else PRODUCTS)
        assert name.column is None or name.column in PRODUCTS[name.table].columns


def _key(folder: Path, name: str) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    return folder / name


@pytest.mark.usefixtures("staged_once")
def test_a_store_of_signed_releases_takes_none_unsigned_and_none_by_a_stranger(
    root: Path, tmp_path: Path, small: Frames
) -> None:
    store = FolderStore(root / "build" / "releases")
    ours, other = _key(tmp_path, "ours"), _key(tmp_path, "other")
    done = published(root, small, AS_OF, store, key=ours)
    assert done.signed
    assert "signed" in done.words
    index = (store.root / "releases.json").read_bytes()
    assert (store.root / "signatures" / f"{sha256(store.root / 'releases.json')}.sig").is_file()
    assert (store.root / "2026.11.0" / "SHA256SUMS.sig").is_file()
    with pytest.raises(PublishError, match="are signed; sign this one too"):
        published(root, renamed(small), AS_OF, store)
    with pytest.raises(PublishError, match="are signed; sign this one too"):
        yank(store, "2026.11.0", "names were wrong", AS_OF)
    with pytest.raises(PublishError, match="is none of those in allowed_signers") as caught:
        published(root, renamed(small), AS_OF, store, key=other)
    assert (store.root / "releases.json").read_bytes() == index
    line = str(caught.value).splitlines()[-1]
    with (store.root / "allowed_signers").open("a") as signers:
        signers.write(f"{line}\n")
    assert published(root, renamed(small), AS_OF, store, key=other).version == "2026.11.1"


def test_no_private_key_gets_into_a_release(root: Path, tmp_path: Path, small: Frames) -> None:
    key = _key(tmp_path, "ours")
    published(root, small, AS_OF, FolderStore(root / "build" / "releases"), key=key)
    secret = "".join(key.read_text().splitlines()[1:-1])[60:100]
    for path in (root / "build").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert secret.encode() not in content
            assert b"PRIVATE KEY" not in content
            assert str(tmp_path).encode() not in content, path


@pytest.mark.usefixtures("staged_once")
def test_a_publisher_stopped_before_the_feed_was_written_leaves_a_store_that_can_be_mirrored(
    root: Path, first: Path, tmp_path: Path, small: Frames
) -> None:
    releases = first.parent
    feed = (releases / "feed.atom").read_bytes()
    published(root, renamed(small), AS_OF, FolderStore(releases))
    (releases / "feed.atom").write_bytes(feed)
    mirror(FolderStore(releases), tmp_path / "copy")
    named = json.loads((releases / "releases.json").read_text())["files"]
    assert sha256(tmp_path / "copy" / "feed.atom") == named["feed.atom"] != sha256(releases / "feed.atom")
    done = published(root, renamed(small), AS_OF, FolderStore(releases))
    assert done.version is None
    assert sha256(releases / "feed.atom") == named["feed.atom"]
