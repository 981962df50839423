"""The flow `refresh hub`: from a crawl of the Hugging Face hub's list of models to a release of the hub layer, on a schedule.

Whatever fails leaves the last release in place, and what was crawled for the next run; `build/hub-status.json`, an event and
the message say what it was.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from flows.errors import UserError
from flows.hub.crawl import Standing, ask_pages, begin, mark_published
from flows.hub.listing import ListError
from flows.hub_release import hub_place, with_runner
from flows.layout import build_folder, releases_folder
from flows.lock import alone
from flows.operations.announce import FAILED, PUBLISHED, UNCHANGED, emit
from flows.operations.checkout import refuse_remote
from flows.operations.cron import refuse_no_cron
from flows.operations.job import StepError, in_words, name_run, run_step
from flows.operations.log_line import fields
from flows.operations.status import HUB_STATUS, Outcome, write_status
from flows.publishing.index import Entry
from flows.publishing.move_index import entries_in
from flows.refresh import fetch
from flows.stores.open import open_store

#: pages that a task asks for, one after another: with the hub's own size, 50,000 models in a minute or two
PAGES = 100
#: the layout of a crawl
LAYOUT = "hub-api"
#: a list that has less than this share of the models of the last release is taken for cut off
LEAST = 0.9
_WAIT = 600  # seconds for another refresh of the same folder


def _may_pass(_: object, __: object, state: State[Standing]) -> bool:
    """Whether another try may help: not against settings that cannot be used."""
    return ListError.__name__ in (state.message or "") or UserError.__name__ not in (state.message or "")


@task(
    name="ask for pages",
    cache_policy=NO_CACHE,
    persist_result=False,
    retries=3,
    retry_delay_seconds=[60, 300, 900],
    retry_condition_fn=_may_pass,
)
def ask_for_pages(folder: Path) -> Standing:
    """Ask the hub for the next `PAGES` pages of its list; return how far the crawl in `folder` is then."""
    now = ask_pages(folder, PAGES)
    get_run_logger().info(fields("hub.listed", pages=now.pages, models=now.models, left_out=now.left_out))
    return now


def _newest(place: str) -> Entry | None:
    """The newest release of a store of the hub layer."""
    entries = entries_in(open_store(place))[0]
    return entries[-1] if entries else None


def _refuse_fewer(models: int, newest: Entry | None, folder: Path) -> None:
    """Raise StepError for a list without models, or far fewer than the last one had: more is amiss than a few that went."""
    before = newest.rows.get("hub_models", 0) if newest else 0
    if not models or models < LEAST * before:
        raise StepError(
            ask_for_pages.name,
            f"{ask_for_pages.name}: the hub's list ends after {models:,} models, and the last release has {before:,}; if that is "
            f"true, publish it yourself (kiban hub {folder} --taken-on DAY --layout {LAYOUT}), else remove the folder and crawl anew",
        )


def _once(home: Path, records: Path, today: date, to: str | None, key: Path | None, cluster: str | None) -> Outcome:
    """Crawl, or go on with a crawl, and publish what the rules say of it."""
    place = hub_place(home, to)
    publish, newest = with_runner(cluster), _newest(place)
    if newest is not None and newest.as_of >= today.isoformat():
        words = f"{place} has {newest.version} already, of {newest.as_of}; the hub was not asked"
        return Outcome(True, ask_for_pages.name, words, latest=newest.version)
    folder = build_folder(home) / "hub-crawl"
    day = begin(folder, today)
    while not (now := run_step(ask_for_pages, folder)).is_whole:
        pass
    _refuse_fewer(now.models, newest, folder)
    state = publish(
        root=records,
        snapshot=folder,
        taken_on=day,
        today=today,
        layout=LAYOUT,
        to=to or str(releases_folder(home)),
        key=key,
        return_state=True,
    )
    if not state.is_completed():
        raise StepError("hub", f"hub: {state.message}")
    mark_published(folder)
    version: str | None = state.result()
    return Outcome(True, "hub", str(state.message), version, version or (newest.version if newest else None))


def _failure(error: Exception) -> Outcome:
    match error:
        case StepError(step=step):
            return Outcome(False, step, str(error))
        case _:  # before or between the steps
            return Outcome(False, "start", f"start: {in_words(error)}")


def _tell(home: Path, today: date, outcome: Outcome) -> None:
    """Name the run by its result, leave a page and emit an event."""
    event = FAILED if not outcome.ok else PUBLISHED if outcome.version else UNCHANGED
    result = {
        FAILED: f"failed: {outcome.step}",
        PUBLISHED: f"published {outcome.version}",
        UNCHANGED: "nothing changed",
    }[event]
    name_run(f"hub {today} {result}")
    page = f"# hub {today} {result}\n\n```\n{outcome.message}\n```\n"
    create_markdown_artifact(page, key="hub-refresh", description=outcome.message.splitlines()[0])
    emit(event, f"hub.{outcome.version or home.name}", outcome.version, outcome.step, outcome.message)
    get_run_logger().info(fields(event, version=outcome.version, step=outcome.step))


@flow(name="refresh hub", validate_parameters=True)
def refresh_hub(
    home: Path,
    remote: str | None = None,
    branch: str = "main",
    to: str | None = None,
    key: Path | None = None,
    cluster: str | None = None,
    cron: str | None = None,
    timezone: str = "UTC",
) -> State[str | None] | State[None]:
    """Crawl the hub's list of models and publish what the rules say of it, unless nothing changed; tell what came of it.

    `home` is the folder with `build/`; the records, whose licences and thresholds the rules read, are its own `raw/`, or those of
    `branch` of the git remote. `to`, `key` and `cluster` are as for `hub`. `cron` and `timezone` only say when the
    next run is due. A crawl that was begun in the last days goes on. Ends Failed, with the last release in place, if anything went wrong.
    """
    now = datetime.now(UTC)  # nobody calls a flow on a schedule who could say what day it is
    today = now.astimezone(ZoneInfo(timezone)).date()
    try:
        refuse_no_cron(cron)
        refuse_remote(remote, branch)
        with alone(build_folder(home) / ".hub.lock", "refresh of the hub", _WAIT):
            own = build_folder(home) / "hub-records"  # a check-out that no refresh of the records moves meanwhile
            records = run_step(fetch, home if remote is None else own, remote, branch)
            outcome = _once(home, records, today, to, key, cluster)
    except Exception as error:  # whatever it was, the status file and the message say so
        outcome = _failure(error)
        get_run_logger().error(fields("step.failed", step=outcome.step), exc_info=type(error) is not StepError)
    write_status(home, outcome, datetime.now(UTC), cron, timezone, HUB_STATUS)  # needs no server, so it comes first
    _tell(home, today, outcome)
    if not outcome.ok:
        return Failed(message=outcome.message)
    return Completed(message=outcome.message, data=outcome.version)
