"""Asking the Hugging Face hub about repositories of models, one after another and within limits.

The hub is not trusted: its answers are bounded in bytes and seconds, no redirect leads to another server, and
nothing that it writes gets into a message. The token of HF_TOKEN, if there is one, goes to it alone.
"""

import importlib.metadata
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flows.errors import UserError

if TYPE_CHECKING:
    import httpx2
    from huggingface_hub.hf_api import ExpandModelProperty_T, ModelInfo

_ATTEMPTS = 3
_PAUSE = 1.0  # seconds before the second attempt, twice as long before the third
_LONGEST_PAUSE = 30  # a server that wants to be left alone for longer is not asked again
_TIMEOUT = 10  # seconds without any byte
_MAX_SECONDS, _MAX_BYTES = 30, 8 * 1024 * 1024  # of one answer
_REDIRECTS = 3
_PASSING = (408, 429, 500, 502, 503, 504)
_FILES = re.compile(r"\.(safetensors|bin|pt|pth|ckpt|h5|msgpack|onnx|gguf|npz|pdparams)$|(^|/)model\.ckpt")
_NO_WEIGHTS = re.compile(r"(^|/)(training_args|optimizer|scheduler|tokenizer)[^/]*$")
#: what is asked for; all of it is small but the list of files
_EXPAND: "list[ExpandModelProperty_T]" = [
    "cardData", "disabled", "gated", "lastModified", "private", "safetensors", "siblings", "tags",
]  # fmt: skip


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


class _RefusedError(Exception):
    """An answer that is not taken; the message says why."""


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


def _bounded(response: "httpx2.Response") -> None:
    """Refuse an answer that leads elsewhere or is packed, and cut off one that is too large or too slow."""
    import httpx2

    url = response.request.url
    if response.has_redirect_location:
        target = url.join(response.headers["Location"])
        if (target.scheme, target.host, target.port) != (url.scheme, url.host, url.port):
            raise _RefusedError("the hub redirects to another server, which is not followed")
    if response.headers.get("Content-Encoding", "identity").lower() not in ("", "identity"):
        raise _RefusedError("the hub sends packed what it was asked for as it is")
    stream, start = response.stream, time.monotonic()
    if not isinstance(stream, httpx2.SyncByteStream):
        raise TypeError("a client that waits yields streams that wait")
    inner: httpx2.SyncByteStream = stream

    class Cut(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            size = 0
            for chunk in inner:
                size += len(chunk)
                if size > _MAX_BYTES or time.monotonic() - start > _MAX_SECONDS:
                    raise _RefusedError(f"the answer is larger than {_MAX_BYTES} bytes, or takes over {_MAX_SECONDS} s")
                yield chunk

        def close(self) -> None:
            inner.close()

    response.stream = Cut()


def _count(info: "ModelInfo") -> int | None:
    """Parameters of the safetensors files; None where there are none, or whole numbers hold packed ones."""
    if info.safetensors is None:
        return None
    kinds, total = info.safetensors.parameters, info.safetensors.total
    counts = [*kinds.values(), total]
    if any(isinstance(count, bool) or not isinstance(count, int) or count < 0 for count in counts):
        raise ValueError("a count is no whole number")
    floats = sum(count for kind, count in kinds.items() if kind.upper().startswith(("F", "BF")))
    return (floats if floats >= 0.99 * total else None) or None


def _licences(info: "ModelInfo") -> tuple[str, ...]:
    """Codes of the card, the name of a licence of its own, or else the hub's tags."""
    card = vars(info.card_data) if info.card_data is not None else {}
    said = card.get("license")
    codes = [*(said if isinstance(said, list) else [said]), card.get("license_name")]
    if not said:
        codes = [tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")]
    lines = (_line(code) for code in codes[:10] if isinstance(code, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _line(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text[:60]).strip()


def _answer(repository: str, info: "ModelInfo") -> Answer:
    """What the hub's description says. Raises TypeError, ValueError or AttributeError if it is none."""
    changed = info.last_modified
    if not isinstance(info.id, str) or not _line(info.id) or not (changed is None or isinstance(changed, datetime)):
        raise TypeError("no description of a model")
    if info.gated not in (None, False, "auto", "manual"):
        raise ValueError("gated in a way that nobody knows")
    names = None if info.siblings is None else [file.rfilename for file in info.siblings]
    found = None if names is None else any(_FILES.search(name) and not _NO_WEIGHTS.search(name) for name in names)
    return Answer(
        _line(info.id) if info.id.lower() != repository.lower() else repository,
        state="disabled" if info.disabled else "private" if info.private else None,
        gated=info.gated or None,
        licences=_licences(info),
        parameters=_count(info),
        last_change=changed.date() if changed else None,
        has_weights=True if info.safetensors is not None else found,
    )


def _pause(headers: "httpx2.Headers", attempt: int) -> float | None:
    """Seconds until the next attempt; None if there should be none."""
    wanted = headers.get("Retry-After", "")
    seconds = float(wanted[:9]) if wanted.isdecimal() else _PAUSE * 2**attempt
    return seconds if seconds <= _LONGEST_PAUSE and attempt < _ATTEMPTS - 1 else None


def _ask(describe: "Callable[[str], ModelInfo]", repository: str) -> Answer:
    import httpx2
    from huggingface_hub.errors import DisabledRepoError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

    for attempt in range(_ATTEMPTS):
        try:
            return _answer(repository, describe(repository))
        except GatedRepoError:
            return Answer(repository, "its description is behind a gate; set HF_TOKEN to one that may pass")
        except RepositoryNotFoundError:
            return Answer(repository, state="gone")
        except DisabledRepoError:
            return Answer(repository, state="disabled")
        except HfHubHTTPError as error:
            status = error.response.status_code
            pause = _pause(error.response.headers, attempt) if status in _PASSING else None
            trouble = f"the hub answers {status}{'; look at HF_TOKEN' if status == HTTPStatus.UNAUTHORIZED else ''}"
        except httpx2.TransportError as error:
            pause = _pause(httpx2.Headers(), attempt)
            trouble = f"the hub does not answer ({type(error).__name__})"
        except (_RefusedError, httpx2.HTTPError, httpx2.InvalidURL) as error:
            return Answer(repository, str(error) if isinstance(error, _RefusedError) else "the hub speaks no HTTP")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            return Answer(repository, "the hub sends what is no description of a model")
        if pause is None:
            break
        time.sleep(pause)
    return Answer(repository, trouble)


@contextmanager
def open_hub() -> Iterator[Callable[[str], Answer]]:
    """A function that asks the hub about one repository, owner/name; it raises nothing.

    It retries what may pass, and honours the hub's wish to be left alone. Raises UserError if HF_ENDPOINT or
    HF_TOKEN cannot be used, or HF_HUB_OFFLINE is set.
    """
    endpoint, token = hub_endpoint(), hub_token()
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # it would ask the hub for more, and write below HF_HOME
    import httpx2
    from huggingface_hub import HfApi, constants, set_client_factory
    from huggingface_hub.utils._http import default_client_factory

    if constants.is_offline_mode():
        raise UserError("HF_HUB_OFFLINE is set, so the hub cannot be asked; unset it")

    def client() -> httpx2.Client:
        return httpx2.Client(
            headers={"Accept-Encoding": "identity"},
            event_hooks={"response": [_bounded]},
            follow_redirects=True,
            max_redirects=_REDIRECTS,
            timeout=_TIMEOUT,
        )

    api = HfApi(
        endpoint, token=token or False, library_name="kiban", library_version=importlib.metadata.version("kiban")
    )

    def describe(repository: str) -> "ModelInfo":
        return api.model_info(repository, timeout=_TIMEOUT, expand=_EXPAND)

    logger = logging.getLogger("huggingface_hub")  # it would print what the server writes
    level = logger.level
    set_client_factory(client)
    logger.setLevel(logging.CRITICAL)
    try:
        yield lambda repository: _ask(describe, repository)
    finally:
        logger.setLevel(level)
        set_client_factory(default_client_factory)
