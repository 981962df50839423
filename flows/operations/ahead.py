"""What is done ahead: while Prefect loads and its server starts, another process checks the records and derives already."""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from flows.bounded import Bounds, Worker
from flows.records.findings import Finding, errors_in

#: what is bounded here is our own work; the records of 10,000 models take a minute and 700 MB
_BOUNDS = Bounds(seconds=3_600, memory=16_000_000_000, file=16_000_000_000)

#: files of `raw/` as they lay on the disk: path, time of the last change, size
_Lay = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Found:
    """How many records were checked, and what was found."""

    records: int
    findings: list[Finding]


@dataclass(frozen=True)
class _Ahead:
    """How the files lay, what a check of them found, and the folder in which it left the ingested tables."""

    lay: _Lay
    found: Found
    ingested: Path


_AHEAD: dict[tuple[Path, date], Future[_Ahead]] = {}


def _lay(root: Path) -> _Lay:
    found = ((path, path.stat()) for path in (root / "raw").rglob("*") if path.is_file())
    return frozenset((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def _check_into(ingested: Path, root: Path, today: date) -> Found:
    """Check all records of `root/raw`, but for the claims; leave their tables in a new folder, unless there are errors."""
    from flows.check import check
    from flows.operations.derived import save

    made = check(root, today, claims_follow=True)
    if not made.errors:
        save(made.tables, ingested)
    return Found(made.tables["models"].num_rows, made.findings)


def _look(ingested: Path, root: Path, today: date, as_of: date) -> _Ahead:
    """Check, and derive what a release as of a day is made of; if that fails, it is told where it is wanted."""
    from flows.operations.derived import derive_once

    lay = _lay(root)  # before they are read
    looked = _Ahead(lay, _check_into(ingested, root, today), ingested)
    if not errors_in(looked.found.findings):
        with suppress(Exception):
            derive_once(root, ingested, as_of)
    return looked


@contextmanager
def ahead(root: Path, today: date, as_of: date) -> Iterator[None]:
    """Check and derive the records of `root` beside the `with` block, in which `checked` takes what was found."""
    with (
        TemporaryDirectory(prefix="kiban-") as folder,
        Worker(_BOUNDS) as worker,
        ThreadPoolExecutor(max_workers=1) as beside,  # its thread is awaited before the worker is put away
    ):
        worker.start()
        _AHEAD[root, today] = beside.submit(worker.call, _look, Path(folder, "ingested"), root, today, as_of)
        try:
            yield
        finally:
            _AHEAD.pop((root, today), None)
            worker.kill()


def checked(ingested: Path, root: Path, today: date) -> Found:
    """Check all records of `root/raw`, but for the claims; leave their tables in a new folder, unless there are errors.

    What was found `ahead` is taken, if that went well and no file changed since.
    """
    begun = _AHEAD.pop((root, today), None)
    with suppress(Exception):
        if begun is not None and (looked := begun.result()).lay == _lay(root):
            if not errors_in(looked.found.findings):
                shutil.copytree(looked.ingested, ingested)
            return looked.found
    shutil.rmtree(ingested, ignore_errors=True)  # what of it was copied before the disk refused
    return _check_into(ingested, root, today)
