"""A check made ahead: while a temporary Prefect server starts, a command that waits for it checks the records already."""

from contextlib import suppress
from datetime import date
from pathlib import Path

from flows.check import Checked, check

#: files of `raw/` as they lay on the disk: path, time of the last change, size
_Lay = frozenset[tuple[str, int, int]]

_AHEAD: dict[tuple[Path, date], tuple[_Lay, Checked]] = {}


def _lay(root: Path) -> _Lay:
    found = ((path, path.stat()) for path in (root / "raw").rglob("*") if path.is_file())
    return frozenset((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in found)


def check_ahead(root: Path, today: date) -> None:
    """Check all records of `root/raw` now, for the next `checked`. What fails here will fail, and be told, there."""
    with suppress(Exception):
        lay = _lay(root)
        _AHEAD[root, today] = lay, check(root, today, claims_follow=True)


def checked(root: Path, today: date) -> Checked:
    """What a check of all records of `root/raw` says, made ahead if no file of it changed since; the claims follow it."""
    lay, found = _AHEAD.pop((root, today), (None, None))
    if found is not None and lay == _lay(root):
        return found
    return check(root, today, claims_follow=True)
