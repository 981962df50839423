"""Asking the Hugging Face hub about repositories of models, one after another and within limits.

The hub is not trusted: its answers are bounded in bytes and seconds, no redirect leads to another server, and
nothing that it writes gets into a message. The token of HF_TOKEN, if there is one, goes to it alone.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

import httpx
from pydantic import AwareDatetime, BaseModel, ConfigDict, NonNegativeInt, ValidationError
from pydantic.alias_generators import to_camel

from flows.errors import UserError
from flows.web import fetch as web
from flows.web.blocking import Client
from flows.web.limits import DeferredError, Limits, TooLargeError, UnfetchedError

_MAX_BYTES = 8 * 1024 * 1024
_LIMITS = Limits(idle=10, total=30, encoded=_MAX_BYTES, decoded=_MAX_BYTES, redirects=3, pause=0)
_FILES = re.compile(r"\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx|gguf|npz|pdparams)$|(^|/)model\.ckpt")
_NO_WEIGHTS = re.compile(r"(^|/)(training_args|optimizer|scheduler|tokenizer)[^/]*$")
_SHOWN = 60  # characters of a word of the hub


@dataclass(frozen=True)
class Answer:
    """What the hub says of a repository.

    `trouble` says in one line why it could not be asked, and then nothing else counts. `state` is "gone" (or
    not to be seen), "disabled", "private", or None for one that is simply there. `repository` is its name now.
    `gated` is "auto", "manual" or None; `licences` are its codes as the hub writes them; `parameters` those in
    its safetensors files; `has_weights` whether there is a file of weights, where its files are known.
    """

    repository: str
    trouble: str | None = None
    state: str | None = None
    gated: str | None = None
    licences: tuple[str, ...] = ()
    parameters: int | None = None
    last_change: date | None = None
    has_weights: bool | None = None


class _File(BaseModel):
    rfilename: str


class _Weights(BaseModel):
    parameters: dict[str, NonNegativeInt]
    total: NonNegativeInt


class _Description(BaseModel):
    """What we read of /api/models/{owner}/{name}; all but `id` has to be asked for."""

    model_config = ConfigDict(strict=True, alias_generator=to_camel)

    id: str
    card_data: dict[str, object] | None = None
    disabled: bool | None = None
    gated: Literal["auto", "manual", False] | None = None
    last_modified: AwareDatetime | None = None
    private: bool | None = None
    safetensors: _Weights | None = None
    siblings: list[_File] | None = None
    tags: list[str] | None = None


#: parameters of a request, by name
Params = list[tuple[str, str | int | float | bool | None]]
_EXPAND: Params = [("expand", to_camel(name)) for name in _Description.model_fields if name != "id"]


def hub_endpoint() -> str:
    """Address of the hub: HF_ENDPOINT, or the public one. Raises UserError if it is none, or a token would travel in the open."""
    address = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or "https://huggingface.co"
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.query or parts.fragment:
        raise UserError("HF_ENDPOINT is no address of a hub; write https://host, or unset it")
    if parts.scheme == "http" and hub_token() and host not in ("localhost", "127.0.0.1", "::1"):
        raise UserError("HF_ENDPOINT is not https, and HF_TOKEN would travel in the open; unset one of the two")
    return address


def hub_token() -> str | None:
    """The token of HF_TOKEN, None if there is none. Raises UserError, without it, if it cannot be one."""
    token = os.environ.get("HF_TOKEN", "").strip()
    if token and not re.fullmatch(r"[!-~]+", token):
        raise UserError("HF_TOKEN holds characters that no token has; set it anew, or unset it")
    return token or None


def _count(weights: _Weights | None) -> int | None:
    """Parameters of the safetensors files; None where there are none, or whole numbers hold packed ones."""
    if weights is None:
        return None
    floats = sum(count for kind, count in weights.parameters.items() if kind.upper().startswith(("F", "BF")))
    return (floats if floats >= 0.99 * weights.total else None) or None


def _licences(found: _Description) -> tuple[str, ...]:
    """Codes of the card, the name of a licence of its own, or else the hub's tags."""
    card = found.card_data or {}
    said = card.get("license")
    codes = [*(said if isinstance(said, list) else [said]), card.get("license_name")]
    if not said:
        codes = [tag.removeprefix("license:") for tag in found.tags or () if tag.startswith("license:")]
    lines = (_line(code) for code in codes[:10] if isinstance(code, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text[:_SHOWN]).strip()


def _described(repository: str, body: bytes) -> Answer:
    """What the hub's description says."""
    try:
        found = _Description.model_validate_json(body)
    except ValidationError:
        return Answer(repository, "the hub sends what is no description of a model")
    name = _line(found.id)
    if not name:
        return Answer(repository, "the hub sends a description without a name")
    files = [file.rfilename for file in found.siblings or ()]
    has_files = any(_FILES.search(file) and not _NO_WEIGHTS.search(file) for file in files)
    return Answer(
        repository if found.id.lower() == repository.lower() else name,
        state="disabled" if found.disabled else "private" if found.private else None,
        gated=found.gated or None,
        licences=_licences(found),
        parameters=_count(found.safetensors),
        last_change=found.last_modified.astimezone(UTC).date() if found.last_modified else None,
        has_weights=True if found.safetensors else None if found.siblings is None else has_files,
    )


def _refused(repository: str, status: int, headers: Mapping[str, str]) -> Answer:
    """What an answer other than 200 means, as the hub's own client library reads it."""
    code, message = headers.get("x-error-code"), headers.get("x-error-message")
    if code == "GatedRepo":
        return Answer(repository, "its description is behind a gate; set HF_TOKEN to one that may pass")
    if message == "Access to this resource is disabled.":
        return Answer(repository, state="disabled")
    unauthorised = status == HTTPStatus.UNAUTHORIZED
    # of what is not there or not to be seen, the hub says that we are not authorised; of a bad token, that it is bad
    if code == "RepoNotFound" or (unauthorised and message and not message.startswith("Invalid credentials")):
        return Answer(repository, state="gone")
    return Answer(repository, f"the hub answers {status}{'; look at HF_TOKEN' if unauthorised else ''}")


def trouble_of(error: UnfetchedError | DeferredError) -> str:
    """Why the hub could not be asked, without its own words."""
    if error.status is not None:
        moved = 300 <= error.status < 400
        return "the hub redirects to where it is not followed" if moved else f"the hub answers {error.status}"
    if isinstance(error, TooLargeError):
        return f"the answer is {error.note}"
    if isinstance(error, UnfetchedError) and error.verdict == "unreadable":
        return "the hub sends packed what it was asked for as it is"
    return f"the hub does not answer ({str(error).partition(':')[0]})"


def hub_getter(limits: Limits, purpose: str, *, packed: bool = False) -> Callable[[str, Params], web.Answer]:
    """A function that asks the hub for a path of its API with these parameters; it raises as `flows.web.fetch` does.

    It retries what may pass, and honours the hub's wish to be left alone. Raises UserError if HF_ENDPOINT or
    HF_TOKEN cannot be used, or HF_HUB_OFFLINE is set.
    """
    endpoint, token = hub_endpoint(), hub_token()
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise UserError("HF_HUB_OFFLINE is set, so the hub cannot be asked; unset it")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    client = Client(limits, purpose, one_server=True, packed=packed)

    def get(path: str, parameters: Params) -> web.Answer:
        return client.get(httpx.URL(f"{endpoint}/api/{path}", params=parameters), headers)

    return get


@contextmanager
def open_hub() -> Iterator[Callable[[str], Answer]]:
    """A function that asks the hub about one repository, owner/name; it raises nothing.

    Raises UserError as `hub_getter`.
    """
    get = hub_getter(_LIMITS, "records against the hub")

    def ask(repository: str) -> Answer:
        try:
            answer = get(f"models/{repository}", _EXPAND)
        except (UnfetchedError, DeferredError) as error:
            return Answer(repository, trouble_of(error))
        if answer.status != HTTPStatus.OK:
            return _refused(repository, answer.status, answer.headers)
        return _described(repository, answer.body)

    yield ask
