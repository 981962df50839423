"""A file lock that lets one run at a time work in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from flows.errors import UserError


@contextmanager
def alone(lock: Path, what: str, seconds: float) -> Iterator[None]:
    """Hold a lock file while the block runs; wait for another holder for some seconds, then raise UserError.

    `what` names the work in the message. The lock of a process that died is free.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=seconds, preserve_lock_file=True):
            yield
    except Timeout as error:
        raise UserError(f"another {what} has been at work for {seconds} seconds; see to it") from error
