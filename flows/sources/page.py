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
from flows.web.limits import DeferredError, Failure, UnfetchedError
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
_FILE = re.compile(r"(?<![\w/.-])\w[\w./+-]*\.(?:cfg|csv|gin|json|md|py|sh|toml|txt|ya?ml)\b")
_MOST_FILES = 4
_GONE = (404, 410)
_NOT_MODIFIED, _SERVER_ERROR = 304, 500
_NOTE = 200  # characters


@dataclass(frozen=True)
class _Document:
    """One address of a page: its answer and what was read in it, or why not."""

    answer: Answer | None = None
    reading: Reading | None = None
    trouble: UnfetchedError | None = None


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
    verdict: Failure = "gone" if status in _GONE else "unreachable" if status >= _SERVER_ERROR else "unreadable"
    raise UnfetchedError(verdict, f"it answers {status}", status, answer.url)


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


def _settled(sources: Sequence[Source], asked: Sequence[_Document]) -> bool:
    """Whether nothing is left to look for in a further address: everything was found, or the page is gone, or unchanged."""
    last = asked[-1]
    if last.reading is None:
        return last.trouble is None or (len(asked) == 1 and last.trouble.verdict == "gone")
    return all(_judged(source, asked)[0] in GOOD for source in sources)


async def _documents(
    address: str,
    sources: Sequence[Source],
    extra: Mapping[str, str],
    fetcher: Fetcher,
    robots: Robots,
    readers: Readers,
) -> list[_Document]:
    """Ask the addresses of a page one after another, until everything is found. Raises DeferredError."""
    sought = [wanted for source in sources for wanted in source.sought]
    titles = [source.title for source in sources]
    asked: list[_Document] = []
    for place in documents_of(address, sought):
        try:
            answer = await fetch_page(fetcher, robots, place, extra)
        except UnfetchedError as error:
            asked.append(_Document(trouble=error))
        except DeferredError:
            raise
        except Exception as error:  # a fault of ours with one page must not keep all others from being asked
            note = f"it cannot be asked: {type(error).__name__}"
            asked.append(_Document(trouble=UnfetchedError("unreadable", note)))
        else:
            bare = replace(answer, body=b"")
            if answer.status == _NOT_MODIFIED:
                asked.append(_Document(bare))
            else:
                kind = answer.headers.get("content-type", "")
                reading = await readers.read(answer.body, kind, sought, titles)
                why = reading.trouble
                trouble = UnfetchedError("unreadable", why, answer.status, answer.url) if why else None
                asked.append(_Document(bare, None if why else reading, trouble))
        if _settled(sources, asked):
            break
    return asked


def _again(source: Source, entry: Entry, answer: Answer, today: date) -> Entry:
    """The result of a page that did not change: the former one, of today."""
    failures = 0 if entry.verdict in GOOD else entry.failures + 1
    due = next_due(source.source_id, entry.verdict, failures, today)
    return replace(entry, on=today.isoformat(), due=due.isoformat(), failures=failures, status=answer.status)


def _judged(source: Source, asked: Sequence[_Document]) -> tuple[str, str | None, tuple[str, ...]]:
    """Verdict, note and missing statements of a source, of what its addresses gave.

    - confirmed: everything printed that was looked for is there; with nothing printed, the title is
    - moved: the same, behind permanent redirects (301, 308) to another host or path
    - changed: the page is there, and something that was looked for is not
    - gone: 404, 410
    - unreachable: no such name, no connection, TLS, time, 429 or 5xx after all attempts; also for its robots.txt
    - unreadable: anything else: robots.txt forbids it, other answers, a private address, a redirect that is not followed,
      too large, no text (also for want of scripts), encrypted, broken

    An answer of 200 alone confirms nothing.
    """
    readings = [document.reading for document in asked if document.reading]
    found = {name for reading in readings for name in reading.found}
    missing = tuple(wanted.statement_id for wanted in source.sought if wanted.statement_id not in found)
    titled = any(source.title in reading.titles for reading in readings)
    if readings and (not missing if source.sought else titled):
        first = asked[0]
        moved = first.answer.moved_to if first.answer else None
        if moved and not same_place(moved, source.address):
            return "moved", None, ()
        second = next((d.answer.url for d in asked[1:] if d.reading and d.answer), None)
        return "confirmed", f"read at {second}" if second else None, ()
    if not readings:
        troubles = [document.trouble for document in asked if document.trouble]
        return troubles[0].verdict, troubles[0].note, ()
    is_frame = any(pattern.fullmatch(source.address) for pattern, _ in _WHOLE)
    unread = [d.trouble for d in asked[1 if is_frame else 0 :] if d.trouble and d.trouble.verdict != "gone"]
    if unread:
        return unread[0].verdict, f"not in what could be read, and the rest: {unread[0].note}", ()
    if readings[-1].scripted and not found:
        return "unreadable", "hardly any text without its scripts", ()
    if not source.sought:
        return "changed", "nothing printed to look for, and the title is not on the page", ()
    return "changed", f"{len(missing)} of {len(source.sought)} not found", missing


def _entry(source: Source, asked: Sequence[_Document], before: Entry | None, today: date) -> Entry:
    """The result of one source, for the journal."""
    first = asked[0]
    if first.answer and first.answer.status == _NOT_MODIFIED and before:
        return _again(source, before, first.answer, today)
    verdict, note, missing = _judged(source, asked)
    shown = next((d for d in asked if d.reading), asked[0])
    trouble, answer = shown.trouble, shown.answer
    final = answer.url if answer else trouble.url if trouble else None
    failures = 0 if verdict in GOOD else (before.failures if before else 0) + 1
    headers = answer.headers if answer and len(asked) == 1 and not trouble else {}
    return Entry(
        source_id=source.source_id,
        url=source.url,
        wanted=source.wanted,
        verdict=verdict,
        on=today.isoformat(),
        due=next_due(source.source_id, verdict, failures, today).isoformat(),
        sought_count=len(source.sought) if any(d.reading for d in asked) else 0,
        missing=missing,
        status=answer.status if answer else trouble.status if trouble else None,
        final_url=final if final and final != asked_for(source.address) else None,
        media_type=shown.reading.media_type if shown.reading else None,
        text_sha256=shown.reading.text_sha256 if shown.reading else None,
        note=" ".join((note or "").split())[:_NOTE] or None,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        failures=failures,
    )


async def ask_page(
    sources: Sequence[Source],
    entries: Mapping[str, Entry],
    today: date,
    fetcher: Fetcher,
    robots: Robots,
    readers: Readers,
) -> list[Entry]:
    """Ask the address that sources share, and return the result of each. Raises DeferredError."""
    address = sources[0].address
    asked = await _documents(address, sources, _conditions(address, sources, entries), fetcher, robots, readers)
    return [_entry(source, asked, entries.get(source.source_id), today) for source in sources]
