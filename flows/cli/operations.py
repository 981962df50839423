"""Commands of operators: what keeps the dataset true without anybody looking at it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.console import Root, app, console, project_root
from flows.cli.running import ended_by_signal, failed, prefect_defaults, server_errors_told
from flows.errors import UserError
from flows.layout import releases_folder

Remote = Annotated[str | None, Parameter(help="Git remote with the records. Default: raw/ of the project as it is.")]
Branch = Annotated[str, Parameter(help="Branch of the remote.")]
To = Annotated[str | None, Parameter(help="Folder or s3://bucket/prefix. Default: build/releases.")]
Sign = Annotated[Path | None, Parameter(help="As for release.", env_var="KIBAN_SIGN")]
AuditLimit = Annotated[int, Parameter(help="Sources to ask again, of those that are due; 0 for none.")]
Timezone = Annotated[str, Parameter(help="Time zone of the schedule and of a release's day, such as Asia/Tokyo.")]


def _asked(root: Root, remote: Remote, to: To, timezone: Timezone) -> tuple[Path, str]:
    """The project's folder and the place of its releases. Raises UserError for what a run could not begin with."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from flows.operations.checkout import refuse_credentials
    from flows.stores.open import open_store

    folder = project_root(root)
    refuse_credentials(remote)
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UserError(f"{timezone} is no time zone; write it as Asia/Tokyo or UTC") from error
    place = to or str(releases_folder(folder))
    open_store(place)
    return folder, place


@app.command(name="refresh")
def refresh_command(
    *,
    remote: Remote = None,
    branch: Branch = "main",
    to: To = None,
    sign: Sign = None,
    audit_limit: AuditLimit = 50,
    timezone: Timezone = "UTC",
    root: Root = None,
) -> int:
    """Publish a release if the records changed, and tell what came of it; once, for cron or a timer.

    Exits with 0 if a release is out or nothing changed, with 1 if it failed, and then the last
    release is in place. `build/status.json` says the same to a monitor. Examples:

        kiban refresh
        kiban refresh --remote https://example.org/records.git --to s3://bucket/kiban
    """
    folder, place = _asked(root, remote, to, timezone)
    with prefect_defaults(), ended_by_signal(folder) as ended, server_errors_told():
        from flows.refresh import refresh

        state = refresh(
            folder,
            remote=remote,
            branch=branch,
            to=place,
            key=sign,
            audit_limit=audit_limit,
            timezone=timezone,
            return_state=True,
        )
    if failed(state, ended):
        return 1
    console().print(state.message or "", style="green", markup=False)
    return 0


@app.command(name="schedule")
def schedule_command(
    *,
    cron: Annotated[str, Parameter(help="When: minute, hour, day of month, month, day of week.")],
    timezone: Timezone = "UTC",
    remote: Remote = None,
    branch: Branch = "main",
    to: To = None,
    sign: Sign = None,
    audit_limit: AuditLimit = 50,
    root: Root = None,
) -> int:
    """Serve `refresh` on a schedule from this one process, against your Prefect server, until it is stopped.

    A run that is due while another one is at work waits for it. Examples:

        kiban schedule --cron "0 6 * * 1"
        kiban schedule --cron "0 6 * * 1" --timezone Asia/Tokyo --remote https://example.org/records.git
    """
    from cronsim import CronSim, CronSimError

    folder, place = _asked(root, remote, to, timezone)
    try:
        CronSim(cron, datetime.now())
    except CronSimError as error:
        raise UserError(f"{cron!r} is no cron expression ({error}); write it as in: 0 6 * * 1") from error
    with prefect_defaults(), server_errors_told():
        from flows.schedule import serve_refresh

        parameters: dict[str, object] = {
            "home": str(folder),
            "remote": remote,
            "branch": branch,
            "to": place,
            "key": str(sign) if sign else None,
            "audit_limit": audit_limit,
            "cron": cron,
            "timezone": timezone,
        }
        serve_refresh(cron, timezone, parameters)
    return 0


@app.command(name="status")
def status_command(
    *, format: Annotated[Literal["text", "json"], Parameter(help="As lines or as JSON.")] = "text", root: Root = None
) -> int:
    """Tell what the last refresh came to, how old the last success is and when the next one is due.

    Exits with 0 if all is well, with 1 if the last refresh failed or the next is overdue. Example:

        kiban status --format json
    """
    from flows.canonical import to_json
    from flows.cli.views import print_standing
    from flows.operations.status import current_status

    found = current_status(project_root(root), datetime.now(UTC))
    if not found:
        raise UserError("no refresh has told of itself yet; run: kiban refresh")
    if format == "json":
        print(to_json(found), end="")
    else:
        print_standing(found)
    return 1 if found["state"] != "ok" or found["overdue"] else 0


@app.command(name="notify")
def notify_command(
    url: str,
    *,
    allow_private: Annotated[bool, Parameter(help="Let the server call addresses of a private network.")] = False,
) -> int:
    """Have your Prefect server call a webhook for every release and every failed refresh.

    Example:

        kiban notify https://example.org/hook

    Parameters
    ----------
    url
        Address that gets a POST with JSON: event, occurred, version, step, message.
    """
    with prefect_defaults(), server_errors_told():
        from flows.operations.webhook import notify
        from flows.schedule import require_server

        require_server()
        notify(url, allow_private)
    console().print("the server will call that address for every release and every failed refresh")
    return 0
