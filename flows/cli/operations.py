"""Commands of operators: what keeps the dataset true without anybody looking at it."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from cyclopts import Parameter

from flows.cli.console import Public, Root, Sign, To, app, console, load, project_root
from flows.cli.running import failed, prefect_defaults, server_errors_told, under_prefect
from flows.errors import UserError
from flows.layout import releases_folder


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """What `refresh` and `schedule` take."""

    remote: Annotated[
        str | None, Parameter(help="Git remote with the records. Default: raw/ of the project as it is.")
    ] = None
    branch: Annotated[str, Parameter(help="Branch of the remote.")] = "main"
    to: To = None
    sign: Sign = None
    public: Public = None
    audit_limit: Annotated[int, Parameter(help="Sources to ask again, of those that are due; 0 for none.")] = 50
    timezone: Annotated[
        str, Parameter(help="Time zone of the schedule and of a release's day, such as Asia/Tokyo.")
    ] = "UTC"
    root: Root = None

    def parameters(self) -> dict[str, object]:
        """The parameters of the flow `refresh`. Raises UserError for what a run could not begin with."""
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        from flows.operations.addresses import PUBLIC_REMEDY, refuse_secrets
        from flows.operations.checkout import refuse_remote
        from flows.stores.open import open_store

        folder = project_root(self.root)
        refuse_remote(self.remote, self.branch)
        refuse_secrets(self.public, PUBLIC_REMEDY)
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UserError(f"{self.timezone} is no time zone; write it as Asia/Tokyo or UTC") from error
        place = self.to or str(releases_folder(folder))
        open_store(place)
        own = {name: getattr(self, name) for name in ("remote", "branch", "audit_limit", "timezone", "public")}
        return {**own, "home": str(folder), "to": place, "key": str(self.sign) if self.sign else None}


_DEFAULTS = Options()


@app.command(name="refresh")
def refresh_command(
    *,
    cron: Annotated[
        str | None,
        Parameter(help="The schedule that starts it, as in your crontab, for kiban status. Default: as before."),
    ] = None,
    options: Options = _DEFAULTS,
) -> int:
    """Publish a release if the records changed, and tell what came of it; once, for cron or a timer.

    Exits with 0 if a release is out or nothing changed, with 1 if it failed, and then the last
    release is in place. `build/status.json` says the same to a monitor.

    For example:

        kiban refresh
        kiban refresh --remote https://example.org/records.git --to s3://bucket/kiban
        kiban refresh --cron "0 6 * * 1"
    """
    from zoneinfo import ZoneInfo

    from flows.operations.ahead import ahead
    from flows.operations.cron import refuse_no_cron
    from flows.operations.status import Outcome, read_status, write_status

    parameters = {**options.parameters(), "cron": refuse_no_cron(cron)}
    folder = project_root(options.root)
    before = read_status(folder).get("checked_at")
    today = datetime.now(ZoneInfo(options.timezone)).date()
    begun = ahead(folder, today, today) if options.remote is None else nullcontext()
    try:
        with begun, under_prefect(folder, lambda: load("flows.refresh")) as ended:
            from flows.refresh import refresh

            state = refresh(**parameters, return_state=True)
    except UserError as error:
        if read_status(folder).get("checked_at") == before:  # the flow did not come to say so itself
            write_status(folder, Outcome(False, "start", f"start: {error}"), datetime.now(UTC), cron, options.timezone)
        raise
    if failed(state, ended):
        return 1
    console().print(state.message or "", style="green", markup=False)
    return 0


@app.command(name="schedule")
def schedule_command(
    *,
    cron: Annotated[str, Parameter(help="When: minute, hour, day of month, month, day of week.")],
    hub_cron: Annotated[
        str | None, Parameter(help="When the whole hub is crawled and published. Default: never.")
    ] = None,
    options: Options = _DEFAULTS,
) -> int:
    """Serve `refresh` on a schedule from this one process, against your Prefect server, until it is stopped.

    A run that is due while another one is at work waits for it. With `--hub-cron` the hub layer is refreshed as well, as by
    `kiban hub --crawl`, into the folder `hub` of the same place.

    For example:

        kiban schedule --cron "0 6 * * 1"
        kiban schedule --cron "0 6 * * 1" --hub-cron "0 3 * * 6"
        kiban schedule --cron "0 6 * * 1" --timezone Asia/Tokyo --remote https://example.org/records.git
    """
    from flows.operations.cron import refuse_no_cron

    parameters = options.parameters()
    refuse_no_cron(cron)
    refuse_no_cron(hub_cron)
    with prefect_defaults(), server_errors_told():
        from flows.schedule import hub_deployment, refresh_deployment, serve_all

        deployments = [refresh_deployment(cron, options.timezone, {**parameters, "cron": cron})]
        if hub_cron is not None:
            shared = {name: parameters[name] for name in ("home", "remote", "branch", "to", "key", "timezone")}
            deployments.append(hub_deployment(hub_cron, options.timezone, {**shared, "cron": hub_cron}))
        serve_all(deployments)
    return 0


@app.command(name="status")
def status_command(
    *, format: Annotated[Literal["text", "json"], Parameter(help="As lines or as JSON.")] = "text", root: Root = None
) -> int:
    """Show how the last refresh ended, how old the last success is and when the next one is due; and the same of the hub layer.

    Exits with 0 if all is well, with 1 if a last refresh failed or the next is overdue.

    For example:

        kiban status --format json
    """
    from flows.canonical import to_json
    from flows.cli.views import print_standing
    from flows.operations.status import HUB_STATUS, current_status

    folder, now = project_root(root), datetime.now(UTC)
    found, of_hub = current_status(folder, now), current_status(folder, now, HUB_STATUS)
    if not found and not of_hub:
        raise UserError("no refresh has told of itself yet; run: kiban refresh")
    if format == "json":
        print(to_json({**found, "hub": of_hub} if of_hub else found), end="")
    else:
        for name, status in (("", found), ("hub", of_hub)):
            if status:
                print_standing(status, name)
    return 1 if any(one["state"] != "ok" or one["overdue"] for one in (found, of_hub) if one) else 0


@app.command(name="notify")
def notify_command(
    url: str | None = None,
    *,
    test: Annotated[bool, Parameter(help="Have the server call the webhook once, now.", negative="")] = False,
    off: Annotated[bool, Parameter(help="Call it no more, and forget the address.", negative="")] = False,
    allow_private: Annotated[bool, Parameter(help="Let the server call addresses of a private network.")] = False,
) -> int:
    """Have your Prefect server call a webhook for every release and every failed refresh; without an address, say which.

    For example:

        kiban notify https://example.org/hook
        kiban notify --test
        kiban notify --off

    Parameters
    ----------
    url
        Address that gets a POST with JSON: event, occurred, version, step, message, and run, the address of the run.
    """
    with prefect_defaults(), server_errors_told():
        from flows.operations import webhook
        from flows.schedule import require_server

        require_server()
        if off:
            done = "it is called no more" if webhook.stop() else "no webhook was called"
        else:
            if url:
                webhook.notify(url, allow_private)
            host = webhook.notified_host()
            if host is None:
                raise UserError("no webhook is called yet; give its address: kiban notify https://example.org/hook")
            done = f"the server calls a webhook of {host} for every release and every failed refresh"
            if test:
                webhook.try_webhook()
                done = f"{host} gets a test within seconds; if not, the log of the server says why"
    console().print(done, markup=False)
    return 0
