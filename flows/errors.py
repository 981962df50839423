"""Errors that the user can mend, and how counts are told."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager


class UserError(Exception):
    """Something that the user can mend; its message says how, and no traceback is shown."""


_REMEDIES = {
    errno.ENOSPC: "free space and run it again",
    errno.EDQUOT: "free space and run it again",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f) and run it again",
    errno.EROFS: "give another folder",
    errno.EACCES: "ask its owner for the right to write, or give another folder",
    errno.EPERM: "it must allow hard links and be yours to write; give another folder",
    errno.EOPNOTSUPP: "it must allow hard links; give another folder",
    errno.ENOTDIR: "something in its path is no folder; give another one",
    errno.EEXIST: "something in its path is no folder; give another one",
    errno.ENOENT: "somebody removed it meanwhile; run it again",
}


def refusal(error: Exception) -> str:
    """What the file system refused and what can be done, in one line; also where a library only words it."""
    text = str(error)
    number = error.errno if isinstance(error, OSError) else None
    if number is None:
        number = next((known for known in _REMEDIES if os.strerror(known) in text), 0)
    reason = os.strerror(number) if number else next(iter(text.splitlines()), type(error).__name__)
    return f"{reason}; {_REMEDIES.get(number, 'see to the folder and run it again')}"


def counted(count: int, thing: str) -> str:
    """A count with its noun: 1 error, 2 errors."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


@contextmanager
def told(what: str, kind: type[UserError] = UserError) -> Iterator[None]:
    """Turn errors of the file system into one line of this kind: what was done, why it failed, what can be done."""
    try:
        yield
    except OSError as error:
        raise kind(f"{what}: {refusal(error)}") from error
