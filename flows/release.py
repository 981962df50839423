"""The flow `release`: from the records in `raw/` to a published release.

Every step is a task over plain functions; steps hand each other folders, not tables, so
that the orchestrator never looks into data. The flow reads no clock.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.context import TaskRunContext
from prefect.states import Completed, Failed

from flows.canonical import digest
from flows.errors import UserError, counted
from flows.layout import releases_folder
from flows.operations.ahead import checked
from flows.operations.announce import announce
from flows.operations.derived import derive_once, derived_folder, load
from flows.operations.job import Job, StepError, name_run, run_step, work_folder
from flows.operations.log_line import fields
from flows.operations.summary import Summary, summarise
from flows.publishing.publish import Published, publish
from flows.records.findings import Finding, as_text, errors_in
from flows.records.verdicts import QUERY, verdict_findings
from flows.stores.open import open_store
from schemas.products import PRODUCTS


@dataclass(frozen=True)
class Released:
    """The result of a run of the flow."""

    published: Published
    summary: Summary

    @property
    def words(self) -> str:
        """The result in two words."""
        return f"published {self.published.version}" if self.published.version else "nothing changed"


@task(name="report findings", cache_policy=NO_CACHE, persist_result=False)
def report_findings(findings: list[Finding]) -> None:
    """Leave the findings as a table artifact, errors first, also where there are none."""
    rows = [
        {
            "severity": found.severity,
            "place": f"{found.path}:{found.line}",
            "finding": found.message,
            "value": found.value,
            "remedy": found.remedy,
            "field": found.field,
            "rule": found.rule,
        }
        for found in sorted(findings, key=lambda found: found.severity)
    ]
    create_table_artifact(rows, key="release-findings", description=counted(len(rows), "finding"))
    get_run_logger().info(fields("findings.listed", findings=len(rows)))


def _refused(findings: list[Finding]) -> State[None] | None:
    """List the findings and end the task as Failed with the errors as message, if there are errors."""
    if not (errors := errors_in(findings)):
        return None
    report_findings.fn(findings)
    return Failed(message="\n".join([f"not published: {counted(len(errors), 'error')}", *as_text(errors)]))


@task(name="check records", cache_policy=NO_CACHE, persist_result=False)
def check_records(job: Job) -> list[Finding] | State[None]:
    """Check every record and leave the ingested tables in `job.ingested`. Ends as Failed if there are errors."""
    made = checked(job.ingested, job.records, job.today)
    log = get_run_logger()
    for found, line in zip(made.findings, as_text(made.findings), strict=True):
        level = log.error if found.severity == "error" else log.warning
        level(
            fields("record.finding", record=found.path, line=found.line, field=found.field, rule=found.rule, says=line)
        )
    counts = {"records": made.records, "findings": len(made.findings)}
    log.info(fields("records.checked", **counts, errors=len(errors_in(made.findings))))
    return _refused(made.findings) or made.findings


def _derived_key(_: TaskRunContext, parameters: Mapping[str, object]) -> str:
    job = cast(Job, parameters["job"])
    folder = derived_folder(job.home, job.ingested, job.as_of)
    return f"kiban-derived-{digest(str(folder).encode())}"  # names a file, so it cannot be the path itself


@task(name="derive tables", cache_key_fn=_derived_key, persist_result=True)
def derive_tables(job: Job) -> Path:
    """Derive facts, labels, trends and claims, beside what was observed, into a folder; return it.

    The folder is named by all that the tables are made from. The next run with the same finds it.
    """
    folder = derive_once(job.home, job.ingested, job.as_of)
    get_run_logger().info(
        fields("tables.derived", tables=len(PRODUCTS), labels=load(folder, "labels")["labels"].num_rows)
    )
    return folder


@task(name="hold claims", cache_policy=NO_CACHE, persist_result=False)
def hold_claims(job: Job, derived: Path, findings: list[Finding]) -> list[Finding] | State[None]:
    """Add the claims that have no verdict, or not the recorded one, to the findings. Ends as Failed if there are any."""
    made = load(derived, "claims")
    changed = verdict_findings(job.records, load(job.ingested, "readings"), made["claims"])
    get_run_logger().info(fields("claims.held", claims=made["claims"].num_rows, changed=len(changed)))
    if any(found.rule == QUERY.id for found in changed):
        shutil.rmtree(derived, ignore_errors=True)  # a busy machine may be the reason, so the next run asks again
    return _refused(findings + changed) or findings + changed


@task(name="publish release", cache_policy=NO_CACHE, persist_result=False)
def publish_release(job: Job, derived: Path) -> Published | State[None]:
    """Compare with the newest release, validate, write, read back and put in place.

    What the operator can mend ends the task as Failed, with the remedy as message.
    """
    tables = load(derived, *PRODUCTS)
    try:
        published = publish(job.records, tables, job.as_of, open_store(job.place), job.version, job.key)
    except (UserError, OSError) as error:
        return Failed(message=f"not published: {error}")
    for stray in published.strays:
        get_run_logger().warning(fields("store.stray", path=stray.path, says=stray.reason))
    event = "release.published" if published.version else "release.unchanged"
    get_run_logger().info(fields(event, version=published.version or published.previous))
    return published


@task(name="report", cache_policy=NO_CACHE, persist_result=False)
def report(job: Job, derived: Path, published: Published) -> Summary:
    """Summarise the release, leave that and what changed as a page, and emit an event for it."""
    summary = summarise(load(derived, *PRODUCTS))
    announce(published, summary, job.public)
    return summary


def _derived(job: Job) -> Path:
    derived = run_step(derive_tables, job)
    if derived.is_dir():
        return derived
    return run_step(derive_tables.with_options(refresh_cache=True), job)  # Prefect remembers what somebody cleaned up


def make(job: Job, findings: list[Finding]) -> Released:
    """Derive, compare the claims, publish and report what was checked: the steps that release and refresh share.

    `findings` are those of `check_records`. Raises StepError.
    """
    derived = _derived(job)
    findings = run_step(hold_claims, job, derived, findings)
    run_step(report_findings, findings)
    published = run_step(publish_release, job, derived)
    return Released(published, run_step(report, job, derived, published))


@flow(name="release", validate_parameters=True)
def release(
    root: Path,
    as_of: date,
    today: date,
    version: str | None = None,
    to: str | None = None,
    key: Path | None = None,
    public: str | None = None,
) -> State[Released] | State[None]:
    """Publish a release of the records in `root/raw`, as of a day, unless nothing changed.

    `today` bounds the dates that records may hold; `version` defaults to the next free one;
    `to` is a folder or s3:// address, by default `root/build/releases`; `key` signs; links of the
    page that a run leaves lead below `public`. Ends
    Failed, with the findings as message and artifact and nothing published, if a record has
    errors, a claim changed its verdict or the store refuses.
    """
    if as_of > today:
        return Failed(message=f"not published: {as_of} lies in the future")
    try:
        with work_folder(root) as work:
            job = Job(root, root, work, as_of, today, to or str(releases_folder(root)), version, key, public)
            released = make(job, run_step(check_records, job))
    except StepError as failure:
        name_run(f"{as_of} failed: {failure.step}")
        return Failed(message=str(failure))
    name_run(f"{as_of} {released.words}")
    return Completed(message=released.published.words, data=released)
