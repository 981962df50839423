"""A release of the hub layer: derived parts, their sums and what describes them, put into a store of their own.

The store is the folder `hub` of that of the curated releases: `hub/2026.11.26/`, named by the snapshot's day, and an index
of its own, so that both are published, signed, verified and mirrored alike, and neither waits for the other.
"""

import hashlib
import importlib.metadata
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet

import flows.about as about
from flows.canonical import sha256, to_json
from flows.hub_layer.derive import AXES, PARTED, rules
from flows.hub_layer.package import hub_package
from flows.hub_layer.whole import WHOLE, write_changes
from flows.layout import DATA_PACKAGE, HUB_NAME, LICENCE_FILE, MANIFEST, README, SUMS, Identity, hub_path
from flows.publishing.index import entry_of
from flows.publishing.move_index import PublishError, may_sign
from flows.publishing.staging import licence, seal
from flows.publishing.take_up import release_folder
from flows.publishing.trust import entries_to_extend, extend, publisher_of
from flows.release_files.hub_summary import agreed, changes_by_kind
from flows.release_files.manifest import source_commit
from flows.release_files.reading import MAX_MANIFEST, read_manifest
from flows.release_files.rendering import rendered
from flows.stores.store import Store
from schemas.hub import HUB_TABLES

#: of the tables of the hub layer, by SemVer, as `SCHEMA_VERSION` is of the curated ones
SCHEMA_VERSION = "1.0.0"


@dataclass(frozen=True)
class Snapshot:
    """What a release of the hub layer is made from: a listing of its models, the layout it was read by, and its day."""

    sha256: str
    layout: str
    taken_on: date

    @property
    def version(self) -> str:
        """The version of its release: its day, YYYY.M.D."""
        return f"{self.taken_on.year}.{self.taken_on.month}.{self.taken_on.day}"


def hash_of(snapshot: Path) -> str:
    """SHA-256 of a snapshot: of the file, or of the list of the files of a folder with theirs."""
    if snapshot.is_file():
        return sha256(snapshot)
    lines = [f"{sha256(path)}  {path.name}\n" for path in sorted(snapshot.glob("*.parquet"))]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _manifest(folder: Path, identity: Identity, snapshot: Snapshot, rows: Mapping[str, int]) -> str:
    listed = sorted(path for path in folder.rglob("*") if path.is_file())
    hashes = {path.relative_to(folder).as_posix(): sha256(path) for path in listed}

    def content(table: str) -> str:
        """SHA-256 of the hashes of the files of a table, one after another."""
        of_files = (found for path, found in hashes.items() if path.startswith(f"{table}-"))
        return hashlib.sha256("".join(of_files).encode()).hexdigest()

    return to_json(
        {
            "name": HUB_NAME,
            "version": identity.version,
            "schema_version": SCHEMA_VERSION,
            "as_of": identity.as_of.isoformat(),
            "previous": identity.previous,
            "source": {"commit": identity.commit, "clean": identity.clean},
            "licence": about.LICENCE,
            "libraries": {"duckdb": importlib.metadata.version("duckdb")},
            "snapshot": {"sha256": snapshot.sha256, "layout": snapshot.layout},
            "tables": {name: {"rows": count, "content_sha256": content(name)} for name, count in rows.items()},
            "files": {
                path: {"bytes": (folder / path).stat().st_size, "sha256": found} for path, found in hashes.items()
            },
        }
    )


def _readme(folder: Path, identity: Identity, snapshot: Snapshot, rows: Mapping[str, int]) -> str:
    return rendered(
        "hub.md.j2",
        about=about,
        identity=identity,
        snapshot=snapshot,
        tables=HUB_TABLES,
        rows=rows,
        axes=AXES,
        agreement=agreed(parquet.read_table(folder / hub_path("hub_agreement", 0)).to_pylist()),
        changes=changes_by_kind(folder / hub_path("hub_changes", 0)),
    )


def files_of(folder: Path) -> dict[str, list[Path]]:
    """Files of each table that lie in the folder of a release, in the order of its rows."""
    return {name: sorted(folder.glob(f"{name}-[0-9][0-9][0-9].parquet")) for name in HUB_TABLES}


def lay_out(
    folder: Path,
    derived: Sequence[Path],
    whole: Path,
    identity: Identity,
    snapshot: Snapshot,
    root: Path,
    key: Path | None,
    before: Path | None = None,
) -> None:
    """Write a release into `folder`, which is not there yet: its tables, and what describes them.

    `derived` are the parts in their order, `whole` has the tables that look across them, `before` is the folder of the
    release that this one follows.
    """
    (folder / "rules").mkdir(parents=True)
    for number, part in enumerate(derived):
        for name in PARTED:
            shutil.copyfile(part / f"{name}.parquet", folder / hub_path(name, number))
    for name in WHOLE:
        shutil.copyfile(whole / f"{name}.parquet", folder / hub_path(name, 0))
    made = whole / "hub_changes.parquet"
    write_changes(files_of(before) if before else {}, files_of(folder), made)
    shutil.move(made, folder / hub_path("hub_changes", 0))
    files = files_of(folder)
    rows = {name: sum(parquet.read_metadata(path).num_rows for path in paths) for name, paths in files.items()}
    for number, (name, sql) in enumerate(rules().items(), start=1):
        (folder / "rules" / f"{number:02}-{name}.sql").write_text(sql, encoding="utf-8")
    shutil.copyfile(licence(root), folder / LICENCE_FILE)
    texts = {
        DATA_PACKAGE: hub_package(
            identity.version, identity.as_of, {name: [path.name for path in paths] for name, paths in files.items()}
        ),
        README: _readme(folder, identity, snapshot, rows),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / MANIFEST).write_text(_manifest(folder, identity, snapshot, rows), encoding="utf-8")
    seal(folder, key)


def publish_hub(
    root: Path, derived: Sequence[Path], whole: Path, snapshot: Snapshot, store: Store, key: Path | None = None
) -> str | None:
    """Publish derived parts as the release of the snapshot's day; its version, or None if nothing changed.

    `whole` is the folder of the tables that look across the parts. Raises PublishError if the newest release there is of
    this day or a later one, or the store asks for another signature; StoreError if it cannot take the release, or has not
    the newest one as its index names it.
    """
    with store.guard():
        store.probe()
        may_sign(store, key)
        by = publisher_of(store, key)
        entries, tag = entries_to_extend(by)
        newest = entries[-1] if entries else None
        if newest is not None and newest.as_of >= snapshot.taken_on.isoformat():
            raise PublishError(
                f"{store.place} has {newest.version} already, of {newest.as_of}; "
                f"a release of {snapshot.taken_on} would not come after it: give a later snapshot"
            )
        identity = Identity(
            snapshot.version, snapshot.taken_on, newest.version if newest else None, *source_commit(root)
        )
        with (
            release_folder(store, newest) if newest else nullcontext() as before,
            store.staging(snapshot.version) as folder,
        ):
            lay_out(folder, derived, whole, identity, snapshot, root, key, before)
            manifest, sums = ((folder / name).read_bytes() for name in (MANIFEST, SUMS))
            if newest is not None and _same(store, newest.version, manifest):
                return None
            store.put_release(folder, snapshot.version)
        place = f"{store.place}: {snapshot.version}/{MANIFEST}"
        entries = [*entries, entry_of(manifest, sums, key is not None, place)]
        if not extend(by, entries, tag):
            raise PublishError(f"another publisher to {store.place} was faster; run this again")
    return snapshot.version


#: tables that make no release by themselves: what the one before did, and what curators wrote meanwhile
_OF_OTHERS = ("hub_changes", "hub_agreement", "hub_codes", "licences", "thresholds")


def _same(store: Store, version: str, manifest: bytes) -> bool:
    """Whether a release has the tables that a manifest describes, but for those of `_OF_OTHERS`."""
    before = store.read(f"{version}/{MANIFEST}", MAX_MANIFEST)
    if before is None:
        return False
    old, new = (read_manifest(content, store.place) for content in (before, manifest))
    of_old, of_new = (
        {name: table for name, table in said.tables.items() if name not in _OF_OTHERS} for said in (old, new)
    )
    return of_old == of_new and old.schema_version == new.schema_version
