"""A hub on the loopback: it answers as the Hugging Face hub does, or as a script says."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from support.servers import Hostile, answer, hostile_server

#: what a repository answers to its n-th request, byte for byte
Answers = Callable[[int], Iterable[bytes]]


def described(repository: str, **more: object) -> Answers:
    """The description of a repository of a model, as of /api/models/{owner}/{name}?expand=…, with other values."""
    body = {
        "_id": "0123456789abcdef01234567",
        "id": repository,
        "private": False,
        "disabled": False,
        "gated": False,
        "lastModified": "2022-05-01T10:00:00.000Z",
        "tags": ["transformers", "license:apache-2.0"],
        "cardData": {"license": "apache-2.0", "language": "en"},
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "pytorch_model.bin"}],
        **more,
    }
    return sent({key: value for key, value in body.items() if value is not None})


def sent(body: object, status: int = 200, **headers: str | int) -> Answers:
    """One and the same answer, in JSON unless it is bytes."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda number: answer(content, status, Content_Type="application/json; charset=utf-8", **headers)


def no_repository() -> Answers:
    """What the hub says of a repository that is not there."""
    return sent(
        {"error": "Repository not found"}, 404, X_Error_Code="RepoNotFound", X_Error_Message="Repository not found"
    )


@dataclass
class Hub:
    """A running hub: what it knows, and what it was asked."""

    knows: dict[str, Answers] = field(default_factory=dict)
    server: Hostile = field(default_factory=lambda: Hostile(""))

    @property
    def url(self) -> str:
        """Its address, for HF_ENDPOINT."""
        return self.server.url

    @property
    def asked(self) -> list[str]:
        """Repositories in the order in which they were asked about, again for every attempt."""
        paths = [urlsplit(head.split(" ")[1]).path for head in self.heads]
        return [path.removeprefix("/api/models/") for path in paths]

    @property
    def heads(self) -> list[str]:
        """Heads of the requests about models."""
        return [head for head in self.server.requests if head.split(" ")[1].startswith("/api/models/")]

    def expanded(self) -> set[str]:
        """Properties that the first request asked for."""
        return set(parse_qs(urlsplit(self.heads[0].split(" ")[1]).query)["expand"])


@contextmanager
def hub_server() -> Iterator[Hub]:
    """A hub that knows nothing yet; repositories that it does not know are not there."""
    hub = Hub()

    def script(path: str, number: int) -> Iterable[bytes]:
        name = urlsplit(path).path.removeprefix("/api/models/")
        return hub.knows.get(name, no_repository())(number)

    with hostile_server(script) as server:
        hub.server = server
        yield hub
