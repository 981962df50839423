"""The flow `release`: from the records in `raw/` to a published release.

Every step is a task over plain functions; steps hand each other folders, not tables, so
that the orchestrator never looks into data. The flow reads no clock.
"""

import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import polars as pl
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.check import check
from flows.derive import products
from flows.errors import UserError
from flows.findings import Finding, as_text
from flows.ingest import Tables
from flows.observations import with_observed
from flows.publish import Published, publish
from flows.stores import open_store
from flows.summary import Summary, markdown, summarise
from flows.verdicts import verdict_findings
from schemas.products import PRODUCTS
from schemas.tables import INGESTED


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
    log = get_run_logger()
    log.info(
        "%d records, %d findings, %d of them errors",
        checked.tables["models"].height,
        len(checked.findings),
        len(checked.errors),
    )
    if not checked.errors:
        _save(checked.tables, work / "ingested")
    return checked.findings


@task(name="derive tables", cache_policy=NO_CACHE, persist_result=False)
def derive_tables(root: Path, work: Path, as_of: date) -> Path:
    """Derive facts, labels, trends and claims into `work/products`, beside what was observed."""
    made = products(with_observed(root, _load(work / "ingested", *INGESTED)), as_of)
    get_run_logger().info("%d tables, %d labels", len(made), made["labels"].height)
    return _save(made, work / "products")


@task(name="hold claims", cache_policy=NO_CACHE, persist_result=False)
def hold_claims(root: Path, work: Path) -> list[Finding]:
    """Find the claims whose verdict is no longer the recorded one."""
    made = _load(work / "products", "claims")
    changed = verdict_findings(root, _load(work / "ingested", "readings"), made)
    get_run_logger().info("%d claims, %d changed their verdict", made["claims"].height, len(changed))
    return changed


@task(name="publish release", cache_policy=NO_CACHE, persist_result=False)
def publish_release(
    root: Path, work: Path, as_of: date, to: str, version: str | None, key: Path | None
) -> State[Published] | State[None]:
    """Compare with the newest release, validate, write, read back and put in place.

    What the operator can mend ends the task as Failed, with the remedy as message.
    """
    try:
        published = publish(root, _load(work / "products", *PRODUCTS), as_of, open_store(to), version, key)
    except (UserError, OSError) as error:
        return Failed(message=f"not published: {error}")
    get_run_logger().info("%s", published.words)
    return Completed(message=published.words, data=published)


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
def report(work: Path, published: Published) -> Summary:
    """Leave the summary of the release, and what changed, as a Markdown artifact."""
    tables = _load(work / "products", *PRODUCTS)
    summary = summarise(tables)
    page = markdown(summary, f"Kiban {published.version or published.previous}")
    create_markdown_artifact(f"{page}\n\n{published.words}", key="release-summary", description=published.words)
    get_run_logger().info("the summary is an artifact")
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
    get_run_logger().info("%d findings are an artifact", len(rows))


def _refused(findings: list[Finding]) -> State[None]:
    errors = [f for f in findings if f.severity == "error"]
    return Failed(message=f"not published: {len(errors)} errors\n" + "\n".join(as_text(errors)))


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
    work = root / "build" / f".work-{os.getpid()}"
    shutil.rmtree(work, ignore_errors=True)
    try:
        findings = check_records(root, today, work)
        if not any(f.severity == "error" for f in findings):
            derive_tables(root, work, as_of)
            findings = findings + hold_claims(root, work)
        report_findings(findings)
        if any(f.severity == "error" for f in findings):
            return _refused(findings)
        place = to or str(root / "build" / "releases")
        state = publish_release(root, work, as_of, place, version, key, return_state=True)
        if not state.is_completed():
            return Failed(message=state.message)
        published = cast(Published, state.result())  # of the state that the task itself returned
        return Completed(message=published.words, data=Released(published, report(work, published)))
    finally:
        shutil.rmtree(work, ignore_errors=True)
