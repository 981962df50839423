"""The flow `refresh`: from the newest records to a release if something changed, and a report of how it ended.

It is made to run by itself, on a schedule: whatever fails leaves the last release in place, and
the status file, an event and the message say which step, record or source it was.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.audit import audit
from flows.layout import build_folder, releases_folder
from flows.lock import alone
from flows.operations.addresses import PUBLIC_REMEDY, refuse_secrets, without_secrets
from flows.operations.announce import FAILED, PUBLISHED, UNCHANGED, emit
from flows.operations.checkout import fetch_records, refuse_remote
from flows.operations.cron import refuse_no_cron
from flows.operations.job import Job, StepError, in_words, name_run, run_step, work_folder
from flows.operations.log_line import fields
from flows.operations.status import Outcome, write_status
from flows.release import Released, check_records, make, publish_release

_WAIT = 600  # seconds for another refresh of the same folder


def _may_come_back(_: object, __: object, state: State[Path]) -> bool:
    """Whether another try may fetch the records: not of a branch that is not there."""
    return "couldn't find remote ref" not in (state.message or "")


@task(
    name="fetch records",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=2,
    retry_delay_seconds=[5, 30],
    retry_condition_fn=_may_come_back,
)
def fetch(home: Path, remote: str | None, branch: str) -> Path:
    """Bring the records up to date; return their folder."""
    folder = fetch_records(home, remote, branch)
    get_run_logger().info(
        fields("records.fetched", remote=without_secrets(remote) if remote else "none", folder=folder)
    )
    return folder


@task(name="tell", cache_policy=NO_CACHE, persist_result=False)
def tell(home: Path, day: date, outcome: Outcome) -> None:
    """Name the run by its result, leave a page and emit an event; that of a release is emitted where it was published."""
    event = FAILED if not outcome.ok else PUBLISHED if outcome.version else UNCHANGED
    result = {
        FAILED: f"failed: {outcome.step}",
        PUBLISHED: f"published {outcome.version}",
        UNCHANGED: "nothing changed",
    }[event]
    name_run(f"{day} {result}")
    page = f"# {day} {result}\n\n```\n{outcome.message}\n```\n"
    create_markdown_artifact(page, key="refresh", description=outcome.message.splitlines()[0])
    if event != PUBLISHED:
        emit(event, f"refresh.{home.name}", outcome.version, outcome.step, outcome.message)
    get_run_logger().info(fields(event, version=outcome.version, step=outcome.step))


def scheduled_day(timezone: str, now: datetime) -> date:
    """The day for which this run was scheduled, in a time zone: a run that was late still belongs to it."""
    planned = flow_run.scheduled_start_time
    return min(planned or now, now).astimezone(ZoneInfo(timezone)).date()


def _outcome(done: Released | Exception) -> Outcome:
    """What the status file and the message say of a run: the last step, or the one that failed."""
    match done:
        case Released(published=published):
            latest = published.version or published.previous
            return Outcome(True, publish_release.name, published.words, published.version, latest)
        case StepError(step=step):
            return Outcome(False, step, str(done))
        case _:  # before or between the steps
            return Outcome(False, "start", f"start: {in_words(done)}")


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
    public: str | None = None,
) -> State[Released] | State[None]:
    """Publish a release if the records changed, after asking a slice of the sources again; tell what came of it.

    `home` is the folder with `build/`; the records are its own `raw/`, or those of `branch` of the git
    remote. `to` (default `home/build/releases`), `key` and `public` are as for `release`. `audit_limit` sources that are due
    are asked; 0 asks none. `cron` and `timezone` only say when the next run is due. Ends Failed, with the last
    release in place, if anything went wrong.
    """
    now = datetime.now(UTC)  # nobody calls a flow on a schedule who could say what day it is
    as_of, today = scheduled_day(timezone, now), now.astimezone(ZoneInfo(timezone)).date()
    done: Released | Exception
    try:
        refuse_no_cron(cron)
        refuse_remote(remote, branch)
        refuse_secrets(public, PUBLIC_REMEDY)
        with alone(build_folder(home) / ".refresh.lock", "refresh", _WAIT), work_folder(home) as work:
            records = run_step(fetch, home, remote, branch)
            job = Job(records, home, work, as_of, today, to or str(releases_folder(home)), key=key, public=public)
            findings = run_step(check_records, job)
            if audit_limit:
                run_step(audit, records, today, home=home, limit=audit_limit)
            done = make(job, findings)
    except Exception as error:  # whatever it was, the status file and the message say so
        done = error
        get_run_logger().error(fields("step.failed", step=_outcome(done).step), exc_info=type(error) is not StepError)
    outcome = _outcome(done)
    write_status(home, outcome, datetime.now(UTC), cron, timezone)  # needs no server, so it comes first
    tell(home, as_of, outcome)
    return (
        Failed(message=outcome.message)
        if isinstance(done, Exception)
        else Completed(message=outcome.message, data=done)
    )
