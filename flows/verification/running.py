"""The checks by name, and how one is run: in a process with bounds, where what goes wrong is a failure of this check alone."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pkgutil import resolve_name

from flows.bounded import OverBoundsError, Worker, is_memory
from flows.errors import UserError
from flows.verification.subject import Check, NotRunError, Outcome, Subject
from flows.verification.untrusted import UnfitError

#: every check by name, in the order in which they are run and printed, with its function in this room: only the process
#: that runs them loads the libraries
CHECKS: Mapping[str, str] = {
    "index": "index:index",
    "checksums": "seals:checksums",
    "manifest": "seals:manifest",
    "signature": "seals:signature",
    "datapackage": "descriptors:datapackage",
    "croissant": "descriptors:croissant",
    "pages": "tables:pages",
    "schema": "tables:schema",
    "keys": "tables:keys",
    "references": "tables:references",
    "content": "tables:content",
    "duckdb": "rerun:duckdb_file",
    "changes": "rerun:changes",
    "changes-files": "tables:changes_files",
    "provenance": "descriptors:provenance",
    "citation": "descriptors:citation",
    "claims": "rerun:claims",
}

#: the checks of a release of the hub layer, whose labels can be derived again
HUB_CHECKS: Mapping[str, str] = {
    **{name: CHECKS[name] for name in ("index", "checksums", "manifest", "signature", "schema", "keys")},
    "values": "tables:values",
    **{name: CHECKS[name] for name in ("references", "content")},
    "rules": "hub:rules",
    "changes": CHECKS["changes"],
}

#: the checks of bytes: quick, and enough to see that nothing changed since publication
SEALS = ("index", "checksums", "manifest", "signature")

#: how many problems of a check are shown
PROBLEMS = 100
_LENGTH = 400


def plain(text: str) -> str:
    """One printable line of limited length: what a release says may hold codes for the terminal."""
    line = "".join(character if character.isprintable() else "�" for character in text)
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}…"


def failed(name: str, detail: str, problems: Sequence[str]) -> Check:
    """A check that failed, with as many of its problems as a reader reads."""
    shown = [plain(problem) for problem in problems[:PROBLEMS]]
    if len(problems) > PROBLEMS:
        shown.append(f"… and {len(problems) - PROBLEMS} more")
    return Check(name, "failed", plain(detail), shown)


_ALL = {**CHECKS, **HUB_CHECKS}


@cache
def _functions(names: tuple[str, ...]) -> Mapping[str, Callable[[Subject], Outcome]]:
    return {name: resolve_name(f"flows.verification.{_ALL[name]}") for name in names}


class _Loaded:
    """Pickled, it is the functions of checks: so a worker loads them before its bounds begin."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def __reduce__(self) -> tuple[Callable[[tuple[str, ...]], object], tuple[tuple[str, ...]]]:
        return _functions, (self.names,)


def _run(name: str, subject: Subject) -> Check:
    return outcome(name, lambda: _functions((name,))[name](subject))


def outcome(name: str, look: Callable[[], Outcome]) -> Check:
    """Run one check; whatever goes wrong in it is a failure of this check alone."""
    try:
        found = look()
    except NotRunError as reason:
        return Check(name, "not run", plain(str(reason)), [])
    except (UnfitError, UserError) as error:
        return failed(name, "", [str(error)])
    except Exception as error:  # made by an enemy, a release may break any library
        if is_memory(error):
            raise
        return failed(name, "", [f"{name}: {type(error).__name__}: {error}"])
    if found.problems:
        return failed(name, found.detail, found.problems)
    return Check(name, "passed", plain(found.detail), [])


@lru_cache(maxsize=1)  # what a check read of it is there for the next one
def _unpacked(packed: bytes) -> Subject:
    subject: Subject = pickle.loads(packed)
    return subject


def _run_packed(_: object, name: str, packed: bytes) -> Check:
    return _run(name, _unpacked(packed))


def bounded(worker: Worker | None, name: str, run: Callable[..., Check], *given: object) -> Check:
    """A check, run in the worker. One that passes its bounds has failed; the next one starts another process."""
    try:
        check = worker.call(run, *given) if worker else run(*given)
    except OverBoundsError as error:
        check = failed(name, "", [f"{error.place or name}: {error.reason}"])
    if worker and check.status == "failed":
        worker.end()  # with what the check left in memory, which the next one may need
    return check


def run_all(names: Iterable[str], subject: Subject, worker: Worker | None) -> Iterator[Check]:
    """Run checks one after another."""
    packed, loaded = subject.packed() if worker else b"", _Loaded(tuple(names))
    for name in loaded.names:
        yield bounded(worker, name, _run_packed, loaded, name, packed) if worker else _run(name, subject)


def checks_of(subject: Subject) -> Sequence[str]:
    """Names of the checks of a release, by what its manifest says that it is; its index must say the same."""
    return tuple(HUB_CHECKS if subject.is_hub else CHECKS)
