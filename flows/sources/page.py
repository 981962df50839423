"""Asking one page: what its addresses give now, read and turned into a verdict for each source that cites it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from flows.sources.due import GOOD, Source, next_due
from flows.sources.journal import Entry
from flows.sources.reader import Readers, Reading
from flows.sources.sought import Sought
from flows.web.addresses import ForbiddenError, address_of
from flows.web.fetch import Answer, Fetcher, same_place
from flows.web.limits import DeferredError, UnfetchedError, failure_of
from flows.web.robots import Robots

# Where a page is only the frame of a text, and where all of that text lies, as the hosts' own pages link it.
_WHOLE = (
    (re.compile(r"https?://arxiv\.org/abs/([^?]+)"), r"https://arxiv.org/pdf/\1"),
    (re.compile(r"https?://github\.com/([^/]+/[^/]+)/blob/([^?]+)"), r"https://raw.githubusercontent.com/\1/\2"),
    (re.compile(r"https?://huggingface\.co/([^?]+?)/blob/([^?]+)"), r"https://huggingface.co/\1/raw/\2"),
)
# Where the files of a repository lie, if its front page is cited and a record's `at` names one of them.
_ROOTS = (
    (re.compile(r"https?://github\.com/([^/?]+/[^/?]+)/?"), r"https://raw.githubusercontent.com/\1/HEAD/"),
    (re.compile(r"https?://huggingface\.co/([^/?]+/[^/?]+)/?"), r"https://huggingface.co/\1/raw/main/"),
)
_FRONT = re.compile(
    r"https?://[^/?#]+(?:/(?:[a-z]{2}(?:-[a-zA-Z]{2})?/?)?)?"
)  # the root of a host, or of a language there
_FILE = re.compile(r"(?<![\w/.-])\w[\w./+-]*\.(?:cfg|csv|gin|json|md|py|sh|toml|txt|ya?ml)\b")
_MOST_FILES = 4
_NOT_MODIFIED = 304
_NOTE = 200  # characters


@dataclass(frozen=True)
class Tools:
    """What pages are asked and read with, in one run."""

    fetcher: Fetcher
    robots: Robots
    readers: Readers


@dataclass(frozen=True)
class _Read:
    """An address that gave a page (its answer, without the body), and what was read in it."""

    answer: Answer
    reading: Reading


@dataclass(frozen=True)
class _Failed:
    """An address that gave nothing to read, and why; `moved_to` is where a permanent redirect led."""

    trouble: UnfetchedError
    moved_to: str | None = None


@dataclass(frozen=True)
class _Unchanged:
    """The cited address, if it says that nothing changed; no further one is asked then."""


_Asked = Sequence[_Read | _Failed]  # what the addresses of a page gave, in their order, the cited one first


@dataclass(frozen=True)
class Judgement:
    """What a source comes to: its verdict, why, and the statements that the page does not have any more."""

    verdict: str
    note: str | None = None
    missing: tuple[str, ...] = ()


def documents_of(address: str, sought: Sequence[Sought] = ()) -> list[str]:
    """The addresses at which a source's text may stand, the cited one first.

    Then that of the whole text, where the cited one is only its frame, or those of a few files of a cited repository
    that the records name.
    """
    whole = [pattern.sub(place, address) for pattern, place in _WHOLE if pattern.fullmatch(address)]
    names = dict.fromkeys(name for wanted in sought for name in _FILE.findall(wanted.location or ""))
    roots = [pattern.sub(place, address) for pattern, place in _ROOTS if pattern.fullmatch(address)]
    files = [f"{root}{name}" for root in roots for name in names if ".." not in name and name != "README.md"]
    return [address, *whole, *files[:_MOST_FILES]]


def asked_for(address: str) -> str:
    """An address as it is asked and answered, to be compared with where it led."""
    try:
        return str(address_of(address, True))
    except ForbiddenError:
        return address


async def fetch_page(fetcher: Fetcher, robots: Robots, address: str, extra: Mapping[str, str]) -> Answer:
    """Ask one address, as robots.txt allows it. Raises UnfetchedError unless it gives a page, or 304; DeferredError."""
    try:
        url = address_of(address, fetcher.allow_private)
    except ForbiddenError as error:
        raise UnfetchedError("unreadable", str(error)) from error
    answer = await fetcher.follow(url, extra, robots.check)
    status = answer.status
    if status in (200, 203) or (status == _NOT_MODIFIED and extra):
        return answer
    raise UnfetchedError(failure_of(status), f"it answers {status}", status, answer.url)


def _conditions(address: str, sources: Sequence[Source], entries: Mapping[str, Entry]) -> dict[str, str]:
    """Headers that ask only for what changed, where the former results still answer what is asked (RFC 9110, section 13)."""
    before = [entries.get(source.source_id) for source in sources]
    if len(documents_of(address, [wanted for source in sources for wanted in source.sought])) > 1:
        return {}
    for source, entry in zip(sources, before, strict=True):
        if entry is None or entry.url != source.url or entry.wanted != source.wanted:
            return {}
        if entry.verdict not in (*GOOD, "changed"):
            return {}
    found = {(entry.etag, entry.last_modified) for entry in before if entry}
    if len(found) != 1:
        return {}
    etag, modified = found.pop()
    return {k: v for k, v in (("If-None-Match", etag), ("If-Modified-Since", modified)) if v}


def _pages(asked: _Asked) -> list[_Read]:
    return [document for document in asked if isinstance(document, _Read)]


def _missing(source: Source, pages: Sequence[_Read]) -> tuple[str, ...]:
    """The statements of a source that are on none of the pages."""
    found = {name for page in pages for name in page.reading.found}
    return tuple(wanted.statement_id for wanted in source.sought if wanted.statement_id not in found)


def _is_led_to_front(source: Source, page: _Read) -> bool:
    """Whether redirects led from a page to a front page, as of pages that are gone: it names many things."""
    return _FRONT.fullmatch(page.answer.url) is not None and _FRONT.fullmatch(source.address) is None


def _still_says(source: Source, pages: Sequence[_Read]) -> bool:
    """Whether everything printed that was looked for is there; with nothing printed, the title, not on a front page."""
    if source.sought:
        return not _missing(source, pages)
    return any(source.title in page.reading.titles and not _is_led_to_front(source, page) for page in pages)


def _settled(sources: Sequence[Source], asked: _Asked) -> bool:
    """Whether nothing is left to look for in a further address: everything was found, or the cited page is gone."""
    match asked[-1]:
        case _Failed(trouble):
            return len(asked) == 1 and trouble.verdict == "gone"
        case _Read():
            return all(_still_says(source, _pages(asked)) for source in sources)


async def _document(
    place: str, sources: Sequence[Source], extra: Mapping[str, str], tools: Tools
) -> _Read | _Failed | _Unchanged:
    """Ask one address of a page, and read what it gives. Raises DeferredError."""
    try:
        answer = await fetch_page(tools.fetcher, tools.robots, place, extra)
    except UnfetchedError as error:
        return _Failed(error)
    except DeferredError:
        raise
    except Exception as error:
        return _faulty(error)
    if answer.status == _NOT_MODIFIED:
        return _Unchanged()
    sought = [wanted for source in sources for wanted in source.sought]
    titles = [source.title for source in sources]
    reading = await tools.readers.read(answer.body, answer.headers.get("content-type", ""), sought, titles)
    if reading.trouble:
        return _Failed(UnfetchedError("unreadable", reading.trouble, answer.status, answer.url), answer.moved_to)
    return _Read(replace(answer, body=b""), reading)


async def _documents(
    address: str, sources: Sequence[Source], extra: Mapping[str, str], tools: Tools
) -> _Asked | _Unchanged:
    """Ask the addresses of a page one after another, until everything is found. Raises DeferredError."""
    asked: list[_Read | _Failed] = []
    for place in documents_of(address, [wanted for source in sources for wanted in source.sought]):
        document = await _document(place, sources, extra, tools)
        if isinstance(document, _Unchanged):
            return document
        asked.append(document)
        if _settled(sources, asked):
            break
    return asked


def _again(source: Source, entry: Entry, today: date) -> Entry:
    """The result of a page that did not change: the former one, of today."""
    failures = 0 if entry.verdict in GOOD else entry.failures + 1
    due = next_due(source.source_id, entry.verdict, failures, today)
    return replace(entry, on=today.isoformat(), due=due.isoformat(), failures=failures, status=_NOT_MODIFIED)


def _judged(source: Source, asked: _Asked) -> Judgement:
    """What the answers of a page's addresses come to for a source.

    - confirmed: everything printed that was looked for is there; with nothing printed, the title is, unless the page says
      that it is not found or redirects led to a front page
    - moved: the same, behind permanent redirects (301, 308) to another host or path
    - gone: 404, 410
    - unreachable: no such name, no connection, TLS, time, 429 or 5xx after all attempts; also for its robots.txt
    - unreadable: anything else: robots.txt forbids it, other answers, a private address, a redirect that is not followed,
      too large, no text (also for want of scripts), encrypted, broken
    - changed: the page is there, and something that was looked for is not

    An answer of 200 alone confirms nothing. A statement is only missing if all that could have it was read.
    """
    cited, *further = asked
    pages, missing = _pages(asked), _missing(source, _pages(asked))
    if _still_says(source, pages):
        moved = cited.answer.moved_to if isinstance(cited, _Read) else cited.moved_to
        if moved and not same_place(moved, source.address):
            return Judgement("moved")
        second = next((page.answer.url for page in _pages(further)), None)
        return Judgement("confirmed", f"read at {second}" if second else None)
    is_frame = any(pattern.fullmatch(source.address) for pattern, _ in _WHOLE)
    could_have_it = further if is_frame and pages else asked
    match pages, [document.trouble for document in could_have_it if isinstance(document, _Failed)]:
        case [], [first, *_]:
            return Judgement(first.verdict, first.note)
        case _, troubles if unread := [trouble for trouble in troubles if trouble.verdict != "gone"]:
            return Judgement(unread[0].verdict, f"not in what could be read, and the rest: {unread[0].note}")
        case [*_, last], _ if last.reading.scripted and not any(page.reading.found for page in pages):
            return Judgement("unreadable", "hardly any text without its scripts")
        case _ if not source.sought and any(_is_led_to_front(source, page) for page in pages):
            return Judgement("changed", "nothing printed to look for, and it leads to a front page")
        case _ if not source.sought:
            return Judgement("changed", "nothing printed to look for, and the title is not on the page")
        case _:
            return Judgement("changed", f"{len(missing)} of {len(source.sought)} not found", missing)


def _entry(source: Source, asked: _Asked, before: Entry | None, today: date) -> Entry:
    """The result of one source, for the journal: of the first address that could be read, or else of the cited one."""
    judged = _judged(source, asked)
    failures = 0 if judged.verdict in GOOD else (before.failures if before else 0) + 1
    shown = next(iter(_pages(asked)), asked[0])
    told, reading = (shown.answer, shown.reading) if isinstance(shown, _Read) else (shown.trouble, None)
    headers = shown.answer.headers if isinstance(shown, _Read) and len(asked) == 1 else {}
    return Entry(
        source_id=source.source_id,
        url=source.url,
        wanted=source.wanted,
        verdict=judged.verdict,
        on=today.isoformat(),
        due=next_due(source.source_id, judged.verdict, failures, today).isoformat(),
        sought_count=len(source.sought) if reading else 0,
        missing=judged.missing,
        status=told.status,
        final_url=told.url if told.url and told.url != asked_for(source.address) else None,
        media_type=reading.media_type if reading else None,
        text_sha256=reading.text_sha256 if reading else None,
        note=" ".join((judged.note or "").split())[:_NOTE] or None,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        failures=failures,
    )


def _faulty(error: Exception) -> _Failed:
    """A fault of ours with one page or source, which must not keep all others from being asked."""
    return _Failed(UnfetchedError("unreadable", f"it cannot be asked: {type(error).__name__}"))


def _result(source: Source, asked: _Asked, before: Entry | None, today: date) -> Entry:
    try:
        return _entry(source, asked, before, today)
    except Exception as error:
        return _entry(source, [_faulty(error)], before, today)


async def ask_page(sources: Sequence[Source], entries: Mapping[str, Entry], today: date, tools: Tools) -> list[Entry]:
    """Ask the address that sources share, and return the result of each. Raises DeferredError, and nothing else."""
    address = sources[0].address
    try:
        found = await _documents(address, sources, _conditions(address, sources, entries), tools)
    except DeferredError:
        raise
    except Exception as error:
        found = [_faulty(error)]
    match found:
        case _Unchanged():  # only asked for if there is a former result of each
            return [_again(source, entries[source.source_id], today) for source in sources]
        case asked:
            return [_result(source, asked, entries.get(source.source_id), today) for source in sources]
