"""Checks of a release run in the process of the tests, without bounds: to start a process takes longer than the checks.

That they run in one, and what its bounds stop, is shown in `verification/`.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pytest

from flows.bounded import Bounds
from flows.verification import verify, whole

_P = ParamSpec("_P")
_T = TypeVar("_T")


class HereWorker:
    """A worker that is no process; what was read in it is forgotten at its end, as with a process."""

    def __init__(self, bounds: Bounds) -> None:
        self.bounds = bounds

    def __enter__(self) -> "HereWorker":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def call(self, function: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        return function(*args, **kwargs)

    def end(self) -> int:
        verify._unpacked.cache_clear()
        verify._reader.cache_clear()
        return 0


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verification of a test runs here."""
    for module in (verify, whole):
        monkeypatch.setattr(module, "Worker", HereWorker)
