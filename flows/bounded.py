"""A function in a process of its own, within limits of memory and time: what others made is read there.

`Worker` starts such a process; `python -m flows.bounded` is one. It goes on from call to call, so what a function keeps
in memory is there at the next one, until a limit is passed: then it is ended, and the next call starts another.
"""

import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, ParamSpec, TypeVar

from flows.errors import UserError

_P = ParamSpec("_P")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Bounds:
    """What one call may take: seconds, bytes of address space beyond the loaded program, bytes of a file it writes."""

    seconds: float
    memory: int
    file: int = 0


#: for a check of a release; that of the real records takes 3 s and 1.2 GB, most of it address space that is never used
CHECK = Bounds(seconds=600, memory=3_000_000_000, file=64_000_000)

#: the largest answer that is taken
_ANSWER = 64_000_000

#: seconds for the program itself to load, which nobody else made
_LOADING = 120

#: allocators that reserve no more address space than they use, however many threads there are
_LEAN = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2"}


class OverBoundsError(UserError):
    """A call passed a limit, which is `kind`; `reason` says so without a place, `place` is the last that it told."""

    def __init__(self, kind: Literal["memory", "time", "broken"], reason: str, place: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.kind, self.reason, self.place = kind, reason, place


def here(function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
    """As `Worker.call`, but in this process and without limits: for what one made oneself."""
    return function(*args, **kwargs)


class Worker:
    """A process that runs functions within limits, one at a time; started at the first call, ended with `with`.

    It begins with loading the modules `load`, so that those are there when it is called. Its temporary files lie in a
    folder of its own, which goes with it: whoever is killed puts nothing away.
    """

    def __init__(self, bounds: Bounds, load: Sequence[str] = ()) -> None:
        self.bounds = bounds
        self._load = load
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._temporary: TemporaryDirectory[str] | None = None

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        # not `-m` alone: it would import from the folder at hand, which may be the very release that is read
        command = [sys.executable, "-P", "-m", "flows.bounded", str(theirs.fileno()), *self._load]
        paths = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        null = subprocess.DEVNULL
        self._temporary = TemporaryDirectory(prefix="kiban-", ignore_cleanup_errors=True)
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=null,
                stdout=null,
                stderr=null,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_LEAN, "PYTHONPATH": paths, "TMPDIR": self._temporary.name},
                start_new_session=True,
            )
        ours.send(self.bounds)
        self._line = ours
        return ours

    def start(self) -> None:
        """Start the process, if there is none, and do not wait for it: it loads while this one does something else."""
        if self._process is None:
            self._start()

    @property
    def running(self) -> bool:
        """Whether there is a process; a call starts one."""
        return self._process is not None

    def kill(self) -> int:
        """End the process and all that it started, from any thread; a call that waits for it raises. Its exit code."""
        process = self._process
        if process is None:
            return 0
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        return process.wait()

    def end(self) -> int:
        """End the process; another call would start it again. Its exit code, 0 if there was none."""
        code = self.kill()
        line, self._line, self._process = self._line, None, None
        if line is not None:
            line.close()
        if self._temporary is not None:
            self._temporary.cleanup()
        return code

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Result of a function of a module, run in the process. Raises what it raises, and OverBoundsError.

        Function, arguments, result and errors must pickle. The deadline begins when the process has loaded the function.
        """
        line = self._line or self._start()
        whole, place = False, ""
        try:
            line.send_bytes(pickle.dumps((function, args, kwargs)))
            end = time.monotonic() + _LOADING
            while True:
                if not line.poll(max(0.0, end - time.monotonic())):
                    raise OverBoundsError("time", f"did not end within {self.bounds.seconds:g} s", place)
                kind, value = pickle.loads(line.recv_bytes(_ANSWER))
                if kind == "loaded":
                    end = time.monotonic() + self.bounds.seconds
                elif kind == "at":
                    place = value
                elif kind == "memory":
                    raise OverBoundsError("memory", self._too_much(), place)
                else:
                    whole = True
                    break
        except (EOFError, OSError) as error:
            raise OverBoundsError("broken", f"broke the process that read it ({self._ending()})", place) from error
        finally:
            if not whole:  # the next answer could not tell whose it is
                self.end()
        if kind == "raised":
            raise value
        result: _T = value
        return result

    def _too_much(self) -> str:
        return f"needs more than the {self.bounds.memory // 1_000_000:,} MB of memory that it may take"

    def _ending(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            if self._process is not None:
                self._process.wait(1)
        code = self.end()
        return signal.Signals(-code).name if -code in set(signal.Signals) else f"exit code {code}"


_parent: Connection | None = None


def at(place: str) -> None:
    """Tell what is read now, so that an error can name it. Says nothing outside of a `Worker`."""
    if _parent is not None:
        _parent.send_bytes(pickle.dumps(("at", place)))


def is_memory(error: BaseException) -> bool:
    """Whether an error says that there was not enough memory: Python's and Arrow's, or DuckDB's."""
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException"


def _limit(bounds: Bounds) -> None:
    """Limit this process (setrlimit), from what its program takes already."""
    import resource

    loaded = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    for kind, most in (
        (resource.RLIMIT_AS, loaded + bounds.memory),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, bounds.file),
    ):
        hard = resource.getrlimit(kind)[1]  # that of a worker which asks another one
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def _answer(function: Callable[..., object], args: tuple[object, ...], kwargs: dict[str, object]) -> bytes:
    """What a call gives, as it is sent."""
    try:
        return pickle.dumps(("done", function(*args, **kwargs)))
    except Exception as error:
        if is_memory(error):
            return pickle.dumps(("memory", None))
        try:
            return pickle.dumps(("raised", error))
        except Exception:  # an error of a library that does not pickle
            return pickle.dumps(("raised", RuntimeError(f"{type(error).__name__}: {error}")))


def _serve(line: Connection) -> None:
    """Answer one call after another, until there are no more."""
    bounds: Bounds = line.recv()
    limited = False
    while True:
        try:
            asked = line.recv_bytes()
        except EOFError:
            return
        function, args, kwargs = pickle.loads(asked)
        del asked
        if not limited:
            _limit(bounds)
            limited = True
        line.send_bytes(pickle.dumps(("loaded", None)))
        signal.setitimer(signal.ITIMER_REAL, bounds.seconds + 1)  # ends us, should the one who asks be gone
        answer = _answer(function, args, kwargs)
        line.send_bytes(answer)
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Serve on the connection whose number is given, when the modules that are named after it are loaded."""
    import flows.bounded  # this file runs as __main__, but functions know the module of this name

    flows.bounded._parent = line = Connection(int(sys.argv[1]))
    for module in sys.argv[2:]:
        import_module(module)
    _serve(line)


if __name__ == "__main__":
    main()
