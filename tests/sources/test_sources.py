"""Which sources are asked, what an answer comes to, and what is kept of it."""

import asyncio
import dataclasses
import json
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.check import check
from flows.sources import page as audit_pages
from flows.sources.ask import Asking, ask
from flows.sources.due import INTERVAL, Source, audit_rows, by_host, due_sources, next_due, sources_of
from flows.sources.journal import Entry, append_journal, compact_journal, journal_file, read_journal
from flows.sources.page import documents_of
from flows.sources.reader import Readers, Reading
from flows.sources.sought import Page, Sought, is_found
from flows.web.limits import Limits
from schemas.fields import AUDIT_VERDICTS
from schemas.products import PRODUCTS
from schemas.tables import Tables, frame
from schemas.validation import schema
from support.audit_servers import (
    Web,
    answer,
    bomb,
    in_turn,
    page,
    pdf,
    redirect,
    resolver,
    silent,
    torn,
    trickling,
    web_of_faults,
)
from support.project import Project

pytestmark = pytest.mark.xdist_group("real-records")

TODAY = date(2026, 11, 25)
FAST = Limits(
    connect=5, idle=5, total=10, encoded=2_000_000, decoded=3_000_000, attempts=2, backoff=0.01, pause=0, longest_wait=2,
    text=1_000_000, reading=20,
)  # fmt: skip
PARAMETERS = Sought("s/parameters", "parameters", "175.0B", 175e9, "Table 2.1")
LAYERS = Sought("s/layers", "layers", "96", 96, "Table 2.1")
SAID = page("Table 2.1: 175 billion parameters, 96 layers")


@pytest.fixture
def web() -> Iterator[Web]:
    with web_of_faults() as running:
        yield running


def source(url: str, *sought: Sought, name: str = "acme/one#paper", title: str = "One Is Enough") -> Source:
    return Source(name, url, title, sought)


def asked(
    *sources: Source, entries: dict[str, Entry] | None = None, today: date = TODAY, limits: Limits = FAST
) -> tuple[dict[str, Entry], dict[str, str]]:
    """Results by source, and why hosts were left."""
    found: dict[str, Entry] = {}
    left: dict[str, str] = {}
    asking = Asking(
        limits,
        allow_private=True,
        resolver=resolver,
        keep=lambda new: found.update({entry.source_id: entry for entry in new}),
        leave=lambda host, sources, why: left.update({s.source_id: why for s in sources}),
    )
    asyncio.run(ask(sources, entries or {}, today, asking))
    return found, left


def verdict(url: str, *sought: Sought, limits: Limits = FAST) -> Entry:
    return asked(source(url, *(sought or (PARAMETERS, LAYERS))), limits=limits)[0]["acme/one#paper"]


# --- verdicts


def test_a_source_that_still_says_it_is_confirmed(web: Web) -> None:
    entry = verdict(web.give("/a", SAID))
    assert (entry.verdict, entry.status, entry.media_type, entry.note) == ("confirmed", 200, "text/html", None)
    assert (entry.sought_count, entry.missing, entry.final_url) == (2, (), None)
    assert entry.text_sha256 is not None and len(entry.text_sha256) == 64
    assert (entry.on, entry.failures) == ("2026-11-25", 0)


@pytest.mark.parametrize(
    ("text", "sought"),
    [
        ("Le modèle compte 175,0 milliards de paramètres.", PARAMETERS),
        ("175.000.000.000 Parameter", PARAMETERS),
        ("It took 21.58 gigawatt-hours.", Sought("s", "training_energy_mwh", "21580 MWh", 21_580)),
        ("It took 21,580 MWh of energy.", Sought("s", "training_energy_mwh", "21.58 GWh", 21_580)),
    ],
)
def test_a_figure_is_found_however_other_languages_and_units_write_it(text: str, sought: Sought) -> None:
    assert is_found(Page.of(text), sought)
    assert not is_found(Page.of(text), dataclasses.replace(sought, value=175e3, printed="x"))


def test_a_page_without_the_figure_is_changed_and_names_the_statements(web: Web) -> None:
    entry = verdict(web.give("/a", page("Table 2.1: 174 billion parameters, 96 layers")))
    assert (entry.verdict, entry.missing, entry.note) == ("changed", ("s/parameters",), "1 of 2 not found")
    assert (entry.sought_count, entry.status, entry.failures) == (2, 200, 1)
    assert verdict(web.give("/b", page("Page not found"))).verdict == "changed"


def test_an_answer_of_200_alone_confirms_nothing(web: Web) -> None:
    blank = source(web.give("/a", page("One may be enough.")))
    found, _ = asked(blank)
    assert (found[blank.source_id].verdict, found[blank.source_id].sought_count) == ("changed", 0)
    titled = source(web.give("/b", page("One is enough. Words.")))
    found, _ = asked(dataclasses.replace(titled, title="One is enough"))
    assert (found[titled.source_id].verdict, found[titled.source_id].sought_count) == ("confirmed", 0)


@pytest.mark.parametrize("front", ["/", "/en/", "/ja"])
@pytest.mark.parametrize("status", [301, 302])
def test_a_title_on_the_front_page_to_which_a_page_leads_is_no_evidence(web: Web, front: str, status: int) -> None:
    web.give(front, page("Example Lab. Try One Is Enough today. 175 billion parameters, 96 layers"))
    url = web.give("/news/one", redirect(front, status))
    entry = asked(source(url))[0]["acme/one#paper"]
    assert (entry.verdict, entry.note) == ("changed", "nothing printed to look for, and it leads to a front page")
    # what is printed is evidence wherever it stands, and so is the title if the front page is cited
    assert verdict(url).verdict == ("moved" if status == 301 else "confirmed")
    assert asked(source(web.url(front)))[0]["acme/one#paper"].verdict == "confirmed"


def test_a_title_on_a_page_that_says_it_is_not_found_is_no_evidence(web: Web) -> None:
    entry = asked(source(web.give("/a", page("Page not found. Sorry, One Is Enough is not here."))))[0][
        "acme/one#paper"
    ]
    assert (entry.verdict, entry.status) == ("changed", 200)


def test_a_source_at_another_address_for_good_has_moved(web: Web) -> None:
    web.give("/new", SAID)
    entry = verdict(web.give("/a", redirect("/new")))
    assert (entry.verdict, entry.final_url, entry.failures) == ("moved", web.url("/new"), 0)
    entry = verdict(web.give("/b", redirect("/new", 302)))
    assert (entry.verdict, entry.final_url) == ("confirmed", web.url("/new"))
    web.give("/c/", SAID)
    assert verdict(web.give("/c", redirect("/c/"))).verdict == "confirmed"
    assert verdict(web.give("/d", redirect("/elsewhere"))).verdict == "gone"
    web.give("/other", page("nothing of the kind"))
    assert verdict(web.give("/e", redirect("/other"))).verdict == "changed"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(pdf("Table 2.1", "175 billion parameters", "96 layers"), "application/pdf"),
     (json.dumps({"parameters": 175e9, "num_layers": 96}).encode(), "application/json"),
     ("パラメータ数1750億、96層".encode("shift_jis"), "text/plain; charset=shift_jis"),
     ("パラメータ数1750億、96層".encode("euc-jp"), "text/plain; charset=euc-jp"),
     ("パラメータ数1750億、96層".encode("utf-16"), "text/plain")],
)  # fmt: skip
def test_figures_are_found_in_every_kind_of_text(web: Web, body: bytes, kind: str) -> None:
    assert verdict(web.give("/a", answer(body, Content_Type=kind))).verdict == "confirmed"
    assert verdict(web.give("/b", answer(body, Content_Type="application/octet-stream"))).verdict == (
        "confirmed" if "charset" not in kind else verdict(web.url("/b")).verdict
    )


@pytest.mark.parametrize(
    ("what", "expected", "note"),
    [(answer("", 404), "gone", "it answers 404"), (answer("", 410), "gone", "it answers 410"),
     (answer("", 500), "unreachable", "it answers 500, 2 times"), (answer("", 429), "unreachable", "it answers 429, 2 times"),
     (answer("", 403), "unreadable", "it answers 403"), (redirect("ftp://a.test/"), "unreadable", "redirected: ftp:"),
     (redirect("http://b.test:1/"), "unreachable", "no connection"), (redirect("/a"), "unreadable", "in a circle"),
     (torn, "unreachable", "broken off"), (silent, "unreachable", "no answer in time"),
     (trickling, "unreachable", "not whole"), (bomb(20), "unreadable", "when unpacked"),
     (answer("x" * 3_000_000), "unreadable", "larger than"), (answer(b"PK\x03\x04"), "unreadable", "zip"),
     (answer(pdf("a", encrypted=True)), "unreadable", "encrypted"), (answer(pdf("a")[:50]), "unreadable", "broken"),
     (answer(""), "unreadable", "empty"), (answer("words " * 200_000), "unreadable", "characters of text"),
     (answer("<html><body><div id=root></div>One moment<script src=a.js></script>"), "unreadable", "scripts"),
     (answer("<html><body><script src=a.js></script>"), "unreadable", "scripts"),
     (in_turn(answer("", 503), SAID), "confirmed", "")],
)  # fmt: skip
def test_each_fault_has_its_verdict(web: Web, what: bytes, expected: str, note: str) -> None:
    entry = verdict(web.give("/a", what), limits=dataclasses.replace(FAST, idle=1.5, total=9))
    assert (entry.verdict, note in (entry.note or "")) == (expected, True), entry
    assert entry.missing == ()
    assert entry.failures == (0 if expected == "confirmed" else 1)
    assert entry.verdict in AUDIT_VERDICTS


def test_robots_txt_and_what_is_no_address_have_verdicts_too(web: Web) -> None:
    web.give("/robots.txt", answer("User-agent: *\nDisallow: /"))
    assert verdict(web.give("/a", SAID)).note == "robots.txt forbids it"
    web.give("/robots.txt", answer("", 500))
    entry = verdict(web.url("/a"))
    assert (entry.verdict, entry.note) == ("unreachable", "robots.txt: it answers 500, 2 times")
    assert web.asked("/a") == []
    for url in ("http://", "http://web.test:99999/", "nothing", "ftp://web.test/"):
        assert verdict(url).verdict == "unreadable", url
    assert verdict("http://nowhere.test/").verdict == "unreachable"


def test_the_whole_text_of_a_frame_is_read_if_the_frame_lacks_it(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    assert documents_of("https://arxiv.org/abs/2005.14165v4")[1:] == ["https://arxiv.org/pdf/2005.14165v4"]
    raw = "https://raw.githubusercontent.com/acme/one/main/docs/a.md"
    assert documents_of("https://github.com/acme/one/blob/main/docs/a.md")[1:] == [raw]
    card = "https://huggingface.co/acme/one/raw/main/README.md"
    assert documents_of("https://huggingface.co/acme/one/blob/main/README.md")[1:] == [card]
    assert len(documents_of("https://example.org/abs/1")) == 1
    at = [dataclasses.replace(LAYERS, location=where) for where in
          ("assets/microsoft.yaml, size", "README, Training", "11B.json, n_ctx; ../../a.json", "README.md", None)]  # fmt: skip
    assert documents_of("https://github.com/acme/one", at)[1:] == [
        "https://raw.githubusercontent.com/acme/one/HEAD/assets/microsoft.yaml",
        "https://raw.githubusercontent.com/acme/one/HEAD/11B.json",
    ]
    assert documents_of("https://huggingface.co/acme/one", at)[2:] == [
        "https://huggingface.co/acme/one/raw/main/11B.json"
    ]
    assert documents_of("https://example.org/acme/one", at)[1:] == []

    monkeypatch.setattr(audit_pages, "documents_of", lambda url, sought: [url, url.replace("/abs", "/pdf")])
    web.give("/pdf", answer(pdf("Table 2.1", "175 billion parameters", "96 layers")))
    entry = verdict(web.give("/abs", page("175 billion parameters")))
    assert (entry.verdict, entry.media_type, entry.note) == ("confirmed", "text/html", f"read at {web.url('/pdf')}")
    assert entry.etag is None
    assert verdict(web.give("/abs", SAID)).note is None
    assert len(web.asked("/pdf")) == 1
    web.give("/pdf", answer("", 500))
    entry = verdict(web.give("/abs", page("175 billion parameters")))
    assert (entry.verdict, entry.missing) == ("unreachable", ())
    web.give("/pdf", answer("", 404))
    assert verdict(web.url("/abs")).missing == ("s/layers",)
    web.give("/pdf", SAID)
    assert verdict(web.give("/abs", answer("", 403))).verdict == "confirmed"
    assert verdict(web.give("/abs", answer("", 404))).verdict == "gone"


# --- one address, several sources; hosts


def test_sources_with_one_address_are_asked_once_and_judged_each(web: Web) -> None:
    url = web.give("/a", SAID)
    one = source(url + "#top", PARAMETERS, name="acme/one#a")
    two = source(url + "#end", dataclasses.replace(LAYERS, printed="95", value=95.0), name="acme/two#b")
    found, _ = asked(one, two)
    assert {name: entry.verdict for name, entry in found.items()} == {
        "acme/one#a": "confirmed",
        "acme/two#b": "changed",
    }
    assert len(web.asked("/a")) == 1


def test_a_host_that_asks_for_a_long_pause_is_left_with_all_its_sources(web: Web) -> None:
    first = source(web.give("/a", answer("", 429, Retry_After=3600)), PARAMETERS, name="m#a")
    second = source(web.give("/b", SAID), PARAMETERS, name="m#b")
    other = source(web.give("/b", SAID, "other.test"), PARAMETERS, name="m#c")
    found, left = asked(first, second, other)
    assert set(found) == {"m#c"}
    assert set(left) == {"m#a", "m#b"}
    assert "asks to wait 3600 seconds" in left["m#a"]
    assert web.asked("/b") == []


def test_a_host_that_has_had_enough_of_us_is_left(web: Web) -> None:
    first = source(web.give("/a", answer("", 429)), PARAMETERS, name="m#a")
    second = source(web.give("/b", SAID), PARAMETERS, name="m#b")
    found, left = asked(first, second)
    assert (found["m#a"].verdict, left) == ("unreachable", {"m#b": "it answers 429"})


def test_a_fault_of_ours_with_one_page_does_not_keep_others_from_being_asked(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = audit_pages.fetch_page

    async def faulty(fetcher: object, robots: object, address: str, extra: object) -> object:
        if address.endswith("/a"):
            raise ZeroDivisionError
        return await real(fetcher, robots, address, extra)

    monkeypatch.setattr(audit_pages, "fetch_page", faulty)
    found, _ = asked(*(source(web.give(path, SAID), PARAMETERS, name=path) for path in ("/a", "/b")))
    assert (found["/a"].note, found["/b"].verdict) == ("it cannot be asked: ZeroDivisionError", "confirmed")


@pytest.mark.parametrize("step", ["documents_of", "_judged"])
def test_whatever_goes_wrong_with_a_source_is_its_verdict(web: Web, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    real, first = getattr(audit_pages, step), []

    def faulty(*given: object) -> object:
        if not first:
            first.append(True)
            raise ZeroDivisionError
        return real(*given)

    monkeypatch.setattr(audit_pages, step, faulty)
    found, left = asked(*(source(web.give(path, SAID), PARAMETERS, name=path) for path in ("/a", "/b")))
    assert (found["/a"].note, found["/b"].verdict, left) == ("it cannot be asked: ZeroDivisionError", "confirmed", {})


@pytest.mark.parametrize("url", ["https://[::1/x", "https://web.test:x/a", "https://xn--a/"])
def test_an_address_that_is_none_is_a_verdict_and_others_are_asked(web: Web, url: str) -> None:
    good = source(web.give("/a", SAID), PARAMETERS, name="m#good")
    found, _ = asked(source(url, PARAMETERS, name="m#bad"), good)
    assert (found["m#bad"].verdict, found["m#good"].verdict) == ("unreadable", "confirmed")


def test_what_cannot_be_kept_ends_the_run(web: Web) -> None:
    def full(entries: object) -> None:
        raise OSError("the disk is full")

    asking = Asking(FAST, allow_private=True, resolver=resolver, keep=full)
    with pytest.raises(OSError, match="the disk is full"):
        asyncio.run(ask([source(web.give("/a", SAID), PARAMETERS)], {}, TODAY, asking))


def test_a_host_gets_only_so_much_time_of_a_run(web: Web) -> None:
    sources = [source(web.give(f"/{n}", SAID), PARAMETERS, name=f"m#{n}") for n in range(5)]
    found, left = asked(*sources, limits=dataclasses.replace(FAST, host_total=0))
    assert len(found) + len(left) == 5
    assert left and "has had its 0 seconds" in left["m#4"]


def test_hosts_and_addresses_are_gathered_in_order() -> None:
    urls = ["https://a.test/1", "https://b.test/", "https://a.test/1#x", "https://A.test:443/2", "http://a.test:8080/"]
    grouped = by_host([source(url, name=str(n)) for n, url in enumerate(urls)])
    assert {host: [[s.source_id for s in page] for page in pages] for host, pages in grouped.items()} == {
        "a.test": [["0", "2"], ["3"]],
        "b.test": [["1"]],
        "a.test:8080": [["4"]],
    }


# --- conditional requests


def test_a_page_that_did_not_change_keeps_its_result(web: Web) -> None:
    async def script(request: object, writer: asyncio.StreamWriter) -> None:
        same = request.headers.get("if-none-match") == '"1"'
        writer.write(answer(b"", 304, Content_Length="") if same else page("96 layers", ETag='"1"'))

    what = source(web.give("/a", script), PARAMETERS, LAYERS)
    before, _ = asked(what)
    again, _ = asked(what, entries=before, today=TODAY + timedelta(days=9))
    old, new = before[what.source_id], again[what.source_id]
    assert (old.verdict, old.status, new.verdict, new.status) == ("changed", 200, "changed", 304)
    assert (new.missing, new.text_sha256, new.etag) == (old.missing, old.text_sha256, '"1"')
    assert (new.on, new.failures) == ("2026-12-04", 2)
    # other statements: what was looked for before says nothing of them
    other = dataclasses.replace(what, sought=(LAYERS,))
    found, _ = asked(other, entries=before)
    assert (found[what.source_id].verdict, found[what.source_id].status) == ("confirmed", 200)
    # nor does a failure
    failed = {what.source_id: dataclasses.replace(old, verdict="unreachable")}
    assert asked(what, entries=failed)[0][what.source_id].status == 200
    # nor does the result of another source of that address
    both, _ = asked(what, source(what.url, LAYERS, name="m#b"), entries=before)
    assert {entry.status for entry in both.values()} == {200}


# --- when a source is due


@given(st.text(min_size=1), st.sampled_from(AUDIT_VERDICTS), st.integers(0, 40))
@settings(deadline=None)
def test_due_days_are_spread_and_failures_come_back_sooner_and_then_ever_later(
    name: str, how: str, failures: int
) -> None:
    days = (next_due(name, how, failures, TODAY) - TODAY).days
    assert days == (next_due(name, how, failures, TODAY) - TODAY).days
    if how in ("confirmed", "moved"):
        assert INTERVAL - 15 <= days <= INTERVAL + 15
    else:
        first = 1 if how == "unreachable" else 7
        assert first <= days <= INTERVAL * 5 / 4
        assert next_due(name, how, 1, TODAY) <= next_due(name, how, max(failures, 1), TODAY) + timedelta(days=1)


def test_good_sources_do_not_all_come_back_on_one_day() -> None:
    days = Counter(next_due(f"acme/one#{n}", "confirmed", 0, TODAY) for n in range(3100))
    assert len(days) == 31
    assert max(days.values()) < 200


def entry(of: Source, due: str, on: str = "2026-01-01", how: str = "confirmed") -> Entry:
    return Entry(of.source_id, of.url, of.wanted, how, on, due, len(of.sought))


def test_never_asked_sources_come_first_and_then_the_longest_due() -> None:
    many = [source(f"https://a.test/{n}", PARAMETERS, name=f"m#{n}") for n in range(6)]
    entries = {many[n].source_id: entry(many[n], due) for n, due in
               ((0, "2026-11-25"), (1, "2026-11-26"), (2, "2026-11-01"), (4, "2026-10-01"))}  # fmt: skip

    def names(limit: int | None, **more: object) -> list[str]:
        return [s.source_id for s in due_sources(many, entries, TODAY, limit, **more)]

    assert names(None) == ["m#3", "m#5", "m#4", "m#2", "m#0"]
    assert names(3) == ["m#3", "m#5", "m#4"]
    assert names(0) == []
    assert names(1, only=("m#1",)) == ["m#1"]
    assert set(names(None, everything=True)) == {s.source_id for s in many}
    # what is recorded otherwise since it was asked was never asked like that
    many[1] = dataclasses.replace(many[1], sought=(LAYERS,))
    assert names(None)[:3] == ["m#1", "m#3", "m#5"]


def test_all_means_what_was_not_asked_today_so_that_it_goes_on_where_it_was_killed() -> None:
    many = [source(f"https://a.test/{n}", PARAMETERS, name=f"m#{n}") for n in range(3)]
    entries = {many[0].source_id: entry(many[0], "2027-01-01", on=TODAY.isoformat())}
    chosen = due_sources(many, entries, TODAY, None, everything=True)
    assert [s.source_id for s in chosen] == ["m#1", "m#2"]


def test_what_shares_an_address_is_asked_along() -> None:
    many = [source(f"https://a.test/{n % 2}#{n}", PARAMETERS, name=f"m#{n}") for n in range(6)]
    assert [s.source_id for s in due_sources(many, {}, TODAY, 1)] == ["m#0", "m#2", "m#4"]


# --- records and table


def test_sources_bring_what_they_print(project: Project, real_ingested: Tables) -> None:
    one, readme, two = sources_of(check(project.root, TODAY).tables)
    assert (one.source_id, one.url) == ("acme/one#paper", "https://one.test/paper")
    assert {(s.field, s.printed, s.value, s.location) for s in one.sought} == {
        ("parameters", "175.0B", 175e9, "Table 2.1"), ("active_parameters", "175 billion", 175e9, "Table 2.1"),
        ("layers", "96", 96.0, "Table 2.1"), ("training_flop", "3.14E+23", 3.14e23, "Table D.1"),
        ("language_shares", "92.6%", 92.6, None), ("parameters", "125M", 125e6, "Table 2.1"),
        ("retrieval", "without retrieval", None, "Section 2"),
    }  # fmt: skip
    assert [s.printed for s in readme.sought] == ["96 layers"]
    assert [(s.printed, s.value) for s in two.sought] == [("7 billion", 7e9), ("1/7", pytest.approx(1 / 7))]
    real = sources_of(real_ingested)
    assert sum(len(s.sought) for s in real) == frame(real_ingested["statements"])["printed"].count()


def test_the_table_is_one_that_a_release_takes() -> None:
    many = [source(f"https://a.test/{n}", PARAMETERS, name=f"m#{n}") for n in range(3)]
    entries = {
        "m#0": dataclasses.replace(entry(many[0], "2027-01-01"), status=200, media_type="text/html", text_sha256="ab"),
        "m#1": dataclasses.replace(entry(many[1], "2027-01-01", how="changed"), missing=("s/b", "s/a"), note="1 of 1"),
        "m#9": entry(source("https://a.test/9", name="m#9"), "2027-01-01"),
    }
    rows = audit_rows(many, entries)
    schema(PRODUCTS["source_audit"]).validate(frame(rows))
    assert rows["source_id"].to_pylist() == ["m#0", "m#1"]
    assert rows["missing_statements"].to_pylist() == [None, ["s/a", "s/b"]]
    schema(PRODUCTS["source_audit"]).validate(frame(audit_rows([], {})))


# --- the journal


def test_the_last_entry_of_a_source_counts_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    one, two = (entry(source("https://a.test/", PARAMETERS, name=name), "2027-01-01") for name in ("m#1", "m#2"))
    assert read_journal(tmp_path) == {}
    append_journal(tmp_path, [one, two])
    newer = dataclasses.replace(one, verdict="changed", missing=("s/a",), note="日本語\nnote")
    append_journal(tmp_path, [newer])
    path = journal_file(tmp_path)
    whole = path.read_bytes()
    assert read_journal(tmp_path) == {"m#1": newer, "m#2": two}
    for cut in range(1, 120):  # wherever a killed run stopped writing
        path.write_bytes(whole[:-cut])
        assert read_journal(tmp_path)["m#2"] == two
        append_journal(tmp_path, [newer])
        assert read_journal(tmp_path) == {"m#1": newer, "m#2": two}
    path.write_bytes(whole + b'{"source_id": "m#3"}\nnull\n[1]\n\xff\xfe\n{"a"')
    assert read_journal(tmp_path) == {"m#1": newer, "m#2": two}


def test_the_journal_does_not_grow_for_ever(tmp_path: Path) -> None:
    one, gone = (entry(source("https://a.test/", name=name), "2027-01-01") for name in ("m#1", "m#gone"))
    append_journal(tmp_path, [gone])
    for _ in range(4):
        append_journal(tmp_path, [one])
    compact_journal(tmp_path, {"m#1": one})
    assert read_journal(tmp_path) == {"m#1": one}
    assert journal_file(tmp_path).read_bytes().count(b"\n") == 1
    append_journal(tmp_path, [one])
    compact_journal(tmp_path, {"m#1": one})
    assert journal_file(tmp_path).read_bytes().count(b"\n") == 2
    assert [path.name for path in journal_file(tmp_path).parent.iterdir()] == ["journal.jsonl"]


# --- reading in another process


def read(body: bytes, *then: bytes, seconds: float = 20, memory: int = 1_500_000_000) -> list[Reading]:
    async def run() -> list[Reading]:
        async with Readers(1, seconds, memory, 50_000_000) as readers:
            return [await readers.read(each, "text/html", [LAYERS], []) for each in (body, *then)]

    return asyncio.run(run())


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read() -> None:
    slow = b"<div>" * 400_000 + b"96 layers"
    hung, fine = read(slow, SAID, seconds=4)
    assert hung.trouble == "it takes more than 4 seconds to read"
    assert fine.found == ("s/layers",)


def test_a_page_that_needs_too_much_memory_is_given_up_and_the_next_is_read() -> None:
    large = b"<p>1</p>" * 3_000_000
    heavy, fine = read(large, SAID, memory=400_000_000)
    assert heavy.trouble is not None
    assert fine.found == ("s/layers",)


def test_a_pdf_that_unpacks_to_more_than_fits_is_given_up_and_the_next_is_read() -> None:
    packer = zlib.compressobj(1)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(60)) + packer.flush()
    heavy, fine = read(pdf(stream=packed), SAID, memory=500_000_000)
    assert heavy.trouble is not None
    assert fine.found == ("s/layers",)
