"""A file lock that lets one run at a time work in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.errors import UserError, told


@contextmanager
def alone(lock: Path, who: str, seconds: float, kind: type[UserError] = UserError) -> Iterator[None]:
    """Hold a lock file for the block, waiting for another holder for some seconds.

    `who` names whoever else may hold it. Raises an error of this kind if it is held for longer, or cannot be made. The lock
    of a process that died is free.
    """
    held = FileLock(lock, timeout=seconds, preserve_lock_file=True)
    with told(f"{lock.parent}: cannot be locked", kind):
        lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            held.acquire()
        except Timeout as error:
            waited = f"{seconds:g} seconds; wait until it is done, then run this again"
            raise kind(f"{lock.parent}: another {who} has held it for {waited}") from error
    try:
        yield
    finally:
        held.release()
