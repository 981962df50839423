"""Audit: which sources are to be asked again, and what an answer comes to. Knows no network."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from flows.errors import UserError
from flows.observed.observations import empty
from flows.records.examine import examine
from flows.sources.journal import Entry
from flows.sources.sought import Sought
from flows.web.addresses import ForbiddenError, address_of
from flows.web.fetch import host_of
from schemas.tables import Tables

GOOD = ("confirmed", "moved")
#: days until a source is asked again that still says it, or does not change any more
INTERVAL = 90
#: days until it is asked again after a first failure, by verdict; twice as long after each further one, up to INTERVAL
_AFTER_FAILURE = {"unreachable": 1, "unreadable": 7, "changed": 7, "gone": 7}


@dataclass(frozen=True)
class Source:
    """A source, and what it is said to say."""

    source_id: str
    url: str
    title: str
    sought: tuple[Sought, ...]

    @property
    def wanted(self) -> str:
        """A name for all that is looked for: another one if the records changed."""
        asked = json.dumps([self.title, [asdict(wanted) for wanted in self.sought]], sort_keys=True)
        return hashlib.sha256(asked.encode()).hexdigest()[:16]

    @property
    def address(self) -> str:
        """The address without its fragment, which no server is told."""
        return self.url.partition("#")[0]


def _value(row: Mapping[str, object]) -> float | None:
    """The number that `printed` prints: of a field that is a number, or the largest share; None for terms and dates."""
    if isinstance(row["value_number"], float):
        return row["value_number"]
    if row["field"] == "language_shares" and isinstance(row["value_list"], list):
        return max((float(share.rpartition("=")[2]) for share in row["value_list"]), default=None)
    return None


def sources_of(tables: Tables) -> list[Source]:
    """The sources of the ingested tables, in their order, each with its statements that have a printed figure or term."""
    sought: dict[str, list[Sought]] = defaultdict(list)
    columns = ["statement_id", "source_id", "field", "printed", "location", "value_number", "value_list"]
    for row in tables["statements"].filter(pc.field("printed").is_valid()).select(columns).to_pylist():
        sought[row["source_id"]].append(
            Sought(row["statement_id"], row["field"], row["printed"], _value(row), row["location"])
        )
    return [
        Source(row["source_id"], row["url"], row["title"], tuple(sought[row["source_id"]]))
        for row in tables["sources"].to_pylist()
    ]


def sources_in(records: Path, only: Collection[str] = ()) -> list[Source]:
    """The sources of the records in `records/raw`, of those files that can be read.

    Raises UserError if `only` names a source that is not among them.
    """
    sources = sources_of(examine(records).tables)
    if unknown := sorted(set(only) - {source.source_id for source in sources}):
        raise UserError(f"there is no source {unknown[0]!r} in the records; write it as organisation/model#key")
    return sources


def _spread(source_id: str, over: int) -> int:
    """A number of days from 0 to `over`, always the same for a source."""
    return int.from_bytes(hashlib.sha256(source_id.encode()).digest()[:8]) % (over + 1)


def next_due(source_id: str, verdict: str, failures: int, today: date) -> date:
    """The day on which a source is due again.

    After a good verdict in 75 to 105 days, by the hash of its id, so that not all fall on one day; after the
    first failure in a day (unreachable) or a week (otherwise), twice as long after each further one up to 90 days, and
    up to a quarter later by the hash.
    """
    if verdict in GOOD:
        return today + timedelta(days=INTERVAL - 15 + _spread(source_id, 30))
    days = min(INTERVAL, _AFTER_FAILURE[verdict] * 2 ** min(max(failures, 1) - 1, 10))
    return today + timedelta(days=days + _spread(source_id, days // 4))


def due_sources(
    sources: Sequence[Source],
    entries: Mapping[str, Entry],
    today: date,
    limit: int | None,
    only: Collection[str] = (),
    everything: bool = False,
) -> list[Source]:
    """The sources that a run asks, in order: never asked (or since then recorded otherwise), then the longest due.

    At most `limit`, and then what shares an address with one of them and is due too. `only` names the sources instead,
    due or not; `everything` takes all that were not asked today.
    """

    def due(source: Source) -> str:
        entry = entries.get(source.source_id)
        return entry.due if entry and entry.url == source.url and entry.wanted == source.wanted else ""

    if only:
        return [source for source in sources if source.source_id in only]
    day = today.isoformat()
    ready = [s for s in sources if due(s) <= day]
    if everything:
        ready = [s for s in sources if due(s) == "" or entries[s.source_id].on != day]
    ready.sort(key=due)
    chosen = ready if limit is None else ready[:limit]
    addresses = {source.address for source in chosen}
    return [source for source in ready if source.address in addresses]


def by_host(sources: Iterable[Source]) -> dict[str, list[list[Source]]]:
    """Sources by host, and there by address: what is asked together, in the order given."""
    pages: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        pages[source.address].append(source)
    hosts: dict[str, list[list[Source]]] = defaultdict(list)
    for address, group in pages.items():
        hosts[_host(address)].append(group)
    return dict(hosts)


def _host(address: str) -> str:
    try:
        return host_of(address_of(address, allow_private=True))
    except ForbiddenError:  # nobody is asked then, which is the source's verdict
        return ""


def audit_rows(sources: Sequence[Source], entries: Mapping[str, Entry]) -> pa.Table:
    """The table `source_audit`: the newest result of each source that the records have, one row a source."""
    rows = [
        (
            entry.source_id,
            entry.verdict,
            date.fromisoformat(entry.on),
            entry.status,
            entry.final_url,
            entry.media_type,
            entry.text_sha256,
            entry.sought_count,
            sorted(entry.missing) or None,
            entry.note or None,
        )
        for entry in (entries.get(source.source_id) for source in sources)
        if entry is not None
    ]
    schema = empty("source_audit").schema
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
