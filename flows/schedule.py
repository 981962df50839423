"""Schedule: the flow `refresh` as a deployment that one process serves."""

from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from flows.errors import UserError
from flows.refresh import refresh

NAME = "scheduled"
TAGS = ("kiban",)


def refresh_deployment(cron: str, timezone: str, parameters: dict[str, object]) -> RunnerDeployment:
    """The deployment of `refresh`: on a cron schedule in a time zone, one run at a time, the next one waits."""
    deployment = refresh.to_deployment(
        NAME,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        description=(refresh.__doc__ or "").strip(),
        tags=list(TAGS),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("the deployment was to be made at once")
    return deployment


def require_server() -> None:
    """Raise UserError if no Prefect server is named: a temporary one forgets schedules and automations."""
    if not get_current_settings().api.url:
        raise UserError(
            "this lives in a Prefect server; start one with: prefect server start\n"
            "and name it to this command: PREFECT_API_URL=http://127.0.0.1:4200/api"
        )


def serve_refresh(cron: str, timezone: str, parameters: dict[str, object]) -> None:
    """Serve the deployment until the process is ended. Raises UserError without a Prefect server."""
    require_server()
    serve(refresh_deployment(cron, timezone, parameters), limit=1, pause_on_shutdown=False)
