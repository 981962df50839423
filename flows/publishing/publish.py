"""Publish: tables become a release that never changes, all of it or none.

The content of the tables is hashed and compared with the release before; if something changed
that may, a release is staged, read back, and put into the store under its version; then the
index moves, by compare-and-swap. A reader who follows the index sees the old or the new.
Whoever was overtaken by another publisher starts anew from what that one published. What a
killed run left whole is taken up by the next.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from flows.canonical import digest, to_json
from flows.changes.compare import Comparison, compare
from flows.changes.compatibility import broken_promises
from flows.changes.edition import Edition, edition_of, read_edition
from flows.errors import counted
from flows.layout import (
    CHANGELOG,
    MANIFEST,
    SUMS,
    Identity,
    build_folder,
    is_version,
    next_version,
    preview_folder,
    signature_path,
    stone_path,
    version_key,
)
from flows.publishing.index import Entry, entry_of, find, with_errata
from flows.publishing.move_index import PublishError, entries_in, may_sign, settle
from flows.publishing.signing import sign
from flows.publishing.staging import Draft, licence, stage, validated
from flows.publishing.take_up import Stray, checked_folder, named, take_up
from flows.publishing.trust import Publisher, entries_to_extend, extend, publisher_of
from flows.release_files.manifest import source_commit
from flows.release_files.table_files import csv_hash
from flows.stores.folder import FolderStore
from flows.stores.store import Store, VersionTakenError
from schemas.products import FILES
from schemas.tables import Tables

#: how often a publisher starts anew because another one was faster
_ATTEMPTS = 20


@dataclass(frozen=True)
class Published:
    """The result of publishing: the version and what changed; no version if nothing did.

    `strays` lie in the store, look like a part of it and were passed over.
    """

    version: str | None
    previous: str | None
    comparison: Comparison | None
    place: str
    signed: bool
    strays: tuple[Stray, ...] = ()

    @property
    def words(self) -> str:
        """The result in one line."""
        if self.version is None:
            return f"nothing changed since {self.previous}; no release was made in {self.place}{named(self.strays)}"
        changes = (
            f", {counted(self.comparison.changes.num_rows, 'change')} against {self.previous}"
            if self.comparison
            else ""
        )
        signed = "signed" if self.signed else "unsigned"
        return f"published {self.version} in {self.place}, {signed}{changes}{named(self.strays)}"


@dataclass(frozen=True)
class Yanked:
    """The result of yanking: whether the mark is new, and what was passed over, as in `Published`."""

    new: bool
    strays: tuple[Stray, ...] = ()


@dataclass(frozen=True)
class _Order:
    """What is to be published, and how; `content` has the hash of each table, `fit` awaits that all are validated."""

    root: Path
    tables: Tables
    content: dict[str, str]
    as_of: date
    version: str | None
    key: Path | None
    fit: Callable[[], None]


def refuse(version: str | None) -> None:
    """Raise PublishError if a version is given that is none."""
    if version is not None and not is_version(version):
        raise PublishError(f"{version} is no version; write it as YYYY.M.N, such as 2026.11.0")


@contextmanager
def _previous(store: Store, entries: list[Entry]) -> Iterator[tuple[Edition | None, str | None]]:
    """The newest edition of a store, and its changelog; None and None if there is none."""
    if not entries:
        yield None, None
        return
    with checked_folder(store, entries[-1]) as folder:
        log = folder / CHANGELOG
        yield read_edition(folder), log.read_text(encoding="utf-8", errors="replace") if log.is_file() else None


def _version(store: Store, order: _Order, newest: str | None) -> str:
    taken = {*store.begun(), *([newest] if newest else [])}
    version = order.version or next_version(taken, order.as_of)
    if newest is not None and version_key(version) <= version_key(newest):
        what = "has been published" if version == newest else f"would not come after {newest}, the newest"
        remedy = "leave the version out for the next one" if order.version else "give a later --as-of, or a --version"
        raise PublishError(f"{version} {what} in {store.place}; {remedy}")
    return version


def _compare(old: Edition | None, new: Edition) -> Comparison | None:
    """Compare with the edition before. Raises PublishError if `new` may not follow it."""
    if old is None:
        return None
    comparison = compare(old, new)
    if wrong := broken_promises(old, new, comparison.schema):
        raise PublishError(f"this may not follow {old.version}:\n" + "\n".join(wrong))
    return comparison


def _horizon(tables: Tables) -> date | None:
    """The day up to which models were looked for."""
    return next(iter(tables["horizon"]["collected_until"].to_pylist()), None)


def _attempt(by: Publisher, order: _Order) -> Published | None:
    """Publish once; None if another publisher was faster."""
    store = by.store
    entries, _ = entries_to_extend(by)
    newest = entries[-1].version if entries else None
    if order.version in {entry.version for entry in entries}:
        raise PublishError(
            f"{order.version} is published already and never changes; leave the version out for the next one"
        )
    version = _version(store, order, newest)
    identity = Identity(version, order.as_of, newest, *source_commit(order.root), _horizon(order.tables))
    with store.staging(version) as folder:  # entered first: it removes what killed runs left, also if nothing changed
        with _previous(store, entries) as (old, before):
            comparison = _compare(old, edition_of(identity, order.tables, order.content))
        if comparison is not None and comparison.nothing:
            return Published(None, newest, comparison, store.place, False)
        stage(folder, Draft(order.root, identity, order.tables, comparison, before, order.key))
        manifest, sums = ((folder / name).read_bytes() for name in (MANIFEST, SUMS))
        order.fit()
        try:
            store.put_release(folder, version)
        except VersionTakenError:
            if order.version is not None:
                raise
            return None
    new = entry_of(manifest, sums, by.key is not None, f"{store.place}: {version}/{MANIFEST}")
    if not _enter(by, new, manifest):
        return None
    return Published(version, newest, comparison, store.place, by.key is not None)


def _enter(by: Publisher, new: Entry, manifest: bytes) -> bool:
    """Move the index to what it has and a new entry; False if another release took the place of that one."""
    place = f"{by.store.place}: {new.version}/{MANIFEST}"
    while True:
        entries, tag = entries_to_extend(by)
        if any(entry.version == new.version for entry in entries):  # another publisher took it up
            return True
        if (entries[-1].version if entries else None) != new.previous:
            return False
        if extend(by, with_errata([*entries, new], manifest, place), tag):
            return True


def publish(
    root: Path, tables: Tables, as_of: date, store: Store, version: str | None = None, key: Path | None = None
) -> Published:
    """Publish tables as a release of the project in `root`, unless nothing changed since the newest.

    `version` defaults to the next free one of the month of `as_of`; `key` signs it. Raises
    ProductError if a table is not fit; PublishError if the version is none, is published
    already or would not be the newest, if the release would break what readers were promised,
    or if the store asks for another signature; StagingError if it cannot be made or does not
    read back; StoreError if the store cannot take it.
    """
    refuse(version)
    licence(root)
    with store.guard():
        store.probe()
        may_sign(store, key)
        by = publisher_of(store, key)
        strays = take_up(by)
        settle(store)  # what a killed run left undone, also if nothing is to be published
        with validated(tables) as fit:
            content = {name: csv_hash(table, FILES[name].key) for name, table in tables.items()}
            order = _Order(root, tables, content, as_of, version, key, fit)
            for _ in range(_ATTEMPTS):
                if (published := _attempt(by, order)) is not None:
                    settle(store)
                    return replace(published, strays=strays)
                strays = take_up(by)
    raise PublishError(f"other publishers to {store.place} were faster {_ATTEMPTS} times; try again later")


def yank(store: Store, version: str, reason: str, on: date, key: Path | None = None) -> Yanked:
    """Mark a published version as one not to be used; `latest` skips it, and it stays where it is.

    Raises UserError if there is no such version, no reason, if the store asks for another signature, or if what lies
    there as its mark is none.
    """
    refuse(version)
    if not reason.strip():
        raise PublishError("a reason is needed: say what is wrong with it, for whoever has pinned it")
    with store.guard():
        store.probe()
        may_sign(store, key)
        by = publisher_of(store, key)
        take_up(by)
        find(entries_in(store)[0], version, store.place)
        stone = to_json({"version": version, "reason": reason.strip(), "on": on.isoformat()}).encode("utf-8")
        if key is not None:  # before the tombstone, so that nobody finds one without its signature
            store.create(signature_path(digest(stone)), sign(stone, key))
        new = store.create(stone_path(version), stone)
        strays = take_up(by)
        settle(store)
    if (passed_over := {stray.path: stray for stray in strays}.get(stone_path(version))) is not None:
        raise PublishError(f"{version} is not yanked: {store.place} has {passed_over}; remove it and run this again")
    return Yanked(new, strays)


def preview(root: Path, tables: Tables, as_of: date) -> Path:
    """Write tables into `root/build/preview`, in place of what was there; return the folder.

    It has the files of a release, but no version, and may change at any time.
    """
    store = FolderStore(build_folder(root))
    target = preview_folder(root)
    identity = Identity("preview", as_of, None, *source_commit(root), _horizon(tables))
    with store.guard(), store.staging("preview") as folder:
        with validated(tables):
            stage(folder, Draft(root, identity, tables, with_figures=False))
        if target.exists():
            shutil.rmtree(target)
        folder.rename(target)
    return target
