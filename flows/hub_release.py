"""The flow `hub`: from a snapshot of the Hugging Face hub's list of models to a release of the hub layer.

The snapshot is read once into parts, each part is derived by a task of its own, on this machine or on a worker of a Dask
cluster, and the parts are put together. A part that was derived already is taken as it is.
"""

import shutil
from datetime import date
from pathlib import Path

import pyarrow.feather as feather
from prefect import Flow, flow, get_run_logger, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.check import check
from flows.errors import UserError
from flows.hub_layer.derive import derive_once, split
from flows.hub_layer.layout import read_layout
from flows.hub_layer.release import Snapshot, hash_of, publish_hub
from flows.hub_layer.whole import sum_up, write_curated
from flows.layout import HUB, build_folder, releases_folder
from flows.operations.job import StepError, name_run, run_step, work_folder
from flows.operations.log_line import fields
from flows.operations.parts import run_parts, runner
from flows.records.findings import as_text
from flows.stores.open import open_store

_CODEBOOKS = ("licences", "thresholds")


@task(name="split snapshot", cache_policy=NO_CACHE, persist_result=False)
def split_snapshot(
    root: Path, snapshot: Path, layout: str, expected: str | None, taken_on: date, today: date, work: Path
) -> tuple[str, list[Path]]:
    """Read the snapshot into parts below `work`, and the records' codebooks and word of that day beside them; its
    SHA-256 and the parts.
    """
    found = hash_of(snapshot)
    if expected is not None and found != expected:
        raise UserError(f"{snapshot}: its SHA-256 is {found}, not {expected}; it is not the snapshot that was meant")
    checked = check(root, today)
    if checked.errors:
        raise UserError("\n".join(as_text(checked.errors)))
    books = work / "codebooks"
    books.mkdir(parents=True)
    for name in _CODEBOOKS:
        feather.write_feather(
            checked.tables[name].drop_columns(["path", "pointer"]),
            str(books / f"{name}.arrow"),
            compression="uncompressed",
        )
    write_curated(checked.tables, taken_on, work / "curated")
    parts = split(snapshot, read_layout(layout), work / "parts")
    get_run_logger().info(fields("snapshot.split", parts=len(parts), sha256=found))
    return found, parts


@task(name="derive part", cache_policy=NO_CACHE, persist_result=False, retries=1)
def derive_one(part: Path, home: Path, codebooks: Path) -> Path:
    """Derive one part; return its folder, which is named by what it is made from."""
    return derive_once(part, home, codebooks, threads=1)


@task(name="publish hub", cache_policy=NO_CACHE, persist_result=False)
def publish_parts(
    root: Path, derived: list[Path], snapshot: Snapshot, work: Path, place: str, key: Path | None
) -> str | None:
    """Add up the parts and publish them; the version, or None if nothing changed."""
    whole = work / "whole"
    sum_up(derived, work / "codebooks", work / "curated", whole)
    return publish_hub(root, derived, whole, snapshot, open_store(place), key)


def hub_place(root: Path, to: str | None) -> str:
    """Where the releases of the hub layer lie: the folder `hub` of a store, by default of that of the project in `root`."""
    return f"{(to or str(releases_folder(root))).rstrip('/')}/{HUB}"


@flow(name="hub", validate_parameters=True)
def hub(
    root: Path,
    snapshot: Path,
    taken_on: date,
    today: date,
    layout: str = "hub-stats",
    expected: str | None = None,
    to: str | None = None,
    key: Path | None = None,
) -> State[str | None] | State[None]:
    """Publish what the rules say of a snapshot of the hub, as the release of its day, unless nothing changed.

    `snapshot` is a Parquet file, or a folder of them, read by `layout` and, if given, of the SHA-256 `expected`; `to` is
    the store, by default that of the curated releases, in whose folder `hub` it goes; `key` signs. Ends Failed, with the
    reason as message and nothing published, if the snapshot or the store refuses.
    """
    place = hub_place(root, to)
    home = build_folder(root) / ".hub"
    try:
        with work_folder(root) as work:
            found, parts = run_step(split_snapshot, root, snapshot, layout, expected, taken_on, today, work)
            derived = run_parts(derive_one, parts, home=home, codebooks=work / "codebooks")
            version = run_step(
                publish_parts, root, derived, Snapshot(found, read_layout(layout).name, taken_on), work, place, key
            )
            shutil.rmtree(home, ignore_errors=True)
    except StepError as failure:
        name_run(f"hub {taken_on} failed: {failure.step}")
        return Failed(message=str(failure))
    words = f"published {version} in {place}" if version else f"nothing changed; no release was made in {place}"
    name_run(f"hub {taken_on} {'published' if version else 'unchanged'}")
    return Completed(message=words, data=version)


def with_runner(cluster: str | None) -> Flow[..., State[str | None] | State[None]]:
    """The flow `hub`, its parts derived on this machine, or by the Dask cluster at an address."""
    return hub.with_options(task_runner=runner(cluster))
