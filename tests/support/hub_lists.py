"""A hub on the loopback that lists its models page by page, as /api/models does, or as a test says."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from support.servers import Hostile, answer, hostile_server

Model = dict[str, object]


def listed(name: str, created: str = "2024-05-06T07:08:09.000Z", **more: object) -> Model:
    """A model of the list, as asked for with `expand`."""
    return {
        "_id": name,
        "id": name,
        "createdAt": created,
        "lastModified": "2024-06-01T00:00:00.000Z",
        "downloads": 3,
        "downloadsAllTime": 30,
        "likes": 1,
        "tags": ["license:apache-2.0"],
        "library_name": "transformers",
        "gated": False,
        "private": False,
        **more,
    }


@dataclass(frozen=True)
class Asked:
    """A request for a page: its number, where it begins, and how many models it may have."""

    number: int
    cursor: str | None
    limit: int
    expand: frozenset[str]


@dataclass
class HubList:
    """A running hub: its models, of which the newest comes first, how many it sends at once, and what it was asked.

    `otherwise` may answer instead, byte for byte.
    """

    models: list[Model] = field(default_factory=list)
    most: int = 3
    otherwise: Callable[[Asked], Iterable[bytes] | None] = lambda _: None
    asked: list[Asked] = field(default_factory=list)
    server: Hostile = field(default_factory=lambda: Hostile(""))

    def page(self, asked: Asked, **headers: str) -> Iterable[bytes]:
        """The page that was asked for, whose cursor holds the last model before it, as the hub's does."""
        after = json.loads(base64.b64decode(asked.cursor)) if asked.cursor else ["~"]
        keyed = [([str(model["createdAt"]), str(model["_id"])], model) for model in self.models]
        ahead = sorted((pair for pair in keyed if pair[0] < after), key=lambda pair: pair[0], reverse=True)
        sent = ahead[: min(self.most, asked.limit)]
        if len(sent) < len(ahead):
            cursor = quote(base64.b64encode(json.dumps(sent[-1][0]).encode()).decode())
            headers = {"Link": f'<https://elsewhere.test/api/models?limit=1&cursor={cursor}>; rel="next"', **headers}
        return answer(json.dumps([model for _, model in sent]).encode(), Content_Type="application/json", **headers)


@contextmanager
def hub_list(*models: Model) -> Iterator[HubList]:
    """A hub that has these models."""
    hub = HubList(list(models))

    def script(path: str, _: int) -> Iterable[bytes]:
        parts = urlsplit(path)
        if parts.path != "/api/models":
            return answer(b"{}", 404)
        query = parse_qs(parts.query)
        asked = Asked(
            len(hub.asked) + 1, query.get("cursor", [None])[0], int(query["limit"][0]), frozenset(query["expand"])
        )
        hub.asked.append(asked)
        return hub.otherwise(asked) or hub.page(asked)

    with hostile_server(script) as server:
        hub.server = server
        yield hub
