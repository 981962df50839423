"""A job: what a run is to make and where, and how its steps are run."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ParamSpec, TypeVar, overload
from uuid import UUID

import httpx
from prefect import Flow, Task
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import FailedRun
from prefect.runtime import flow_run

from flows.errors import UserError, refusal
from flows.layout import build_folder

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Job:
    """A release to be made.

    `records` is the folder with `raw/`, `home` that with `build/`, `work` one for what the steps hand each other.
    `as_of` is the release's day, `today` bounds the dates that records may hold. `place` is where releases lie;
    `version` is the next free one if None; `key` signs; `public` is the address at which readers find them.
    """

    records: Path
    home: Path
    work: Path
    as_of: date
    today: date
    place: str
    version: str | None = None
    key: Path | None = None
    public: str | None = None

    @property
    def ingested(self) -> Path:
        """Where the step that checks the records leaves their tables."""
        return self.work / "ingested"


class StepError(Exception):
    """A step that failed, by its name, and why."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(why)
        self.step = step


@overload
def run_step(step: Task[P, R | State[None]], *arguments: P.args, **options: P.kwargs) -> R: ...
@overload
def run_step(step: Task[P, R] | Flow[P, R], *arguments: P.args, **options: P.kwargs) -> R: ...
def run_step(step: Task[P, R] | Flow[P, R], *arguments: P.args, **options: P.kwargs) -> R:
    """Run a task or a flow as a step of another flow; return its result.

    Raises StepError with the message of a step that ended itself as Failed, else with its name and what it raised.
    """
    try:
        return step(*arguments, **options, return_state=True).result()  # called plainly, a task returns its Failed
    except FailedRun as error:
        raise StepError(step.name, str(error)) from None
    except Exception as error:
        raise StepError(step.name, f"{step.name}: {in_words(error)}") from error


def name_run(name: str) -> None:
    """Name the flow run that is under way by what it did. A server that is gone leaves it its name."""
    with suppress(httpx.HTTPError), get_client(sync_client=True) as client:
        client.update_flow_run(UUID(flow_run.id), name=name)


def in_words(error: BaseException) -> str:
    """An error as a message: that of the user as it is, of a full disk with its remedy, any other with its type."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return f"{error.filename}: {refusal(error)}" if error.filename else refusal(error)
    return str(error) if isinstance(error, UserError | OSError) else f"{type(error).__name__}: {error}"


@contextmanager
def work_folder(home: Path) -> Iterator[Path]:
    """A folder for what the steps hand each other; what killed runs left goes too."""
    build = build_folder(home)
    for left in build.glob(".work-*"):
        pid = left.name.removeprefix(".work-")
        if not (pid.isdigit() and Path(f"/proc/{pid}").exists()) or pid == str(os.getpid()):
            shutil.rmtree(left, ignore_errors=True)
    work = build / f".work-{os.getpid()}"
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
