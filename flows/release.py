"""The flow `release`: from the records in `raw/` to a published release.

Every step is a task over plain functions; steps hand each other folders, not tables, so
that the orchestrator never looks into data. The flow reads no clock.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import cast

import polars as pl
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext
from prefect.states import Completed, Failed

from flows.canonical import digest, sha256
from flows.check import check
from flows.derive.products import products
from flows.errors import UserError
from flows.layout import build_folder, releases_folder
from flows.observed.observations import observations_folder, with_observed
from flows.operations.announce import announce
from flows.operations.log_line import fields
from flows.operations.summary import Summary, summarise
from flows.publishing.publish import Published, publish
from flows.records.findings import Finding, as_text
from flows.records.verdicts import verdict_findings
from flows.release_files.manifest import library_versions
from flows.stores.open import open_store
from schemas.products import OBSERVED, PRODUCTS
from schemas.tables import INGESTED, Tables

#: how many sets of derived tables of earlier inputs are kept
_KEPT = 3


@dataclass(frozen=True)
class Released:
    """What a run of the flow came to."""

    published: Published
    summary: Summary


def _save(tables: Tables, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name, table in tables.items():
        table.write_ipc(folder / f"{name}.arrow")
    return folder


def _load(folder: Path, *names: str) -> Tables:
    return {name: pl.read_ipc(folder / f"{name}.arrow") for name in names}


@task(name="check records", cache_policy=NO_CACHE, persist_result=False)
def check_records(root: Path, today: date, work: Path) -> list[Finding]:
    """Check every record and, if there is no error, leave the ingested tables in `work/ingested`."""
    checked = check(root, today)
    get_run_logger().info(
        fields(
            "records.checked",
            records=checked.tables["models"].height,
            findings=len(checked.findings),
            errors=len(checked.errors),
        )
    )
    if not checked.errors:
        _save(checked.tables, work / "ingested")
    return checked.findings


def _derived_folder(home: Path, work: Path, as_of: date) -> Path:
    """Where the tables of these inputs lie: named by all that they are made from."""
    inputs = hashlib.sha256(f"{as_of} {sorted(library_versions().items())}".encode())
    code = [path for package in ("flows", "schemas") for path in Path(str(files(package))).rglob("*")]
    read = [path for path in code if path.suffix in (".py", ".sql")]
    observed = (observations_folder(home) / f"{table}.parquet" for table in OBSERVED)
    read += [*(work / "ingested").glob("*"), *(path for path in observed if path.is_file())]
    for path in sorted(read):
        inputs.update(path.name.encode() + bytes.fromhex(sha256(path)))
    return build_folder(home) / ".derived" / inputs.hexdigest()[:32]


def _derived_key(_: TaskRunContext, parameters: Mapping[str, object]) -> str:
    home, work, as_of = (parameters[name] for name in ("home", "work", "as_of"))
    folder = _derived_folder(cast(Path, home), cast(Path, work), cast(date, as_of))
    return f"kiban-derived-{digest(str(folder).encode())}"  # names a file, so it cannot be the path itself


@task(name="derive tables", cache_key_fn=_derived_key, persist_result=True)
def derive_tables(home: Path, work: Path, as_of: date) -> Path:
    """Derive facts, labels, trends and claims, beside what was observed, into a folder; return it.

    The folder is named by all that the tables are made from. The next run with the same finds it.
    """
    folder = _derived_folder(home, work, as_of)
    made = products(with_observed(home, _load(work / "ingested", *INGESTED)), as_of)
    get_run_logger().info(fields("tables.derived", tables=len(made), labels=made["labels"].height))
    folder.parent.mkdir(parents=True, exist_ok=True)
    earlier = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in earlier[:-_KEPT]:  # not the newest: another run may be reading it
        shutil.rmtree(old, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    return _save(made, work / "products").rename(folder)


@task(name="hold claims", cache_policy=NO_CACHE, persist_result=False)
def hold_claims(root: Path, work: Path, derived: Path) -> list[Finding]:
    """Find the claims whose verdict is no longer the recorded one."""
    made = _load(derived, "claims")
    changed = verdict_findings(root, _load(work / "ingested", "readings"), made)
    get_run_logger().info(fields("claims.held", claims=made["claims"].height, changed=len(changed)))
    return changed


@task(name="publish release", cache_policy=NO_CACHE, persist_result=False)
def publish_release(
    root: Path, derived: Path, as_of: date, to: str, version: str | None, key: Path | None
) -> State[Published] | State[None]:
    """Compare with the newest release, validate, write, read back and put in place.

    What the operator can mend ends the task as Failed, with the remedy as message.
    """
    try:
        published = publish(root, _load(derived, *PRODUCTS), as_of, open_store(to), version, key)
    except (UserError, OSError) as error:
        return Failed(message=f"not published: {error}")
    event = "release.published" if published.version else "release.unchanged"
    get_run_logger().info(fields(event, version=published.version or published.previous))
    return Completed(message=published.words, data=published)


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
def report(derived: Path, published: Published) -> Summary:
    """Summarise the release, leave that and what changed as a page, and emit an event for it."""
    summary = summarise(_load(derived, *PRODUCTS))
    announce(published, summary)
    return summary


@task(name="report findings", cache_policy=NO_CACHE, persist_result=False)
def report_findings(findings: list[Finding]) -> None:
    """Leave the findings as a table artifact, also where there are none."""
    rows = [
        {"place": f"{f.path}:{f.line}", "field": f.field, "finding": f.message, "value": f.value, "remedy": f.remedy,
         "rule": f.rule, "severity": f.severity}
        for f in findings
    ]  # fmt: skip
    create_table_artifact(rows, key="release-findings", description=f"{len(rows)} findings")
    get_run_logger().info(fields("findings.listed", findings=len(rows)))


def _refused(findings: list[Finding]) -> State[None]:
    errors = [f for f in findings if f.severity == "error"]
    return Failed(message=f"not published: {len(errors)} errors\n" + "\n".join(as_text(errors)))


def conclude(
    findings: list[Finding],
    records: Path,
    home: Path,
    work: Path,
    as_of: date,
    place: str,
    version: str | None,
    key: Path | None,
    at: Callable[[str], None] = lambda step: None,
) -> State[Released] | State[None]:
    """Derive, hold claims and publish what was checked; the steps that release and refresh share.

    `findings` are those of the check, `records` the folder with `raw/`, `home` that with `build/`. `at`
    is told the name of each step as it begins.
    """
    if any(f.severity == "error" for f in findings):
        report_findings(findings)
        return _refused(findings)
    at("derive tables")
    derived = derive_tables(home, work, as_of)
    if not derived.is_dir():  # Prefect remembers it, but somebody cleaned up
        derived = derive_tables.with_options(refresh_cache=True)(home, work, as_of)
    at("hold claims")
    findings = findings + hold_claims(records, work, derived)
    report_findings(findings)
    if any(f.severity == "error" for f in findings):
        return _refused(findings)
    at("publish release")
    state = publish_release(records, derived, as_of, place, version, key, return_state=True)
    if not state.is_completed():
        return Failed(message=state.message)
    published = cast(Published, state.result())  # of the state that the task itself returned
    at("report")
    return Completed(message=published.words, data=Released(published, report(derived, published)))


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


@flow(name="release", validate_parameters=True)
def release(
    root: Path, as_of: date, today: date, version: str | None = None, to: str | None = None, key: Path | None = None
) -> State[Released] | State[None]:
    """Publish a release of the records in `root/raw`, as of a day, unless nothing changed.

    `today` bounds the dates that records may hold; `version` defaults to the next free one;
    `to` is a folder or s3:// address, by default `root/build/releases`; `key` signs. Ends
    Failed, with the findings as message and artifact and nothing published, if a record has
    errors, a claim changed its verdict or the store refuses.
    """
    if as_of > today:
        return Failed(message=f"not published: {as_of} lies in the future")
    with work_folder(root) as work:
        findings = check_records(root, today, work)
        return conclude(findings, root, root, work, as_of, to or str(releases_folder(root)), version, key)
