"""A crawl of the hub's list of models: a folder with a Parquet file a page, which is a snapshot once the last page is there.

Each file holds where the next page begins, and is written whole. So a crawl that was killed goes on where it was,
and asks for no page twice.
"""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet

from flows.canonical import to_json, write_whole
from flows.errors import UserError
from flows.hub.client import Params, hub_endpoint, hub_getter
from flows.hub.listing import LIMITS, PAGE, SCHEMA, ListError, Page, UnreadableError, ask_page
from flows.web.fetch import Answer

#: a crawl that was begun longer ago is begun anew: its pages would be of too many days
KEPT = timedelta(days=3)
#: models of the largest hub that we believe in, several times those that there are
MOST_MODELS = 20_000_000
#: models that may be left out as unreadable before the list is taken for broken
MOST_LEFT_OUT = 100
_FEWER = 10  # by which a page that cannot be read is asked for smaller
_BEGUN, _STANDING = "begun.json", b"kiban"


@dataclass(frozen=True)
class Standing:
    """How far a crawl is: pages and models that are there, models left out, where the next page begins, and how large to ask for it."""

    pages: int = 0
    models: int = 0
    left_out: int = 0
    cursor: str | None = None
    size: int = PAGE

    @property
    def is_whole(self) -> bool:
        """Whether the last page is there."""
        return self.pages > 0 and self.cursor is None


@dataclass(frozen=True)
class Begun:
    """What a crawl is of: the address of a hub, the day on which it began; and whether what it gave was published."""

    endpoint: str
    day: date
    published: bool = False


def _begun(folder: Path) -> Begun | None:
    try:
        found = json.loads((folder / _BEGUN).read_text(encoding="utf-8"))
        return Begun(str(found["endpoint"]), date.fromisoformat(found["day"]), bool(found["published"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(folder: Path, begun: Begun) -> None:
    write_whole(folder / _BEGUN, to_json({**asdict(begun), "day": begun.day.isoformat()}).encode())


def begin(folder: Path, today: date) -> date:
    """Make ready a crawl into a folder, which is ours alone; return the day on which it began.

    One that is there goes on if it is of the same hub, began at most `KEPT` ago and was not published yet; else it
    is removed. Raises UserError if HF_ENDPOINT cannot be used, OSError if the disk refuses.
    """
    endpoint, begun = hub_endpoint(), _begun(folder)
    if (
        begun is not None
        and begun.endpoint == endpoint
        and not begun.published
        and begun.day <= today <= begun.day + KEPT
    ):
        return begun.day
    if folder.exists():
        shutil.rmtree(folder)
    _write(folder, Begun(endpoint, today))
    return today


def mark_published(folder: Path) -> None:
    """Have the next crawl into a folder begin anew."""
    if begun := _begun(folder):
        _write(folder, replace(begun, published=True))


def standing(folder: Path) -> Standing:
    """How far the crawl in a folder is. Raises UserError if what lies there is none of its files."""
    last = max(folder.glob("*.parquet"), default=None)
    if last is None:
        return Standing()
    try:
        return Standing(**json.loads(parquet.read_schema(last).metadata[_STANDING]))
    except (pa.ArrowException, KeyError, TypeError, ValueError, OSError) as error:
        raise UserError(f"{last}: it is no page of a crawl; remove {folder}, and the crawl begins anew") from error


def _keep(folder: Path, rows: list[dict[str, object]], now: Standing) -> None:
    """Write a page, with how far the crawl is after it."""
    schema = SCHEMA.with_metadata({_STANDING: json.dumps(asdict(now))})
    file = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), file, compression="zstd")
    write_whole(folder / f"{now.pages:07}.parquet", file.getvalue())


def _after(before: Standing, page: Page, asked: int) -> Standing:
    """How far a crawl is after a further page. Raises ListError if the list is not to be believed."""
    if page.cursor is not None and page.cursor == before.cursor:
        raise ListError("the hub sends the same page again and again")
    now = Standing(
        before.pages + 1,
        before.models + len(page.rows),
        before.left_out + page.left_out,
        page.cursor,
        min(asked * _FEWER, PAGE),
    )
    if now.models > MOST_MODELS:
        raise ListError(f"the hub's list has no end: more than {MOST_MODELS:,} models")
    if now.left_out > MOST_LEFT_OUT:
        raise ListError(f"more than {MOST_LEFT_OUT} entries of the hub's list are no models")
    return now


def _readable(get: Callable[[str, Params], Answer], cursor: str | None, size: int) -> tuple[Page, int]:
    """The page at a cursor of up to `size` models, or of as many fewer as can be read; and how many were asked for."""
    try:
        return ask_page(get, cursor, size), size
    except UnreadableError:
        if size == 1:
            raise
        return _readable(get, cursor, max(1, size // _FEWER))


def ask_pages(folder: Path, most: int) -> Standing:
    """Ask for up to so many pages after those that are in a folder, one after another; return how far the crawl is then.

    A page that cannot be read is asked for in smaller ones, down to one model, which is left out. Raises UserError,
    with what was read kept, if the hub gives no page or a list that is not to be believed.
    """
    now, get = standing(folder), hub_getter(LIMITS, "a list of the models of the hub", packed=True)
    for _ in range(most):
        if now.is_whole:
            break
        try:
            page, asked = _readable(get, now.cursor, now.size)
            after = _after(now, page, asked)
        except ListError as error:
            raise ListError(
                f"{hub_endpoint()}/api/models, page {now.pages + 1}, after {now.models:,} models: {error}; what was read "
                f"is kept in {folder}: run this again to go on from there, or remove the folder to begin anew"
            ) from error
        _keep(folder, page.rows, after)
        now = after
    return now
