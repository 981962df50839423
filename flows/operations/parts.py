"""Parts of a large derivation as tasks: a task a part, on the cores of this machine or on the workers of a Dask cluster."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import Task, unmapped
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.errors import UserError
from flows.operations.job import StepError, in_words


def runner(cluster: str | None) -> TaskRunner[Any]:
    """What runs the parts: a thread a core, since DuckDB does the work, or the workers of the scheduler at an address."""
    if cluster is None:
        return ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError:
        raise UserError(
            "a cluster needs prefect-dask; install it into this environment, and that of the workers"
        ) from None
    found: TaskRunner[Any] = DaskTaskRunner(address=cluster)
    return found


def run_parts(step: Task[..., Path], parts: Sequence[Path], **options: object) -> list[Path]:
    """Run a task for every part, as many at once as the runner of the flow has workers; its results in their order.

    The options are the same for all. Raises StepError with what failed first.
    """
    same: dict[str, Any] = {name: unmapped(value) for name, value in options.items()}
    futures = step.map(list(parts), **same)
    try:
        return [future.result() for future in futures]
    except Exception as error:
        raise StepError(step.name, f"{step.name}: {in_words(error)}") from error
