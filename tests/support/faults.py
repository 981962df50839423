"""Publishers in processes of their own, which can be killed, or held up, at any of their writes.

Run as a program it is a driver: it imports everything once and forks a process for every
order, so that a publisher starts within milliseconds. Before a fork nothing of Polars,
DuckDB or Arrow has been used, so no thread of theirs is lost in it.
"""

import gc
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import polars as pl
import pyarrow.feather as feather
import pytest

import flows.publishing.staging
import flows.stores.bucket
import schemas.validation
from flows.errors import UserError
from flows.layout import MANIFEST, SUMS
from flows.publishing.publish import publish, yank
from flows.release_files.manifest import library_versions
from flows.release_files.rendering import load
from flows.stores.folder import FolderStore
from flows.stores.open import open_store
from flows.stores.store import Store
from schemas.products import FILES, column_of
from schemas.tables import Tables, frames
from support.editions import tables_of
from support.figures import no_figures
from support.project import ORGANISATIONS, make_project
from support.staged import stage_once
from support.tables import arrow_tables

_P = ParamSpec("_P")
_R = TypeVar("_R")

AS_OF = date(2022, 6, 30)
REASON = "sizes of three models were in thousands"

#: seconds after which a publisher that hangs is ended
_LIMIT = 300

#: the variable that names the folder of what publishers of a driver staged
_KEPT = "KIBAN_TESTS_STAGED"

_PATHS = {"os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.link", "os.symlink", "shutil.rmtree", "shutil.copyfile"}


@dataclass(frozen=True)
class Order:
    """What a publisher is to do: publish the tables in `root/tables`, or yank `version`.

    Before its write of the kind `at`, the `nth` of them, it is killed, or, given a folder `pause`,
    says so by a file `paused` in it and goes on when there is a file `go`. A publisher of a driver
    that stages a release once makes its own all the same if it is `real`. It may write files up to
    `file_limit` bytes, and has more variables.
    """

    place: str
    root: str
    do: Literal["publish", "yank"] = "publish"
    version: str | None = None
    at: str = ""
    nth: int = 1
    real: bool = False
    pause: str = ""
    wait: float = 60
    file_limit: int = 0
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a publisher ended: its exit code (negative: the signal), what it said, the kinds of the writes it made."""

    code: int
    words: str
    writes: list[str]

    @property
    def killed(self) -> bool:
        """Whether it was killed at the write that was asked for."""
        return self.code == -signal.SIGKILL

    @property
    def version(self) -> str | None:
        """The version that it says it published."""
        return self.words.split()[1] if self.code == 0 and self.words.startswith("published ") else None


def save_tables(root: Path, tables: Tables) -> None:
    """Leave the tables of a project where a publisher looks for them."""
    (root / "tables").mkdir()
    for name, table in tables.items():
        feather.write_feather(table, str(root / "tables" / f"{name}.arrow"), compression="uncompressed")


def _load(root: Path) -> Tables:
    return {path.stem: feather.read_table(str(path)) for path in sorted((root / "tables").glob("*.arrow"))}


class _Writes:
    """Notes the writes of this process, and strikes at one of them."""

    def __init__(self, order: Order) -> None:
        self._order, self._lock = order, threading.Lock()
        self.kinds: list[str] = []

    def one(self, kind: str) -> None:
        """Note a write that is about to be made."""
        with self._lock:
            self.kinds.append(kind)
            if kind != self._order.at or self.kinds.count(kind) != self._order.nth:
                return
        if not self._order.pause:
            os.kill(os.getpid(), signal.SIGKILL)
        folder = Path(self._order.pause)
        (folder / "paused").touch()
        while not (folder / "go").exists():
            time.sleep(0.01)

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Audit hook: note what Python writes below the store."""
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
            below = str(path).removeprefix(f"{self._order.place}/")
            # what readers see comes into its place by a rename or a link, never by being written there
            assert not str(path).startswith(self._order.place) or below.startswith((".staging-", ".lock", ".swap.lock"))
        elif event in _PATHS:
            path = arguments[1] if event == "shutil.copyfile" else arguments[0]
        else:
            return
        if isinstance(path, str | Path) and str(path).startswith(self._order.place):
            self.one(f"{event} {_kind_of_path(str(path).removeprefix(self._order.place))}")

    def around(self, name: str, call: Callable[_P, _R]) -> Callable[_P, _R]:
        """A call that is noted before it is made and after, a put with its kind of path."""

        def noted(*positional: _P.args, **named: _P.kwargs) -> _R:
            kind = f"{name} {_kind_of_key(str(positional[1]))}" if name == "put" else name
            self.one(f"before {kind}")
            try:
                return call(*positional, **named)
            finally:
                self.one(f"after {kind}")

        return noted


def _kind_of_path(path: str) -> str:
    """A path without what is another in each run (version, process, random name) and among files of a kind.

    Nobody reads what is staged, so of its files it does not matter which are there.
    """
    if path.startswith("/.staging-") and not path.endswith(".part"):
        return "/.staging/" if "/" in path[1:] else "/.staging"
    folder, _, name = path.rpartition("/")
    return f"{folder}/{Path(name).suffix or name}"


def _kind_of_key(key: str) -> str:
    """A key of an object store without its name, but for those that are written in an order, and without a version."""
    folder, _, name = re.sub(r"^\d{4}\.\d+\.\d+/", "release/", key).rpartition("/")
    return name if not folder or name in (SUMS, MANIFEST) else folder


def kill_points(order: Order, writes: Sequence[str]) -> list[Order]:
    """An order, killed at writes: the first of each kind, each step that readers see, and its neighbours.

    What readers see comes by a link or a rename: before it nothing is there, after it everything.
    """
    first = {writes.index(kind) + 1 for kind in set(writes)}
    first -= {at for at in first if writes[at - 1].startswith("before ") and at - 1 in first}  # nothing lies between
    # before the first put of files that come in any order, what is there is what the put before them left
    first -= {at for at in first if re.match(r"before put \S+/", writes[at - 1])}
    seen = {at for at, kind in enumerate(writes, start=1) if kind.startswith(("os.link ", "os.rename "))}
    beside = {at + step for at in seen for step in (-1, 0, 1)} & set(range(1, len(writes) + 1))
    made = {kind for kind in writes if "/.staging/" in kind or " write_" in kind}
    return [
        replace(order, at=kind, nth=writes[:at].count(kind), real=kind in made)
        for at in sorted(first | beside)
        for kind in (writes[at - 1],)
    ]


def _obey(order: Order, writes: _Writes) -> str:
    remote = order.place.startswith("s3://")
    # it writes nothing, these tables are valid, and it takes as long as half of the rest
    schemas.validation.validate_products = lambda _: None
    if _KEPT in os.environ and not order.real:
        stage_once(Path(os.environ[_KEPT]), pytest.MonkeyPatch())
    if remote:
        flows.stores.bucket.ObjectStore._put = writes.around("put", flows.stores.bucket.ObjectStore._put)
    else:
        for name in ("write_parquet", "write_csv", "write_duckdb"):
            setattr(flows.publishing.staging, name, writes.around(name, getattr(flows.publishing.staging, name)))
    tables = _load(Path(order.root)) if order.do == "publish" else {}
    store: Store = open_store(order.place) if remote else FolderStore(Path(order.place), order.wait)
    if not remote:
        sys.addaudithook(writes.hear)
    if order.do == "publish":
        return publish(Path(order.root), tables, AS_OF, store, order.version).words
    new = yank(store, order.version or "", REASON, date(2022, 7, 1)).new
    return f"{order.version} is {'now' if new else 'already'} yanked"


def _child(order: Order, pipe: int) -> None:
    """Do what the command line does, and report through a pipe."""
    signal.alarm(_LIMIT)
    os.environ.update(order.environment)
    if order.file_limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_limit, order.file_limit))
    writes = _Writes(order)
    try:
        code, words = 0, _obey(order, writes)
    except (UserError, OSError) as error:  # as flows/cli/main.py does
        code, words = 2, str(error)
    except BaseException:
        code, words = 1, traceback.format_exc()
    os.write(pipe, json.dumps(asdict(Outcome(code, words, writes.kinds))).encode())
    os._exit(code)


def _warm() -> None:
    """Make what every publisher makes alike and nobody changes, and keep it from being looked at, and so copied, by each."""
    for template in ("release.md.j2", "recipes.md.j2", "check.md.j2", "changelog.md.j2"):
        load(template)
    library_versions()
    import_module("pyarrow.dataset")  # as DuckDB does when it is given a table
    for product in FILES.values():
        for column in product.columns:
            column_of(product, column)
    gc.collect()
    gc.freeze()


def _serve() -> None:
    """Fork a publisher for every line that starts one, and tell its outcome when asked."""
    no_figures()
    _warm()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    running: dict[int, int] = {}
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, dict):
            source, sink = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(source)
                _child(Order(**request), sink)
            os.close(sink)
            running[pid] = source
            print(pid, file=answers, flush=True)
        else:
            with os.fdopen(running.pop(request), "rb") as pipe:
                said = pipe.read()
            code = os.waitstatus_to_exitcode(os.waitpid(request, 0)[1])
            print(said.decode() or json.dumps(asdict(Outcome(code, "", []))), file=answers, flush=True)


class Driver:
    """A running driver."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def _ask(self, request: object) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def start(self, order: Order) -> int:
        """Start a publisher; return its number."""
        return int(self._ask(asdict(order)))

    def finish(self, number: int) -> Outcome:
        """Wait until a publisher has ended."""
        return Outcome(**json.loads(self._ask(number)))

    def run(self, *orders: Order) -> list[Outcome]:
        """Run publishers at once, to their ends."""
        return [self.finish(number) for number in [self.start(order) for order in orders]]

    def one(self, order: Order) -> Outcome:
        """Run one publisher."""
        return self.run(order)[0]


def overtaken(running: Driver, held: Order, then: Callable[[], Outcome], folder: Path) -> list[Outcome]:
    """Hold a publisher up at its write `at`, do something else, and let it go on; what both came to."""
    number = running.start(replace(held, pause=str(folder)))
    end = time.monotonic() + 60
    while not (folder / "paused").exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    other = then()
    (folder / "go").touch()
    return [running.finish(number), other]


@contextmanager
def staging_driver(environment: dict[str, str] | None = None) -> Iterator[Driver]:
    """A driver whose publishers stage the same release once."""
    with (
        tempfile.TemporaryDirectory(prefix="kiban-staged-") as kept,
        driver(environment={**(environment or {}), _KEPT: kept}) as running,
    ):
        yield running


@contextmanager
def driver(prefix: Sequence[str] = (), environment: dict[str, str] | None = None) -> Iterator[Driver]:
    """A driver, behind a command that starts it otherwise, such as without capabilities."""
    command = [*prefix, sys.executable, "-m", "support.faults"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    kept["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [kept.get("PYTHONPATH")])])
    with (
        tempfile.TemporaryDirectory(prefix="kiban-killed-", ignore_cleanup_errors=True) as folder,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**kept, "TMPDIR": folder, **(environment or {})},
        ) as process,
    ):
        try:
            yield Driver(process)
        finally:
            process.kill()


def _named(tables: Tables, name: str) -> Tables:
    """Tables in which an institute has another name, as if they were derived once more: it stands there as it is."""
    renamed = pl.element().str.replace_all("Institute of Two", name, literal=True)
    cells = (
        pl.col(pl.String).str.replace_all("Institute of Two", name, literal=True),
        pl.col(pl.List(pl.String)).list.eval(renamed),
    )
    return arrow_tables({table: rows.with_columns(cells) for table, rows in frames(tables).items()})


def make_roots(folder: Path, count: int) -> list[str]:
    """Projects in `folder` whose records differ, each with its tables; what publishers publish."""
    roots = []
    derived = tables_of(make_project(folder / "derived"), AS_OF)
    for number in range(count):
        project = make_project(folder / f"project-{number}")
        project.edit(ORGANISATIONS, '"Institute of Two"', f'"Institute {number}"')
        save_tables(project.root, _named(derived, f"Institute {number}"))
        roots.append(str(project.root))
    return roots


def one_line(outcome: Outcome) -> str:
    """The one clear line with which a publisher gave up."""
    assert outcome.code == 2, outcome
    assert "\n" not in outcome.words, outcome
    assert "Errno" not in outcome.words, outcome
    return outcome.words


def content(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by path."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def whole_versions(store: Path) -> list[str]:
    """Versions in the index of a folder, oldest first, each of which is there as the index and its sums say."""
    if not (store / "releases.json").exists():
        return []
    entries = json.loads((store / "releases.json").read_bytes())["releases"]
    previous = None
    for entry in entries:
        found = content(store / entry["version"])
        assert found["release.json"] == entry["manifest_sha256"]
        assert found["SHA256SUMS"] == entry["sums_sha256"]
        lines = (store / entry["version"] / "SHA256SUMS").read_text().splitlines()
        assert {line[66:]: line[:64] for line in lines} == {
            path: sha for path, sha in found.items() if path != "SHA256SUMS"
        }
        assert entry["previous"] == previous
        previous = entry["version"]
    return [entry["version"] for entry in entries]


if __name__ == "__main__":
    _serve()
