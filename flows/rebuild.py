"""Rebuild: make a published release again from the commit that its manifest names, and compare the two."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from flows.canonical import sha256
from flows.errors import UserError
from flows.git import GitError, git
from flows.layout import DATABASE, INDEX, MANIFEST, UNLISTED, releases_folder, table_path
from flows.observed.observations import write_observed
from flows.publishing.index import Entry, find, index_bytes
from flows.publishing.move_index import entries_in
from flows.publishing.publish import publish
from flows.publishing.take_up import release_folder
from flows.release_files.reading import manifest_in, read_manifest
from flows.release_files.table_files import read_parquet
from flows.stores.folder import FolderStore
from flows.stores.store import Store
from schemas.products import OBSERVED

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class RebuildError(UserError):
    """A release cannot be made again; the message says why."""


@dataclass(frozen=True)
class Rebuilt:
    """Result of making a release again."""

    version: str
    commit: str
    files: int
    other_bytes: list[str]
    other_content: list[str]
    libraries: list[str]

    @property
    def same(self) -> bool:
        """Whether it is the same: to the byte, or in content where libraries are others."""
        return not self.other_content and (not self.other_bytes or bool(self.libraries))


def _check_out(root: Path, commit: str, target: Path) -> None:
    if not _COMMIT.fullmatch(commit):
        raise RebuildError(f"{commit!r} is no commit; the manifest is not one of ours")
    try:
        git(root, "cat-file", "-e", f"{commit}^{{commit}}")
    except GitError as error:
        raise RebuildError(
            f"the commit {commit} is not in {root}; fetch it: git fetch --all, or clone without --depth"
        ) from error
    git(root, "clone", "--quiet", "--no-checkout", "--shared", str(root), str(target))
    git(target, "checkout", "--quiet", "--detach", commit)


def publish_here(as_of: str, version: str) -> None:
    """Publish a version from the project in the working folder, without Prefect.

    `rebuild` runs this in a process of its own with the code of an earlier commit, so its name
    and arguments stay as they are. Raises UserError if a record has errors.
    """
    from flows.check import check
    from flows.derive.products import products
    from flows.observed.observations import with_observed
    from flows.records.findings import as_text

    root = Path.cwd()
    if not Path(__file__).resolve().is_relative_to(root.resolve()):
        raise RebuildError(f"the code of {root} was to run, but {__file__} did")
    checked = check(root, date.today(), claims_follow=True)
    if checked.errors:
        raise RebuildError("\n".join(as_text(checked.errors)))
    day = date.fromisoformat(as_of)
    tables = products(with_observed(root, checked.tables), day)
    publish(root, tables, day, FolderStore(releases_folder(root)), version)


def _make(project: Path, as_of: str, version: str) -> Path:
    """Publish `version` in a check-out of the project with its own code; return the release's folder."""
    code = "import sys; from flows.rebuild import publish_here; publish_here(*sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, as_of, version],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    made = releases_folder(project) / version
    if done.returncode != 0 or not made.is_dir():
        raise RebuildError(f"the code of that commit could not make {version}:\n{done.stderr.strip()[-2000:]}")
    return made


def _database_rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() order by table_name").fetchall()
        return {name: connection.execute(f'select * from "{name}" order by all').fetchall() for (name,) in tables}


def _half(folder: Path) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """One of the two releases: SHA-256 of its files but for seals, content hashes of its tables, its libraries."""
    manifest = manifest_in(folder)
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    sums = {name: sha256(path) for name, path in files.items() if name not in {*UNLISTED} - {MANIFEST}}
    return sums, {name: table.content_sha256 for name, table in manifest.tables.items()}, manifest.libraries


def _other(old: dict[str, str], new: dict[str, str]) -> list[str]:
    return sorted(name for name in {**old, **new} if old.get(name) != new.get(name))


def _compare(old: Path, new: Path, version: str, commit: str) -> Rebuilt:
    (old_files, old_tables, old_libraries), (new_files, new_tables, new_libraries) = _half(old), _half(new)
    rows_differ = _database_rows(old / DATABASE) != _database_rows(new / DATABASE)
    return Rebuilt(
        version=version,
        commit=commit,
        files=len({**old_files, **new_files}),
        other_bytes=_other(old_files, new_files),
        other_content=_other(old_tables, new_tables) + [DATABASE] * rows_differ,
        libraries=[
            f"{name} {old_libraries.get(name)} was, {new_libraries.get(name)} is"
            for name in _other(old_libraries, new_libraries)
        ],
    )


def rebuild(root: Path, store: Store, version: str) -> Rebuilt:
    """Make a release again from its commit in the repository at `root`, and compare.

    The release before it is taken from `store`, so that the changes are the same. Raises RebuildError if the release was
    made from files that were never committed, or its commit is not at hand.
    """
    entries, _ = entries_in(store)
    entry = find(entries, version, store.place)
    with release_folder(store, entry) as old, tempfile.TemporaryDirectory() as scratch:
        manifest = read_manifest((old / MANIFEST).read_bytes(), f"{store.place}: {version}/{MANIFEST}")
        commit = manifest.source.commit
        if commit is None or not manifest.source.clean:
            raise RebuildError(
                f"{version} was made from files that were not committed, so nobody can make it again; "
                "commit first, then release"
            )
        project = Path(scratch) / "kiban"
        _check_out(root, commit, project)
        before = entries[: entries.index(entry)]
        _lay_out(store, before, releases_folder(project))
        for table in OBSERVED:  # what was seen on some day cannot be seen again: it is taken as it was published
            if (seen := old / table_path(table, "parquet")).is_file():
                write_observed(project, table, read_parquet(seen))
        new = _make(project, manifest.as_of, version)
        return _compare(old, new, version, commit)


def _lay_out(store: Store, before: list[Entry], releases: Path) -> None:
    """Put the index of the releases before, and the newest of them, where the code expects them."""
    releases.mkdir(parents=True, exist_ok=True)
    if before:
        with release_folder(store, before[-1]) as previous:
            shutil.copytree(previous, releases / before[-1].version)
        unsigned = [replace(entry, signed=False) for entry in before]  # there are no signers, and no key
        (releases / INDEX).write_bytes(index_bytes(unsigned, {}, len(before)))
