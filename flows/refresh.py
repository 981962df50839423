"""The flow `refresh`: from the newest records to a release if something changed, and word of what it came to.

It is made to run by itself, on a schedule: whatever fails leaves the last release in place, and
the status file, an event and the message say which step, record or source it was.
"""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Failed

from flows.audit import audit
from flows.errors import UserError
from flows.layout import build_folder, releases_folder
from flows.operations.announce import FAILED, PUBLISHED, UNCHANGED, emit
from flows.operations.checkout import fetch_records, shown
from flows.operations.lock import alone
from flows.operations.log_line import fields
from flows.operations.status import Outcome, write_status
from flows.records.findings import Finding
from flows.release import Released, check_records, conclude, work_folder

_WAIT = 600  # seconds for another refresh of the same folder


@task(name="fetch records", cache_policy=NO_CACHE, persist_result=False, retries=2, retry_delay_seconds=[5, 30])
def fetch(home: Path, remote: str | None, branch: str) -> Path:
    """Bring the records up to date; return their folder."""
    folder = fetch_records(home, remote, branch)
    get_run_logger().info(fields("records.fetched", remote=shown(remote) if remote else "none", folder=folder))
    return folder


@task(name="tell", cache_policy=NO_CACHE, persist_result=False)
def tell(home: Path, outcome: Outcome) -> None:
    """Leave a page and emit an event; that of a release is emitted where it was published."""
    event = FAILED if not outcome.ok else PUBLISHED if outcome.version else UNCHANGED
    heading = {FAILED: "Refresh failed", PUBLISHED: f"Published {outcome.version}", UNCHANGED: "Nothing changed"}[event]
    page = f"# {heading}\n\nStep: {outcome.step}\n\n```\n{outcome.message}\n```\n"
    create_markdown_artifact(page, key="refresh", description=outcome.message.splitlines()[0])
    if event != PUBLISHED:
        emit(event, f"refresh.{home.name}", outcome.version, outcome.step, outcome.message)
    get_run_logger().info(fields(event, version=outcome.version, step=outcome.step))


def scheduled_day(timezone: str, now: datetime) -> date:
    """The day for which this run was scheduled, in a time zone: a run that was late still belongs to it."""
    planned = flow_run.scheduled_start_time
    return min(planned or now, now).astimezone(ZoneInfo(timezone)).date()


class _Steps:
    """The step that is under way."""

    def __init__(self) -> None:
        self.now = "start"

    def __call__(self, name: str) -> None:
        self.now = name


def _log_findings(findings: list[Finding]) -> None:
    log = get_run_logger()
    for finding in findings:
        level = log.error if finding.severity == "error" else log.warning
        level(fields("record.finding", record=finding.path, line=finding.line, field=finding.field, rule=finding.rule))


def _steps(
    home: Path,
    remote: str | None,
    branch: str,
    place: str,
    key: Path | None,
    audit_limit: int,
    as_of: date,
    today: date,
    at: _Steps,
) -> State[Released] | State[None]:
    with alone(build_folder(home) / ".refresh.lock", f"refresh of {home}", _WAIT), work_folder(home) as work:
        at("fetch records")
        records = fetch(home, remote, branch)
        at("check records")
        findings = check_records(records, today, work)
        _log_findings(findings)
        if audit_limit and not any(f.severity == "error" for f in findings):
            at("audit sources")
            audit(records, today, home=home, limit=audit_limit)
        return conclude(findings, records, home, work, as_of, place, None, key, at)


@flow(name="refresh", validate_parameters=True)
def refresh(
    home: Path,
    remote: str | None = None,
    branch: str = "main",
    to: str | None = None,
    key: Path | None = None,
    audit_limit: int = 50,
    cron: str | None = None,
    timezone: str = "UTC",
) -> State[Released] | State[None]:
    """Publish a release if the records changed, after asking a slice of the sources again; tell what came of it.

    `home` is the folder with `build/`; the records are its own `raw/`, or those of `branch` of the git
    remote. `to` (default `home/build/releases`) and `key` are as for `release`. `audit_limit` sources that are due
    are asked; 0 asks none. `cron` and `timezone` only say when the next run is due. Ends Failed, with the last
    release in place, if anything went wrong.
    """
    now = datetime.now(ZoneInfo("UTC"))
    at = _Steps()
    place = to or str(releases_folder(home))
    try:
        as_of, today = scheduled_day(timezone, now), now.astimezone(ZoneInfo(timezone)).date()
        state = _steps(home, remote, branch, place, key, audit_limit, as_of, today, at)
    except Exception as error:  # whatever it was, it is told, and the run ends as failed
        told = str(error) if isinstance(error, UserError | OSError) else f"{type(error).__name__}: {error}"
        state = Failed(message=f"{at.now}: {told}")
        get_run_logger().exception(fields("step.failed", step=at.now))
    done = state.data.published if state.is_completed() and isinstance(state.data, Released) else None
    outcome = Outcome(
        ok=state.is_completed(),
        step=at.now,
        message=state.message or at.now,
        version=done.version if done else None,
        latest=(done.version or done.previous) if done else None,
    )
    write_status(home, outcome, datetime.now(ZoneInfo("UTC")), cron, timezone)  # needs no server, so it comes first
    tell(home, outcome)
    return state
