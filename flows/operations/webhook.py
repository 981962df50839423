"""An automation in the Prefect server that calls a webhook for every release and every failed refresh."""

from uuid import UUID

from prefect.automations import Automation
from prefect.blocks.webhook import Webhook
from prefect.events.actions import CallWebhook
from prefect.events.schemas.automations import EventTrigger, Posture

from flows.operations.announce import FAILED, PUBLISHED

#: name of the automation and of the block that holds the address
NAME = "kiban-refresh"

#: what is posted, filled in by the server from the event
_BODY = """{
  "event": {{ event.event | tojson }},
  "occurred": {{ event.occurred | string | tojson }},
  "version": {{ event.payload.version | tojson }},
  "step": {{ event.payload.step | tojson }},
  "message": {{ event.payload.message | tojson }}
}"""


def notify(url: str, allow_private: bool = False) -> UUID:
    """Have the Prefect server post each published release and each failed refresh to `url`; return the automation's id.

    The body is JSON: `event`, `occurred`, `version`, `step`, `message`. Called again, it takes the new address.
    `allow_private` lets the server call addresses of a private network.
    """
    webhook = Webhook(method="POST", url=url, allow_private_urls=allow_private)  # the address is kept as a secret
    block = webhook.save(NAME, overwrite=True)
    if not isinstance(block, UUID):
        raise TypeError("the block was to be saved at once")
    automation = Automation(
        name=NAME,
        description="Posts each release and each failed refresh.",
        trigger=EventTrigger(
            expect={PUBLISHED, FAILED}, match={"prefect.resource.id": "kiban.*"}, posture=Posture.Reactive, threshold=1
        ),
        actions=[CallWebhook(block_document_id=block, payload=_BODY)],
    )
    for old in _existing():
        old.delete()
    made = automation.create()
    if not isinstance(made, Automation) or made.id is None:
        raise TypeError("the automation was to be made at once")
    return made.id


def _existing() -> list[Automation]:
    try:
        found = Automation.read(name=NAME)
    except ValueError:  # there is none
        return []
    return [found] if isinstance(found, Automation) else []
