"""The command `kiban` in processes that are forked: for each of its own, imports take most of the time.

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
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO

from flows.cli.main import main
from support.figures import no_figures

_MODULES = ("changes.diff", "check", "explain", "operations.summary", "publishing.mirror", "publishing.publish",
            "rebuild", "records.verdicts", "verification.whole")  # fmt: skip

#: seconds after which a command that hangs is ended
_LIMIT = 300


def _child(request: dict[str, str], words: list[str], out: IO[bytes], err: IO[bytes]) -> None:
    """Run a command as its script does, and end as Python does."""
    signal.alarm(_LIMIT)
    os.dup2(out.fileno(), 1)
    os.dup2(err.fileno(), 2)
    os.chdir(request["cwd"])
    os.environ.update(json.loads(request["environment"]))
    sys.argv = ["kiban", *words]
    code: object = 0
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _serve() -> None:
    """Fork a process for every line, and answer with its exit code and what it printed."""
    no_figures()
    for name in _MODULES:
        import_module(f"flows.{name}")
    import_module("pyarrow.dataset")  # as DuckDB does when it is given a table
    gc.collect()
    gc.freeze()  # or each process would look at all of this, and so copy it
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request, words = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            pid = os.fork()
            if pid == 0:
                _child(request, words, out, err)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            said = []
            for file in (out, err):
                file.seek(0)
                said.append(file.read().decode())
        print(json.dumps([code, *said]), file=answers, flush=True)


class Commands:
    """A running driver."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run(
        self, words: tuple[str, ...], cwd: Path, environment: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """Run `kiban` with these words, in a folder and with these variables added to the environment."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        request = {"cwd": str(cwd), "environment": json.dumps(dict(environment))}
        print(json.dumps([request, words]), file=self._process.stdin, flush=True)
        code, out, err = json.loads(self._process.stdout.readline())
        return subprocess.CompletedProcess(["kiban", *words], code, out, err)


@contextmanager
def commands() -> Iterator[Commands]:
    """A driver, ended at the end of the `with` block."""
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-m", "support.forked"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        try:
            yield Commands(process)
        finally:
            process.kill()


if __name__ == "__main__":
    _serve()
