"""The flow `derive in parts`: from the tables of very many models, in parts on disk, to the published tables in one file.

Each part is derived by a task of its own, on this machine or on a worker of a Dask cluster, and the parts are put together.
A part that was derived already is taken as it is.
"""

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from prefect import Flow, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.derive.parts import derive_once, parts_in, put_together
from flows.errors import UserError, counted
from flows.operations.job import StepError, name_run, run_step
from flows.operations.log_line import fields
from flows.operations.parts import run_parts, runner


@task(name="derive part", cache_policy=NO_CACHE, persist_result=False, retries=1)
def derive_one(part: Path, home: Path, as_of: date) -> Path:
    """Derive one part; return its folder, which is named by what it is made from."""
    return derive_once(part, home, as_of, threads=1)


@task(name="put together", cache_policy=NO_CACHE, persist_result=False)
def put_parts_together(folder: Path, derived: list[Path], as_of: date, to: Path) -> Path:
    """Write the published tables of all parts into a new DuckDB file, whole or not at all; return it."""
    if to.exists():
        raise UserError(f"{to} is there already; name a new file, or delete it")
    to.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=to.parent, prefix=f".{to.name}-") as beside:
        made = Path(beside, to.name)
        put_together(made, folder, derived, as_of)
        made.rename(to)
    get_run_logger().info(fields("tables.derived", parts=len(derived), bytes=to.stat().st_size))
    return to


@flow(name="derive in parts", validate_parameters=True)
def derive_in_parts(folder: Path, as_of: date, to: Path) -> State[Path] | State[None]:
    """Derive the published tables without the claims from the parts below `folder`, as of a day, into the new file `to`.

    `folder` is laid out as `flows.derive.parts` says, and seen by all workers; what is derived lies in it meanwhile, and
    the next run takes it up if this one dies. Ends Failed, with the reason as message and no file made, if a part fails.
    """
    home = folder / "derived"
    try:
        derived = run_parts(derive_one, parts_in(folder), home=home, as_of=as_of)
        run_step(put_parts_together, folder, derived, as_of, to)
    except (StepError, UserError) as failure:
        name_run(f"derivation as of {as_of} failed")
        return Failed(message=str(failure))
    shutil.rmtree(home, ignore_errors=True)
    name_run(f"derived as of {as_of}, {counted(len(derived), 'part')}")
    return Completed(message=f"derived {to}", data=to)


def with_runner(cluster: str | None) -> Flow[..., State[Path] | State[None]]:
    """The flow `derive in parts`, its parts derived on this machine, or by the Dask cluster at an address."""
    return derive_in_parts.with_options(task_runner=runner(cluster))
