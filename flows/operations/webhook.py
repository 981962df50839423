"""An automation in the Prefect server that calls a webhook for every release and every failed refresh."""

from urllib.parse import urlsplit
from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.events.actions import CallWebhook
from prefect.events.schemas.automations import EventTrigger, Posture
from prefect.utilities.urls import validate_restricted_url

from flows.errors import UserError
from flows.operations.announce import FAILED, PUBLISHED, emit

#: name of the automation and of the block that holds the address
NAME = "kiban-refresh"

#: name of the event by which an operator tries the webhook
TEST = "kiban.notify.test"

#: what is posted, filled in by the server from the event
_BODY = """{
  "event": {{ event.event | tojson }},
  "occurred": {{ event.occurred | string | tojson }},
  "version": {{ event.payload.version | tojson }},
  "step": {{ event.payload.step | tojson }},
  "message": {{ event.payload.message | tojson }},
  "run": {{ event.payload.run | default(none) | tojson }}
}"""


def refuse_address(url: str, allow_private: bool) -> None:
    """Raise UserError if the server would not call an address: none of http(s), or, unless allowed, of a private network."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UserError(f"{url} is no address of a webhook; write it as https://example.org/hook")
    if allow_private:
        return
    try:
        validate_restricted_url(url)
    except ValueError as error:
        raise UserError(f"the server would not call it: {error} If that is meant, use --allow-private") from error


def notify(url: str, allow_private: bool = False) -> UUID:
    """Have the Prefect server post each published release and each failed refresh to `url`; return the automation's id.

    The body is JSON: `event`, `occurred`, `version`, `step`, `message`, and `run`, the run's address in the UI. Called again, it takes the new address.
    `allow_private` lets the server call addresses of a private network. Raises UserError if it would not call this one.
    """
    refuse_address(url, allow_private)
    webhook = Webhook(method="POST", url=url, allow_private_urls=allow_private)  # the address is kept as a secret
    block = webhook.save(NAME, overwrite=True)
    if not isinstance(block, UUID):
        raise TypeError("the block was to be saved at once")
    automation = Automation(
        name=NAME,
        description="Posts each release and each failed refresh.",
        trigger=EventTrigger(
            expect={PUBLISHED, FAILED, TEST},
            match={"prefect.resource.id": "kiban.*"},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[CallWebhook(block_document_id=block, payload=_BODY)],
    )
    for old in _existing():
        old.delete()
    made = automation.create()
    if not isinstance(made, Automation) or made.id is None:
        raise TypeError("the automation was to be made at once")
    return made.id


def notified_host() -> str | None:
    """The host whose webhook the server calls, without the rest of the address, which may be a secret; None if none."""
    if not _existing():
        return None
    webhook = Webhook.load(NAME)
    return urlsplit(webhook.url.get_secret_value()).hostname if isinstance(webhook, Webhook) else None


def try_webhook() -> None:
    """Emit an event for which the server calls the webhook."""
    emit(TEST, "notify", None, "notify", "a test of the webhook")


def stop() -> bool:
    """Delete the automation and the address; return whether there was one."""
    found = _existing()
    for automation in found:
        automation.delete()
        Webhook.delete(NAME)
    return bool(found)


def _existing() -> list[Automation]:
    try:
        found = Automation.read(name=NAME)
    except ValueError:  # there is none
        return []
    return [found] if isinstance(found, Automation) else []
