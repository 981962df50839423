"""The flow `audit`: asks a slice of the sources again, and keeps what came of it beside the records."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE

from flows.errors import counted
from flows.lock import alone
from flows.observed.observations import write_observed
from flows.operations.log_line import fields
from flows.sources.ask import Asking, ask
from flows.sources.due import GOOD, Source, audit_rows, due_sources, sources_in
from flows.sources.journal import Entry, append_journal, compact_journal, journal_file, read_journal
from flows.web.addresses import Resolver, system_resolver
from flows.web.blocking import wait_for
from flows.web.limits import Limits

_WAIT = 600  # seconds for another audit of the same folder
_MANY = 3  # hosts that are not all down by chance
_CONTACT = "KIBAN_CONTACT"  # environment variable: an address at which hosts reach the operator


@dataclass(frozen=True)
class Audited:
    """The result of an audit: the answers of this run, how many sources stay due, and how many were asked."""

    entries: tuple[Entry, ...]
    left: int

    @property
    def is_offline(self) -> bool:
        """Whether none of several hosts answered at all: they are not all down by chance, so it is our own network."""
        silent = all(entry.verdict == "unreachable" and entry.status is None for entry in self.entries)
        return silent and len({urlsplit(entry.url).netloc for entry in self.entries}) >= _MANY

    @property
    def words(self) -> str:
        """The result in one line."""
        counts = Counter(entry.verdict for entry in self.entries)
        verdicts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items()))
        rest = f"; {self.left} stay due" if self.left else ""
        network = "; no network: no host answered; see to the network of this machine" if self.is_offline else ""
        return f"{counted(len(self.entries), 'source')} asked{': ' + verdicts if verdicts else ''}{rest}{network}"


class _Run:
    """What the steps of a run share. No dataclass: Prefect would look into every source for futures."""

    def __init__(self, records: Path, home: Path, today: date, asking: Asking) -> None:
        self.records, self.home, self.today, self.asking = records, home, today, asking
        self.sources: list[Source] = []
        self.chosen: list[Source] = []
        self.entries: dict[str, Entry] = {}
        self.done: list[Entry] = []
        self.left = 0

    def write(self) -> None:
        """Bring the table in line with the journal."""
        if self.entries:
            write_observed(self.home, "source_audit", audit_rows(self.sources, self.entries))


@task(name="find due sources", cache_policy=NO_CACHE, persist_result=False)
def find_due(run: _Run, limit: int | None, only: Sequence[str], everything: bool) -> int:
    """Bring the table in line with the journal of runs that were killed, and choose the sources to ask; return how many.

    Raises UserError if `only` names a source that is not in the records.
    """
    run.sources = sources_in(run.records, only)
    found = read_journal(run.home)
    run.entries = {source.source_id: found[source.source_id] for source in run.sources if source.source_id in found}
    compact_journal(run.home, run.entries)
    run.write()
    run.chosen = due_sources(run.sources, run.entries, run.today, limit, only, everything)
    known = len(run.entries)
    get_run_logger().info(fields("audit.due", sources=len(run.sources), known=known, chosen=len(run.chosen)))
    return len(run.chosen)


@task(name="ask sources", cache_policy=NO_CACHE, persist_result=False)
def ask_sources(run: _Run) -> int:
    """Ask the chosen sources and journal each result at once; return how many answered one way or another.

    An unreachable web is a verdict, not a failure.
    """
    log = get_run_logger()

    def keep(entries: Sequence[Entry]) -> None:
        append_journal(run.home, entries)
        for entry in entries:
            run.done.append(entry)
            run.entries[entry.source_id] = entry
            note = {"note": entry.note} if entry.note else {}
            level = log.info if entry.verdict in GOOD else log.warning
            level(fields("source.audited", source=entry.source_id, verdict=entry.verdict, **note))

    def leave(host: str, sources: Sequence[Source], why: str) -> None:
        run.left += len(sources)
        log.warning(fields("host.left", host=host, sources=len(sources), note=why))

    wait_for(ask(run.chosen, dict(run.entries), run.today, replace(run.asking, keep=keep, leave=leave)))
    return len(run.done)


@task(name="report audit", cache_policy=NO_CACHE, persist_result=False)
def report_audit(run: _Run, words: str) -> None:
    """Write the table, and leave an artifact: how many sources have each verdict, and every one that is not confirmed."""
    run.write()
    counts = Counter(entry.verdict for entry in run.entries.values())
    blank = {"source": "", "address": "", "status": "", "note": ""}
    rows = [{"verdict": verdict, "sources": str(count), **blank} for verdict, count in sorted(counts.items())]
    rows += [
        {
            "verdict": entry.verdict,
            "sources": "",
            "source": entry.source_id,
            "address": entry.final_url or entry.url,
            "status": str(entry.status or ""),
            "note": entry.note or "",
        }
        for entry in sorted(run.entries.values(), key=lambda entry: (entry.verdict, entry.source_id))
        if entry.verdict != "confirmed"
    ]
    create_table_artifact(rows, key="source-audit", description=words)


@flow(name="audit", validate_parameters=False)
def audit(
    records: Path,
    today: date,
    *,
    home: Path,
    limit: int | None = 50,
    allow_private: bool = False,
    only: Sequence[str] = (),
    everything: bool = False,
    limits: Limits | None = None,
    resolver: Resolver | None = None,
) -> Audited:
    """Ask sources whether they still say what was read there, and keep the answers in `home/build/observations`.

    `records` is the folder with `raw/`, which is only read. At most `limit` of the sources that are due are asked (None:
    all of these), or those named in `only`, or with `everything` all that were not asked today. `allow_private` lets
    addresses of a private network be asked; `limits` and `resolver` are for tests. Returns the results of this run. What
    the web does is a verdict; raises UserError if `only` names no source or another audit does not end.
    """
    asking = Asking(limits or Limits(), allow_private, resolver or system_resolver, os.environ.get(_CONTACT))
    with alone(journal_file(home).with_name(".lock"), "audit", _WAIT):
        run = _Run(records, home, today, asking)
        if find_due(run, limit, tuple(only), everything):
            ask_sources(run)
            report_audit(run, Audited(tuple(run.done), run.left).words)
    done = Audited(tuple(sorted(run.done, key=lambda entry: entry.source_id)), run.left)
    log = get_run_logger()
    (log.error if done.is_offline else log.info)(fields("audit.done", result=done.words))
    return done
