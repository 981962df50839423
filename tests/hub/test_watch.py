"""Watch: the hub is asked politely, what differs is proposed, and one that does not answer stops nobody."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from flows.check import check
from flows.cli import audit as cli_audit
from flows.derive.products import products
from flows.errors import UserError
from flows.hub import client as hub
from flows.hub.client import Answer, hub_endpoint, hub_token, open_hub
from flows.hub.drift import drift
from flows.hub.watch import ask_all, watch
from flows.observed.observations import read_observed
from flows.records.repositories import repositories
from schemas.tables import Tables, frame, frames
from support.hub_server import Hub, described, hub_server, no_repository, sent
from support.project import ONE, TODAY, TWO, Project, make_project
from support.servers import answer, head, hostile_server

SEVEN = 7_000_000_000
TOKEN = "hf_secret0123456789"
LIMITS = replace(hub._LIMITS, backoff=0.01)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with hub_server() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setattr(hub, "_LIMITS", LIMITS)
        yield running


@pytest.fixture
def card(project: Project) -> Project:
    return with_card(project)


_derived: dict[str, Tables] = {}


def derived_once(tables: Tables, as_of: date) -> Tables:
    """What is derived from tables, once from the same: most tests have the same records."""
    told = hashlib.sha256(as_of.isoformat().encode())
    for name in sorted(tables):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, tables[name].schema) as stream:
            stream.write_table(tables[name])
        told.update(sink.getvalue())
    if told.hexdigest() not in _derived:
        _derived[told.hexdigest()] = products(tables, as_of)
    return _derived[told.hexdigest()]


@pytest.fixture(autouse=True)
def deriving_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.hub.watch.products", derived_once)


def tables_of(project: Project) -> dict[str, pl.DataFrame]:
    return frames(derived_once(check(project.root, TODAY).tables, TODAY))


def with_card(project: Project) -> Project:
    """Acme's Two has a card on the hub: 7 billion parameters, for download, Apache 2.0."""
    project.edit(TWO, "https://two.test/card", "https://huggingface.co/acme/two-7b")
    return project


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """Tables of a project in which Two has a card on the hub."""
    return tables_of(with_card(make_project(tmp_path_factory.mktemp("published"))))


def held(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str | None, str]]:
    """Aspects, recorded and observed values of what differs, without writing it."""
    found = repositories(tables)
    answers = ask_all(found["repository"], 60)
    return list(drift(tables, found, found, answers, TODAY).select("drift_aspect", "recorded", "observed").rows())


def seen(project: Project, **more: object) -> list[tuple[str, str | None, str]]:
    rows = watch(project.root, TODAY, project.root, **more)
    return list(rows.select("drift_aspect", "recorded", "observed").rows())


def weighed(total: int, **kinds: int) -> dict[str, object]:
    return {"safetensors": {"parameters": kinds or {"F16": total}, "total": total}}


def test_a_hub_that_says_the_same_gives_no_row(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", **weighed(SEVEN + 10_000_000))
    assert held(published) == []
    assert world.asked == ["acme/two-7b"]
    assert {"gated", "cardData", "safetensors", "lastModified"} <= world.expanded()
    assert "kiban/" in world.heads[0]


@pytest.mark.parametrize(
    ("changed", "row"),
    [
        ({"gated": "auto"}, ("weights", "download", "click-through (gated: auto)")),
        ({"gated": "manual"}, ("weights", "download", "on-request (gated: manual)")),
        ({"cardData": {"license": "mit"}}, ("licence", "apache-2-0", "mit")),
        ({"cardData": {"license": ["mit", "cc-by-4.0"]}}, ("licence", "apache-2-0", "mit, cc-by-4.0")),
        ({"cardData": {"license": "other", "license_name": "own"}}, ("licence", "apache-2-0", "other, own")),
        ({"cardData": None, "tags": ["license:openrail"]}, ("licence", "apache-2-0", "openrail")),
        (weighed(13_000_000_000), ("parameters", "7000000000", "13000000000")),
        ({"lastModified": "2022-06-01T00:00:00.000Z"}, ("last-change", "read on 2022-05-31", "changed on 2022-06-01")),
        ({"id": "acme/two-renamed"}, ("repository", "acme/two-7b", "acme/two-renamed")),
        ({"private": True}, ("repository", "acme/two-7b", "private")),
        ({"disabled": True}, ("repository", "acme/two-7b", "disabled")),
    ],
)
def test_what_differs_is_a_row(
    published: dict[str, pl.DataFrame], world: Hub, changed: dict[str, object], row: tuple[str, str | None, str]
) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", **changed)
    assert held(published) == [row]


@pytest.mark.parametrize(
    "same",
    [
        {"id": "Acme/Two-7B"},
        {"cardData": {"license": "Apache-2.0"}},
        {"cardData": {"license": "apache"}},  # a family agrees with its members
        {"cardData": {}, "tags": []},
        {"cardData": {"license": "unknown"}},
        {"cardData": {"license": [" " * 80 + "mit", 7, None, ""]}},
        {"gated": "manual", "siblings": [{"rfilename": "README.md"}, {"rfilename": "training_args.bin"}]},
        {"lastModified": "2022-05-31T23:59:59.000Z"},
        {"lastModified": None},
        weighed(7_060_000_000),
        weighed(1_000_000_000, I32=900_000_000, F16=100_000_000),  # packed: not a count of parameters
        {"safetensors": {"parameters": {}, "total": 0}},
    ],
)
def test_what_agrees_or_says_nothing_is_no_row(
    published: dict[str, pl.DataFrame], world: Hub, same: dict[str, object]
) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", **same)
    assert held(published) == []


def test_a_figure_agrees_as_it_is_printed(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", **weighed(7_400_000_000))
    assert held(published) == []  # "7 billion" holds 7.4


@pytest.mark.parametrize(
    ("weights", "gated", "observed"),
    [
        ("click-through", "auto", None),
        ("click-through", "manual", "on-request (gated: manual)"),
        ("click-through", False, "download"),
        ("on-request", "manual", None),
        ("on-request", "auto", "click-through (gated: auto)"),
        ("none", False, "download"),
        ("none", "manual", "on-request (gated: manual)"),
    ],
)
def test_weights_are_held_against_the_gate(
    published: dict[str, pl.DataFrame], world: Hub, weights: str, gated: object, observed: str | None
) -> None:
    tables = {**published, "access_periods": published["access_periods"].with_columns(weights=pl.lit(weights))}
    world.knows["acme/two-7b"] = described("acme/two-7b", gated=gated, cardData=None, tags=[])
    assert held(tables) == ([] if observed is None else [("weights", weights, observed)])


def test_a_licence_that_spdx_does_not_list_agrees_with_other(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", cardData={"license": "other"})
    assert held(published) == [("licence", "apache-2-0", "other")]
    licences = published["licences"].with_columns(spdx_id=pl.lit(None, pl.String))
    assert held({**published, "licences": licences}) == []


def test_a_repository_of_a_variant_is_held_against_the_variant(project: Project, world: Hub) -> None:
    project.edit(ONE, "https://one.test/readme", "https://huggingface.co/acme/one-small")
    world.knows["acme/one-small"] = described("acme/one-small", **weighed(125_400_000))
    tables = tables_of(project)
    assert held(tables) == []  # weights of One itself are not out, but this is the small one
    world.knows["acme/one-small"] = described("acme/one-small", **weighed(300_000_000))
    assert held(tables) == [("parameters", "125000000", "300000000")]
    world.knows["acme/one-small"] = described("acme/one-small", **weighed(175_000_000_000))
    assert held(tables) == [("parameters", "125000000", "175000000000")]  # it says that it is the small one


def test_a_repository_is_that_whose_figure_it_has(project: Project, world: Hub) -> None:
    project.edit(ONE, "https://one.test/readme", "https://huggingface.co/acme/uno-it")
    tables = tables_of(project)
    world.knows["acme/uno-it"] = described("acme/uno-it", **weighed(125_400_000))
    assert held(tables) == []
    world.knows["acme/uno-it"] = described("acme/uno-it", **weighed(175_400_000_000))
    assert held(tables) == [("weights", "none", "download")]


def test_a_figure_of_nobody_knows_what_cries_no_wolf(project: Project, world: Hub) -> None:
    project.edit(ONE, "https://one.test/readme", "https://huggingface.co/acme/one-adapter")
    world.knows["acme/one-adapter"] = described("acme/one-adapter", **weighed(4_000_000))
    assert held(tables_of(project)) == [("weights", "none", "download")]


def test_a_row_names_statements_and_a_proposal(card: Project, world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", gated="auto", lastModified="2026-01-01T00:00:00.000Z")
    rows = watch(card.root, TODAY, card.root)
    weights = rows.row(by_predicate=pl.col("drift_aspect") == "weights", named=True)
    assert weights["statement_ids"] == ["acme/two#card/weights@2021-03-02"]
    assert weights["observed_on"] == TODAY and weights["proposal"]
    assert len(rows.row(by_predicate=pl.col("drift_aspect") == "last-change", named=True)["statement_ids"]) > 2


def test_it_is_kept_as_parquet_and_csv(card: Project, world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", cardData={"license": '=HYPERLINK("x")'})
    rows = watch(card.root, TODAY, card.root)
    assert frame(read_observed(card.root, "drift")).equals(rows)
    folder = card.path("build/observations")
    assert sorted(path.name for path in folder.iterdir()) == ["drift.csv", "drift.parquet"]
    assert "'=HYPERLINK" in (folder / "drift.csv").read_text(encoding="utf-8")


FAULTS = {
    "bad gateway": sent({"error": "x"}, 502),
    "internal": sent({"error": TOKEN}, 500),
    "busy": sent({}, 429, Retry_After=99_999_999),
    "busy for a moment": sent({}, 429, Retry_After=0),
    "forbidden": sent({"error": TOKEN}, 403),
    "unauthorised": sent({"error": "Invalid credentials"}, 401),
    "gated description": sent({}, 403, X_Error_Code="GatedRepo"),
    "no JSON": sent(b"<html>" + TOKEN.encode()),
    "no UTF-8": sent(b"\xff\xfe{}"),
    "empty": sent(b""),
    "a list": sent([]),
    "no id": sent({"private": False}),
    "id of another kind": sent({"id": 7}),
    "a blank id": described("acme/two-7b", id=" " * 80 + "x"),
    "odd gate": described("acme/two-7b", gated="perhaps"),
    "odd count": described("acme/two-7b", safetensors={"parameters": {"F16": "many"}, "total": "many"}),
    "negative count": described("acme/two-7b", safetensors={"parameters": {"F16": -1}, "total": -1}),
    "odd files": described("acme/two-7b", siblings=[{"rfilename": 1}]),
    "odd date": described("acme/two-7b", lastModified="yesterday"),
    "odd card": described("acme/two-7b", cardData="mit"),
    "deep": sent(b"[" * 200_000),
    "packed": sent({"id": "acme/two-7b"}, 200, Content_Encoding="gzip"),
    "no HTTP": lambda number: [b"SSH-2.0-hub\r\n"],
    "cut": lambda number: [head(200, Content_Length=100), b"{"],
    "silent": lambda number: [],
    "round and round": sent({}, 307, Location="/api/models/acme/two-7b"),
    "to a file": sent({}, 302, Location="file:///etc/passwd"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_hub_sends_is_told_in_our_words(
    world: Hub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], fault: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    world.knows["acme/two-7b"] = FAULTS[fault]
    with open_hub() as ask:
        given = ask("acme/two-7b")
    assert given == Answer("acme/two-7b", given.trouble) and given.trouble
    assert given.trouble.isprintable() and TOKEN not in given.trouble
    assert capfd.readouterr() == ("", "")


def test_one_that_cannot_be_asked_is_a_row_and_the_others_go_on(card: Project, world: Hub) -> None:
    card.edit(ONE, "https://one.test/readme", "https://huggingface.co/acme/a-uno")
    world.knows["acme/two-7b"] = described("acme/two-7b", gated="auto")
    world.knows["acme/a-uno"] = sent(b"<html>")
    rows = watch(card.root, TODAY, card.root)
    assert rows.select("repository", "drift_aspect").rows() == [
        ("acme/a-uno", "unanswered"),
        ("acme/two-7b", "weights"),
    ]


def test_gone_is_no_trouble(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = no_repository()
    assert held(published) == [("repository", "acme/two-7b", "gone, or not to be seen")]
    world.knows["acme/two-7b"] = sent({}, 403, X_Error_Message="Access to this resource is disabled.")
    assert held(published) == [("repository", "acme/two-7b", "disabled")]


def test_a_renamed_one_is_followed(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = sent({}, 307, Location="/api/models/acme/second")
    world.knows["acme/second"] = described("acme/second", gated="auto")
    assert held(published) == [
        ("repository", "acme/two-7b", "acme/second"),
        ("weights", "download", "click-through (gated: auto)"),
    ]


def test_what_passes_is_asked_again(published: dict[str, pl.DataFrame], world: Hub) -> None:
    good, bad = described("acme/two-7b"), sent({}, 503)
    world.knows["acme/two-7b"] = lambda number: (bad if number < 3 else good)(number)
    assert held(published) == []
    assert len(world.asked) == 3


def test_a_hub_that_wants_to_be_left_alone_is(published: dict[str, pl.DataFrame], world: Hub) -> None:
    world.knows["acme/two-7b"] = sent({}, 429, Retry_After=3600)
    assert held(published) == [("unanswered", None, "the hub answers 429")]
    assert len(world.asked) == 1


def test_what_was_not_there_for_long_is_not_asked_again(published: dict[str, pl.DataFrame], world: Hub) -> None:
    held(published)
    assert len(world.asked) == 1  # 404 does not pass


def test_too_large_and_too_slow_answers_are_cut(world: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(number: int) -> Iterator[bytes]:
        yield head(200, Content_Length=10**6)
        for _ in range(500):
            time.sleep(0.02)
            yield b" "

    def late(number: int) -> Iterator[bytes]:
        time.sleep(1)
        yield b""

    world.knows["acme/large"] = lambda number: [head(200, Content_Length=10**9), *([b" " * 65_536] * 1000)]
    world.knows["acme/slow"] = slowly
    world.knows["acme/late"] = late
    monkeypatch.setattr(hub, "_LIMITS", replace(LIMITS, encoded=100_000))
    with open_hub() as ask:
        assert "larger than 100000 bytes" in str(ask("acme/large").trouble)
    monkeypatch.setattr(hub, "_LIMITS", replace(LIMITS, total=0.1))
    with open_hub() as ask:
        assert ask("acme/slow").trouble == "the hub does not answer (not whole after 0.1 seconds)"
    monkeypatch.setattr(hub, "_LIMITS", replace(LIMITS, idle=0.05))
    with open_hub() as ask:
        assert ask("acme/late").trouble == "the hub does not answer (no answer in time, 3 times)"
    assert world.server.sent < 30_000_000


def test_a_token_goes_to_the_hub_alone(
    world: Hub, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with hostile_server(lambda path, number: answer(b"{}")) as other:
        world.knows["acme/two-7b"] = sent({}, 307, Location=f"{other.url}/api/models/acme/two-7b", X_HF_Warning="a; b")
        with open_hub() as ask:
            assert ask("acme/two-7b").trouble == "the hub redirects to where it is not followed"
        assert other.requests == []
    assert f"authorization: Bearer {TOKEN}" in world.heads[0].replace("Authorization", "authorization")
    assert TOKEN not in "".join(capfd.readouterr())


def test_only_the_token_of_the_environment_is_used(world: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(TOKEN)
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    with open_hub() as ask:
        ask("acme/two-7b")
    assert "authorization" not in world.heads[0].lower()


@pytest.mark.parametrize("token", ["two words", "tön", "new\nline"])
def test_a_token_that_is_none_is_refused_unseen(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(UserError) as refused:
        hub_token()
    assert token not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc",
        "ftp://hub.test",
        "hub.test",
        "https://",
        "https://user:secret@hub.test",
        "http://[::1",
        "https://h/?a",
    ],
)
def test_an_endpoint_that_is_none_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", address)
    with pytest.raises(UserError, match="HF_ENDPOINT") as refused:
        hub_endpoint()
    assert "secret" not in str(refused.value)


def test_a_token_does_not_travel_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with pytest.raises(UserError, match="https"), open_hub():
        pass
    monkeypatch.delenv("HF_TOKEN")
    assert hub_endpoint() == "http://hub.test"


def test_offline_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserError, match="HF_HUB_OFFLINE"), open_hub():
        pass


def test_nobody_answers(published: dict[str, pl.DataFrame], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(hub, "_LIMITS", LIMITS)
    assert held(published) == [("unanswered", None, "the hub does not answer (no connection)")]


PAGES = {
    "https://huggingface.co/acme/two-7b": "acme/two-7b",
    "https://www.huggingface.co/acme/two-7b/": "acme/two-7b",
    "http://HF.co/acme/two-7b?x=1": "acme/two-7b",
    "https://huggingface.co/acme/two-7b/blob/main/README.md": "acme/two-7b",
    "https://huggingface.co/acme/two-7b#licence": "acme/two-7b",
    "https://huggingface.co/datasets/acme/two": None,
    "https://huggingface.co/spaces/acme/two": None,
    "https://huggingface.co/docs/transformers/model_doc/two": None,
    "https://huggingface.co/papers/2203.00555": None,
    "https://huggingface.co/blog/acme": None,
    "https://huggingface.co/collections/acme/two-1": None,
    "https://huggingface.co/transformers/v4.12.5/model_doc/two.html": None,
    "https://huggingface.co/acme": None,
    "https://huggingface.co.evil.test/acme/two-7b": None,
    "https://evil.test/huggingface.co/acme/two-7b": None,
    "https://huggingface.co/../api": None,
    "https://huggingface.co/acme/..%2f..": None,
}


def test_ids_on_the_hub_are_repositories_but_those_of_a_family(published: dict[str, pl.DataFrame]) -> None:
    row = {"model_id": "acme/one", "url": "https://one.test/card", "accessed": TODAY, "scheme": "huggingface"}
    ids = [("acme/One", "exact"), ("acme/one-small", "variant"), ("acme/ones", "family")]
    rows = [row | {"identifier": name, "identifier_relation": relation} for name, relation in ids]
    given = pl.DataFrame(rows, schema=published["identifiers"].schema)
    found = repositories({**published, "identifiers": given}).filter(pl.col("model_id") == "acme/one")
    assert found.select("repository", "accessed").rows() == [("acme/One", None), ("acme/one-small", None)]


def test_repositories_are_read_out_of_addresses(published: dict[str, pl.DataFrame]) -> None:
    for page, repository in PAGES.items():
        is_card = pl.col("source_id") == "acme/two#card"
        sources = published["sources"].with_columns(url=pl.when(is_card).then(pl.lit(page)).otherwise("url"))
        found = repositories({**published, "sources": sources})["repository"].to_list()
        assert found == [name for name in [repository] if name], page


def test_the_repository_of_another_model_is_not_ours(project: Project) -> None:
    project.edit(TWO, "https://two.test/card", "https://huggingface.co/acme/One-175B")
    assert repositories(tables_of(project)).height == 0


def test_where_there_are_cards_other_owners_do_not_count(card: Project) -> None:
    card.append(
        TWO,
        """
[[sources]]
key      = "config"
kind     = "code"
title    = "Two: config"
url      = "https://huggingface.co/somebody/two-demo/blob/main/config.json"
accessed = 2022-05-31

[sources.states]
layers = { value = 9, printed = "9" }
""",
    )
    assert repositories(tables_of(card))["repository"].to_list() == ["acme/two-7b"]


def test_a_page_of_one_commit_does_not_change(card: Project, world: Hub) -> None:
    card.edit(TWO, "huggingface.co/acme/two-7b", "huggingface.co/acme/two-7b/blob/0123456789abcdef/README.md")
    world.knows["acme/two-7b"] = described("acme/two-7b", lastModified="2026-01-01T00:00:00.000Z")
    assert seen(card) == []


def test_models_and_limit_choose_whom_to_ask(card: Project, world: Hub) -> None:
    card.edit(ONE, "https://one.test/readme", "https://huggingface.co/acme/uno")
    card.edit(
        ONE,
        'published = 2020-05-28\naccessed  = 2022-05-31\n\n[sources.states]\nlayers    = { value = 96, printed = "96 layers" }',
        'published = 2020-05-28\naccessed  = 2022-05-30\n\n[sources.states]\nlayers    = { value = 96, printed = "96 layers" }',
    )
    seen(card, limit=1)
    assert world.asked == ["acme/uno"]  # read a day before the other
    seen(card, models=["acme/two"])
    assert world.asked == ["acme/uno", "acme/two-7b"]
    assert seen(card, limit=0) and len(world.asked) == 2
    with pytest.raises(UserError, match="acme/twoo; did you mean `acme/two`"):
        watch(card.root, TODAY, card.root, models=["acme/twoo"])


def test_a_model_without_a_repository_is_told(card: Project, world: Hub) -> None:
    with pytest.raises(UserError, match="no source of acme/one is a repository"):
        watch(card.root, TODAY, card.root, models=["acme/two", "acme/one"])
    assert world.asked == []


def test_what_was_found_stays_until_the_hub_answers_again(card: Project, world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", gated="auto")
    before = seen(card)
    assert seen(card, limit=0) == before
    world.knows["acme/two-7b"] = sent({}, 500)
    assert seen(card) == [("unanswered", None, "the hub answers 500"), *before]
    assert seen(card) == [("unanswered", None, "the hub answers 500"), *before]
    world.knows["acme/two-7b"] = described("acme/two-7b")
    assert seen(card) == []


def test_what_was_found_of_a_source_that_is_gone_goes_too(card: Project, world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", gated="auto")
    assert seen(card)
    card.edit(TWO, "https://huggingface.co/acme/two-7b", "https://two.test/card")
    assert seen(card) == []


def test_after_its_time_it_asks_nobody_else(card: Project, world: Hub) -> None:
    (row,) = seen(card, seconds=0)
    assert row[0] == "unanswered" and "not asked" in row[2]
    assert world.asked == []


def test_records_with_errors_are_not_held(card: Project, world: Hub) -> None:
    card.edit(TWO, 'name          = "Two"', "name          = 2")
    with pytest.raises(UserError, match="the hub was not asked"):
        watch(card.root, TODAY, card.root)
    assert world.asked == [] and not card.path("build").exists()


def test_a_file_that_is_not_ours_is_told(card: Project, world: Hub) -> None:
    card.write("build/observations/drift.parquet", b"PAR1 but not really")
    with pytest.raises(UserError, match="delete it"):
        watch(card.root, TODAY, card.root)
    pl.DataFrame({"model_id": ["x"]}).write_parquet(card.path("build/observations/drift.parquet"))
    with pytest.raises(UserError, match="other columns"):
        watch(card.root, TODAY, card.root)


def test_records_are_never_changed(card: Project, world: Hub) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", gated="auto")
    before = {path: path.read_bytes() for path in card.path("raw").rglob("*.toml")}
    seen(card)
    assert before == {path: path.read_bytes() for path in card.path("raw").rglob("*.toml")}


def test_what_is_not_to_be_seen_is_gone_and_a_bad_token_is_trouble(world: Hub) -> None:
    world.knows["acme/two-7b"] = sent({}, 401, X_Error_Message="Invalid username or password.")
    with open_hub() as ask:
        assert ask("acme/two-7b") == Answer("acme/two-7b", state="gone")
    world.knows["acme/two-7b"] = sent({}, 401, X_Error_Message="Invalid credentials in Authorization header")
    with open_hub() as ask:
        assert ask("acme/two-7b").trouble == "the hub answers 401; look at HF_TOKEN"


def test_the_hub_is_asked_through_the_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with hostile_server(lambda path, number: [b"".join(described("acme/two-7b", gated="auto")(number))]) as proxy:
        for name in ("NO_PROXY", "no_proxy", "http_proxy"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("HTTP_PROXY", proxy.url.replace("http://", "http://me:secret@"))
        monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")
        with open_hub() as ask:
            assert ask("acme/two-7b").gated == "auto"
        assert proxy.requests[0].startswith("GET http://hub.test/api/models/acme/two-7b?")
        assert "proxy-authorization: basic" in proxy.requests[0].lower()
        monkeypatch.setenv("NO_PROXY", "hub.test")
        monkeypatch.setattr(hub, "_LIMITS", replace(LIMITS, attempts=1))
        with open_hub() as ask:
            assert "no connection" in str(ask("acme/two-7b").trouble)
        assert len(proxy.requests) == 1


def test_the_command_prints_proposals(
    card: Project, world: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    world.knows["acme/two-7b"] = described("acme/two-7b", cardData={"license": "[red]\x1b[31mmit[/red]"})
    assert cli_audit.watch_command(root=card.root, model=["acme/two"]) == 0
    out = capsys.readouterr().out
    assert "acme/two  acme/two-7b  licence: apache-2-0 -> [red]�[31mmit[/red]" in out
    assert "1 proposal: licence 1" in out
    with pytest.raises(UserError, match="limit"):
        cli_audit.watch_command(root=card.root, limit=-1)
