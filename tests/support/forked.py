"""The command `kiban` and flows in processes that are forked: for each of its own, imports take most of the time.

Run as a program it is a driver: it imports once what most commands use, and forks a process for every command.
Before a fork nothing of Polars, DuckDB or Arrow has been used, so no thread of theirs is lost in it.
What depends on how a process starts (its script, its imports, pipes, signals) needs one of its own.
"""

import gc
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from flows.cli.main import main
from support.figures import no_figures

#: what most commands use
COMMANDS = ("changes.diff", "check", "explain", "operations.summary", "publishing.mirror", "publishing.publish",
            "rebuild", "records.verdicts", "verification.whole")  # fmt: skip
#: what flows use, and so Prefect
FLOWS = ("audit", "cli.running", "refresh", "release")

#: seconds after which a command that hangs is ended
_LIMIT = 300


@dataclass(frozen=True)
class _Request:
    """A process to fork: its arguments, where it runs, where its output goes; a program in place of the command."""

    words: Sequence[str]
    cwd: str
    environment: dict[str, str]
    out: str
    err: str
    program: str


def _run_flow_or_command(program: str) -> None:
    if "prefect" not in sys.modules:
        main()
        return
    from prefect.context import root_settings_context
    from prefect.logging.configuration import setup_logging

    from support.prefect_servers import events_told

    with root_settings_context():  # of this environment, as at a start
        setup_logging()
        try:
            if program:
                exec(compile(program, "program", "exec"), {"__name__": "__main__"})
            else:
                main()
        finally:
            events_told()


def _child(request: _Request) -> None:
    """Run a command as its script does, and end as Python does."""
    signal.alarm(_LIMIT)
    os.setsid()
    for number, path in ((1, request.out), (2, request.err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_APPEND), number)
    os.chdir(request.cwd)
    os.environ.update(request.environment)
    sys.argv = ["kiban", *request.words]
    code: object = 0
    try:
        _run_flow_or_command(request.program)
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _serve(modules: Sequence[str]) -> None:
    """Fork a process for every line that asks for one and answer with its number; given that, with its exit code."""
    no_figures()
    for name in modules:
        import_module(f"flows.{name}")
    import_module("pyarrow.dataset")  # as DuckDB does when it is given a table
    import_module("schemas.validation")  # as a publisher does
    gc.collect()
    gc.freeze()  # or each process would look at all of this, and so copy it
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        if isinstance(request, int):
            answer = os.waitstatus_to_exitcode(os.waitpid(request, 0)[1])
        elif (answer := os.fork()) == 0:
            _child(_Request(**request))
        print(answer, file=answers, flush=True)


class Commands:
    """A running driver."""

    def __init__(self, process: "subprocess.Popen[str]", folder: Path) -> None:
        self._process, self._folder, self._number = process, folder, 0

    def _ask(self, request: object) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(request), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def _file(self) -> Path:
        self._number += 1
        path = self._folder / str(self._number)
        path.touch()
        return path

    def run(self, words: Sequence[str], cwd: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run `kiban` with these words, in a folder and with these variables added to the environment."""
        out, err = self._file(), self._file()
        code = self._ask(self._ask(vars(_Request(words, str(cwd), dict(environment), str(out), str(err), ""))))
        return subprocess.CompletedProcess(["kiban", *words], code, out.read_text(), err.read_text())

    def start(self, words: Sequence[str], cwd: Path, environment: Mapping[str, str], program: str = "") -> "Started":
        """Start `kiban` with these words, or a program; whoever asks another thing meanwhile asks while it runs."""
        out = self._file()
        request = _Request(words, str(cwd), dict(environment), str(out), str(out), program)
        return Started(self._ask(vars(request)), out, self._ask)


@dataclass(frozen=True)
class Started:
    """A process that was started, in a group of its own, and the file of what it prints."""

    pid: int
    out: Path
    ask: Callable[[object], int]

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return Path(f"/proc/{self.pid}/exe").exists()

    def until(self, text: str) -> None:
        """Wait until it has printed a text."""
        end = time.monotonic() + _LIMIT
        while text not in self.out.read_text():
            assert time.monotonic() < end and self.runs, self.out.read_text()
            time.sleep(0.005)

    def send(self, number: int) -> None:
        """Send it, and what it started, a signal."""
        os.killpg(self.pid, number)

    def wait(self) -> tuple[int, str]:
        """Its exit code, once it has ended, and what it printed."""
        return self.ask(self.pid), self.out.read_text()


@contextmanager
def commands(modules: Sequence[str] = COMMANDS) -> Iterator[Commands]:
    """A driver that imports these modules, ended at the end of the `with` block."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    with (
        tempfile.TemporaryDirectory(prefix="kiban-forked-", ignore_cleanup_errors=True) as folder,
        subprocess.Popen(
            [sys.executable, "-m", "support.forked", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**kept, "PYTHONPATH": path, "TMPDIR": folder},  # of what is killed nothing stays
        ) as process,
    ):
        try:
            yield Commands(process, Path(folder))
        finally:
            process.kill()


if __name__ == "__main__":
    _serve(sys.argv[1:])
