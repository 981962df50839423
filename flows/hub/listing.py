"""The hub's list of models: one page of it, as columns of the public snapshots, and where the next one begins.

Texts of cards are not even asked for. What people write into their repositories is in the list nevertheless (tags, names,
configurations), so each value is bounded and taken for nothing if it is not what it should be.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal

import httpx
import pyarrow as pa
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)
from pydantic.alias_generators import to_camel

from flows.errors import UserError
from flows.hub.client import Params, trouble_of
from flows.web import fetch as web
from flows.web.limits import DeferredError, Limits, TooLargeError, UnfetchedError

#: models of a page, as the hub's own client for JavaScript asks for them with `expand`
PAGE = 500
_MAX_BYTES = 16 * 1024 * 1024
#: the hub grants 500 requests in five minutes to whoever has no token, and says when the next five begin
LIMITS = Limits(
    idle=60, total=180, encoded=_MAX_BYTES, decoded=_MAX_BYTES, redirects=3, attempts=4, pause=0.7, longest_wait=900
)
_MOST_TAGS = 1000
_MOST_CURSOR = re.compile(r"[!-~]{1,4000}")
#: types of numbers of safetensors files; what has another one counts in the total alone
_NUMBERS = (
    *("BF16", "F16", "F32", "F64", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F6_E2M3", "F6_E3M2", "F4", "C64"),
    *("I8", "I16", "I32", "I64", "U8", "U16", "U32", "U64", "BOOL"),
)

SCHEMA = pa.schema(
    {
        "id": pa.string(),
        "pipeline_tag": pa.string(),
        "library_name": pa.string(),
        "createdAt": pa.timestamp("us"),
        "lastModified": pa.timestamp("us"),
        "downloads": pa.int64(),
        "downloadsAllTime": pa.int64(),
        "likes": pa.int64(),
        "tags": pa.list_(pa.string()),
        "gguf": pa.string(),
        "safetensors": pa.struct({"parameters": pa.struct(dict.fromkeys(_NUMBERS, pa.int64())), "total": pa.int64()}),
        "baseModels": pa.struct({"relation": pa.string(), "models": pa.list_(pa.struct({"id": pa.string()}))}),
        "gated": pa.string(),
        "config": pa.string(),
    }
)


class ListError(UserError):
    """A page of the list cannot be had, or holds no list of models."""


class UnreadableError(ListError):
    """A page is there, and cannot be read as it is; smaller ones may."""


def _or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """What is not what it should be says nothing."""
    try:
        return handler(value)
    except ValidationError:
        return None


def _in_utc(time: datetime) -> datetime:
    if not 2000 <= time.year < 2200:
        raise ValueError("no time of a repository")
    return time.astimezone(UTC).replace(tzinfo=None)


Lenient = WrapValidator(_or_none)
_Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100})?$")]
# strict, a text would be no time: what a wrapping validator hands on is Python's, no JSON any more
_Time = Annotated[AwareDatetime, Field(strict=False), AfterValidator(_in_utc)]
_Count = Annotated[int, Field(ge=0, lt=2**53)]
_Words = Annotated[
    list[Annotated[_Text | None, Lenient]],
    AfterValidator(lambda words: [word for word in words if word is not None][:_MOST_TAGS]),
]


class _Read(BaseModel):
    model_config = ConfigDict(strict=True, alias_generator=to_camel)


class _Config(_Read):
    """Of `config`, in which the hub has some keys of a repository's config.json under their own names."""

    model_config = ConfigDict(strict=True, alias_generator=None, protected_namespaces=())

    model_type: Annotated[_Text | None, Lenient] = None
    architectures: Annotated[_Words | None, Lenient] = None


class _Gguf(_Read):
    total: Annotated[_Count | None, Lenient] = None
    architecture: Annotated[_Text | None, Lenient] = None


class _Weights(_Read):
    parameters: dict[str, _Count]
    total: _Count


class _Base(_Read):
    id: _Id


class _Bases(_Read):
    relation: Annotated[_Text | None, Lenient] = None
    models: list[_Base]


class _Listed(_Read):
    """What we read of a model; all but `id` has to be asked for."""

    id: _Id
    created_at: _Time
    base_models: Annotated[_Bases | None, Lenient] = None
    config: Annotated[_Config | None, Lenient] = None
    downloads: Annotated[_Count | None, Lenient] = None
    downloads_all_time: Annotated[_Count | None, Lenient] = None
    gated: Annotated[Literal["auto", "manual", False] | None, Lenient] = None
    gguf: Annotated[_Gguf | None, Lenient] = None
    last_modified: Annotated[_Time | None, Lenient] = None
    library_name: Annotated[_Text | None, Lenient] = Field(None, alias="library_name")
    likes: Annotated[_Count | None, Lenient] = None
    pipeline_tag: Annotated[_Text | None, Lenient] = Field(None, alias="pipeline_tag")
    private: bool = False
    safetensors: Annotated[_Weights | None, Lenient] = None
    tags: Annotated[_Words | None, Lenient] = None


_LIST: TypeAdapter[list[_Listed | None]] = TypeAdapter(list[Annotated[_Listed | None, Lenient]])
_ASKED = sorted(field.alias or name for name, field in _Listed.model_fields.items() if name != "id")


@dataclass(frozen=True)
class Page:
    """Models of a page, as rows of `SCHEMA`; how many were left out as unreadable; where the next page begins, if there is one."""

    rows: list[dict[str, object]]
    left_out: int
    cursor: str | None


def _row(model: _Listed) -> dict[str, object]:
    """A row of `SCHEMA`."""
    row = model.model_dump(by_alias=True, exclude={"private"})
    for column in ("config", "gguf"):
        row[column] = json.dumps(row[column], ensure_ascii=False) if row[column] else None
    row["gated"] = None if model.gated is None else model.gated or "false"
    return row


def _next(answer: web.Answer) -> str | None:
    """Cursor of the next page, by the header Link (RFC 8288); None if there is none. Raises ListError for one that is no cursor.

    Of the address only the cursor is taken: we go on asking whom we asked.
    """
    links = httpx.Response(HTTPStatus.OK, headers={"Link": answer.headers.get("link", "")}).links
    if "next" not in links:
        return None
    try:
        cursor: str = httpx.URL(links["next"].get("url", "")).params.get("cursor", "")
    except httpx.InvalidURL:
        cursor = ""
    if not _MOST_CURSOR.fullmatch(cursor):
        raise ListError("the hub names a next page that cannot be asked for")
    return cursor


def ask_page(get: Callable[[str, Params], web.Answer], cursor: str | None, size: int) -> Page:
    """Ask for the page of up to `size` models that begins at a cursor, or for the first one.

    The newest repositories come first, as the hub sorts, so nothing that happens meanwhile moves one to another page.
    Private ones, which the owner of a token sees, are passed over. A model that cannot be read even alone is left out if others follow.
    Raises UnreadableError if the page is too large or no list of models, ListError if there is no page.
    """
    parameters: Params = [("limit", size), ("sort", "createdAt"), *(("expand", name) for name in _ASKED)]
    try:
        answer = get("models", [*parameters, ("cursor", cursor)] if cursor else parameters)
    except TooLargeError as error:
        raise UnreadableError(trouble_of(error)) from error
    except DeferredError as error:
        raise ListError(str(error)) from error
    except UnfetchedError as error:
        raise ListError(trouble_of(error)) from error
    if answer.status != HTTPStatus.OK:
        at = "; look at HF_TOKEN" if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) else ""
        raise ListError(f"the hub answers {answer.status}{at}")
    following = _next(answer)
    try:
        found = _LIST.validate_json(answer.body)
    except ValidationError as error:
        if size == 1 and following:
            return Page([], 1, following)
        raise UnreadableError("the hub sends what is no list of models, or one that is nested too deep") from error
    read = [model for model in found if model is not None]
    if found and not read and not (size == 1 and following):
        raise UnreadableError("the hub sends a list of what is no models")
    if not found and following:
        raise ListError("the hub sends an empty page that is not the last")
    return Page([_row(model) for model in read if not model.private], len(found) - len(read), following)
