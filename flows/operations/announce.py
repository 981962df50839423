"""Events and pages that a release or a refresh leaves in the Prefect server."""

from pathlib import Path

from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.settings import get_current_settings
from prefect.utilities.urls import url_for

from flows.changes.changelog import newest_section
from flows.layout import CHANGELOG, DATABASE, README, SUMS
from flows.operations.summary import Summary, markdown
from flows.publishing.publish import Published
from flows.stores.open import open_reader

#: names of the events: a release was published, a refresh found nothing new, a refresh failed
PUBLISHED = "kiban.release.published"
UNCHANGED = "kiban.refresh.unchanged"
FAILED = "kiban.refresh.failed"

_CHANGELOG_BYTES = 64 * 1024 * 1024
_SHOWN = 20_000  # characters of a changelog that a page shows


def run_address() -> str | None:
    """Address of the flow run that is under way in the operator's Prefect UI; None outside of one, or of a server that stays."""
    if not get_current_settings().api.url or not flow_run.id:  # a temporary server is gone before anybody looks
        return None
    return url_for("flow-run", obj_id=flow_run.id)


def emit(event: str, subject: str, version: str | None, step: str, message: str) -> None:
    """Emit an event with `version`, `step`, `message` and `run`, its address, about `kiban.<subject>`."""
    emit_event(
        event=event,
        resource={"prefect.resource.id": f"kiban.{subject}", "prefect.resource.name": f"kiban {subject}"},
        payload={"version": version, "step": step, "message": message, "run": run_address()},
    )


def _link(place: str, path: str) -> str:
    """A link to a file of a place, or its path alone where no browser could open it."""
    if place.startswith("s3://"):
        return f"`{path}`"
    base = place.rstrip("/") if "://" in place else Path(place).absolute().as_uri()
    return f"[{path}]({base}/{path})"


def _what_changed(place: str, version: str, public: str | None) -> str:
    """The newest section of a release's changelog, and links to its files, as Markdown."""
    text = (open_reader(place).read(f"{version}/CHANGELOG.md", _CHANGELOG_BYTES) or b"").decode("utf-8")
    section = newest_section(text)
    if len(section) > _SHOWN:
        section = f"{section[:_SHOWN]}\n\n…"
    files = (README, CHANGELOG, "changes.csv", DATABASE, SUMS)
    links = " · ".join(_link(public or place, f"{version}/{name}") for name in files)
    return f"{section}\n\n{links}"


def announce(published: Published, summary: Summary, public: str | None = None) -> None:
    """Leave a page with the newest section of the changelog, links to the files and counts; emit an event for a new release.

    The links lead below `public`, the address at which readers find the releases, or else to where they lie.
    """
    page = markdown(summary, f"Kiban {published.version or published.previous}")
    if published.version is not None:
        page = f"{_what_changed(published.place, published.version, public)}\n\n{page}"
    create_markdown_artifact(f"{page}\n\n{published.words}", key="release-summary", description=published.words)
    if published.version is not None:
        emit(PUBLISHED, f"release.{published.version}", published.version, "publish release", published.words)
