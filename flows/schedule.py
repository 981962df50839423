"""Schedule: the flows `refresh` and `refresh hub` as deployments that one process serves."""

from typing import Any

from prefect import Flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from flows.errors import UserError
from flows.hub_refresh import refresh_hub
from flows.refresh import refresh

NAME, HUB_NAME = "scheduled", "hub-scheduled"
TAGS = ("kiban",)


def _deployment(
    flow: Flow[..., Any], name: str, cron: str, timezone: str, parameters: dict[str, object]
) -> RunnerDeployment:
    """A deployment of a flow: on a cron schedule in a time zone, one run at a time, the next one waits."""
    deployment = flow.to_deployment(
        name,
        schedule=Cron(cron, timezone=timezone),
        parameters=parameters,
        description=(flow.__doc__ or "").strip(),
        tags=list(TAGS),
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    if not isinstance(deployment, RunnerDeployment):
        raise TypeError("the deployment was to be made at once")
    return deployment


def refresh_deployment(cron: str, timezone: str, parameters: dict[str, object]) -> RunnerDeployment:
    """The deployment of `refresh`."""
    return _deployment(refresh, NAME, cron, timezone, parameters)


def hub_deployment(cron: str, timezone: str, parameters: dict[str, object]) -> RunnerDeployment:
    """The deployment of `refresh hub`."""
    return _deployment(refresh_hub, HUB_NAME, cron, timezone, parameters)


def require_server() -> None:
    """Raise UserError if no Prefect server is named: a temporary one forgets schedules and automations."""
    if not get_current_settings().api.url:
        raise UserError(
            "this lives in a Prefect server; start one with: prefect server start\n"
            "and name it to this command: PREFECT_API_URL=http://127.0.0.1:4200/api"
        )


def serve_all(deployments: list[RunnerDeployment]) -> None:
    """Serve deployments until the process is ended, each at the same time as the others. Raises UserError without a Prefect server."""
    require_server()
    serve(*deployments, limit=len(deployments), pause_on_shutdown=False)
