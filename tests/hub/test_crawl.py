"""A crawl of the hub's list: whole, taken up where it was, polite, and not led astray by what the hub sends."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from queue import SimpleQueue

import duckdb
import pytest

from flows.errors import UserError
from flows.hub import crawl
from flows.hub.crawl import KEPT, ask_pages, begin, mark_published, standing
from flows.hub.listing import ListError
from support.hub_lists import Asked, HubList, hub_list, listed
from support.project import REPOSITORY
from support.servers import answer

DAY = date(2026, 11, 20)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubList]:
    """A hub of ten models, three a page."""
    models = [listed(f"owner/{n}", f"2024-05-0{n % 7 + 1}T00:00:00.000Z") for n in range(10)]
    with hub_list(*models) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.server.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setattr(crawl, "LIMITS", replace(crawl.LIMITS, pause=0, backoff=0.01, encoded=100_000))
        yield running


@pytest.fixture
def folder(hub: HubList, tmp_path: Path) -> Path:
    """Where a crawl has begun."""
    begin(tmp_path / "crawl", DAY)
    return tmp_path / "crawl"


def ids(folder: Path) -> list[str]:
    return [str(name) for (name,) in duckdb.sql(f"select id from '{folder}/*.parquet'").fetchall()]


def names(hub: HubList) -> list[str]:
    return [str(model["id"]) for model in hub.models]


def test_a_crawl_has_every_model_once_and_asks_for_no_text_of_a_card(hub: HubList, folder: Path) -> None:
    hub.models += [
        listed("acme/secret", private=True),
        listed(
            "acme/two",
            "2025-01-01T00:00:00.000Z",
            gated="manual",
            config={"model_type": "qwen3_moe", "architectures": ["Q"], "tokenizer_config": {"chat_template": "evil"}},
            gguf={"total": 7, "architecture": "qwen3moe", "chat_template": "evil"},
            safetensors={"parameters": {"BF16": 7, "Q9": 1}, "total": 8},
            baseModels={"relation": "finetune", "models": [{"_id": "1", "id": "owner/1"}]},
            pipeline_tag="text-generation",
            cardData={"extra": "evil"},
        ),
    ]
    done = ask_pages(folder, 100)
    assert done.is_whole
    assert (done.models, done.left_out) == (11, 0)
    assert sorted(ids(folder)) == sorted({*names(hub)} - {"acme/secret"})
    assert "cardData" not in hub.asked[0].expand
    found = duckdb.sql(f"from '{folder}/*.parquet' where id = 'acme/two'").df().to_dict("records")[0]
    assert "evil" not in str(found)
    assert found["safetensors"]["parameters"]["BF16"] == 7
    assert found["safetensors"]["total"] == 8
    assert found["baseModels"]["models"] == [{"id": "owner/1"}]
    assert (found["gated"], json.loads(found["config"])["model_type"]) == ("manual", "qwen3_moe")


def test_a_crawl_that_was_killed_asks_for_no_page_twice(
    hub: HubList, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask_pages(folder, 1).pages == 1

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(crawl, "write_whole", kill)
        with pytest.raises(KeyboardInterrupt):
            ask_pages(folder, 1)
    kept = standing(folder)
    assert begin(folder, DAY + timedelta(days=1)) == DAY
    assert ask_pages(folder, 100).is_whole
    assert sorted(ids(folder)) == sorted(names(hub))
    asked = [asked.cursor for asked in hub.asked]
    assert len(asked) - 1 == len(set(asked))  # but for the one whose answer was lost
    assert asked[2] == asked[1] == kept.cursor
    ask_pages(folder, 100)  # and nothing at all once it is whole
    assert len(hub.asked) == len(asked)


_ALONE = """
import sys
from dataclasses import replace
from pathlib import Path
from flows.hub import crawl
crawl.LIMITS = replace(crawl.LIMITS, pause=0)
crawl.ask_pages(Path(sys.argv[1]), 100)
"""


def test_a_crawl_whose_process_is_killed_in_the_middle_of_an_answer_goes_on_from_that_page(
    hub: HubList, folder: Path
) -> None:
    running: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def half(asked: Asked) -> Iterator[bytes]:
        whole = b"".join(hub.page(asked))
        yield whole[: len(whole) // 2]
        running.get().kill()

    hub.otherwise = lambda asked: half(asked) if asked.number == 3 else None
    with subprocess.Popen([sys.executable, "-c", _ALONE, str(folder)], cwd=REPOSITORY) as process:
        running.put(process)
        assert process.wait(120) == -signal.SIGKILL
    assert (standing(folder).pages, standing(folder).is_whole) == (2, False)
    assert begin(folder, DAY) == DAY
    assert ask_pages(folder, 100).is_whole
    assert sorted(ids(folder)) == sorted(names(hub))
    asked = [asked.cursor for asked in hub.asked]
    assert asked[2] == asked[3]
    assert len(asked) - 1 == len(set(asked))


def test_a_model_that_gets_another_name_meanwhile_moves_no_other_to_another_page(hub: HubList, folder: Path) -> None:
    ask_pages(folder, 2)
    first = ids(folder)[0]
    hub.models[names(hub).index(first)]["id"] = "other/name"
    hub.models.append(listed("owner/new", "2025-01-01T00:00:00.000Z"))
    ask_pages(folder, 100)
    assert sorted(ids(folder)) == sorted({*names(hub), first} - {"other/name", "owner/new"})


@pytest.mark.parametrize("headers", [{"Retry_After": "0"}, {"RateLimit": '"api";r=0;t=0'}])
def test_a_hub_that_asks_to_wait_is_waited_for(hub: HubList, folder: Path, headers: dict[str, str]) -> None:
    hub.otherwise = lambda asked: answer(b"slow down", 429, **headers) if asked.number == 2 else None
    assert ask_pages(folder, 100).models == 10
    assert hub.asked[1] == replace(hub.asked[2], number=2)


def test_one_that_asks_for_longer_fails_the_crawl_and_keeps_it(hub: HubList, folder: Path) -> None:
    hub.otherwise = lambda asked: answer(b"", 429, Retry_After="4000") if asked.number == 3 else None
    with pytest.raises(
        ListError, match=r"page 3, after 6 models: .* asks to wait 4000 seconds; what was read is kept in"
    ):
        ask_pages(folder, 100)
    assert ask_pages(folder, 100).models == 10


DEEP = listed("owner/deep", "2024-05-01T12:00:00.000Z", config={"x": json.loads("[" * 300 + "]" * 300)})
LARGE = listed("owner/large", "2024-05-01T12:00:00.000Z", tags=["x" * 60_000] * 2)


@pytest.mark.parametrize(
    ("hostile", "left_out"),
    [
        (DEEP, 1),
        (listed("owner/half", "2024-05-01T12:00:00.000Z", tags=["\ud800"]), 1),
        (listed("<script>", "2024-05-01T12:00:00.000Z"), 1),
        (listed("owner/when", "2024-05-01T12:00:00.000Z") | {"createdAt": "2024-05"}, 1),
        (listed("owner/types", "2024-05-01T12:00:00.000Z", tags={"a": 1}, likes="many", config=[], gguf=3), 0),
        (listed("owner/huge", "2024-05-01T12:00:00.000Z", downloads=10**40, safetensors={"total": -1}), 0),
    ],
    ids=["deep", "half-a-character", "no-name", "no-time", "types", "numbers"],
)
def test_a_hostile_model_costs_no_other_one(
    hub: HubList, folder: Path, hostile: dict[str, object], left_out: int
) -> None:
    harmless = names(hub)
    hub.models.append(hostile)
    done = ask_pages(folder, 100)
    assert (done.models, done.left_out) == (11 - left_out, left_out)
    assert set(harmless) <= set(ids(folder))


def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones_and_one_model_that_is_fails(
    hub: HubList, folder: Path
) -> None:
    hub.models += [listed(f"owner/large-{n}", "2024-05-01T12:00:00.000Z", tags=["x" * 40_000]) for n in range(3)]
    assert ask_pages(folder, 100).models == 13
    hub.models.append(LARGE)
    begin(folder, DAY + KEPT + timedelta(days=1))
    with pytest.raises(ListError, match=r"the answer is larger than 100000 bytes; what was read is kept"):
        ask_pages(folder, 100)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (answer(b"<html>", 200), "no list of models"),
        (answer(b"[[[[", 200), "no list of models"),
        (answer(b'[{"name": "x"}]', 200), "what is no models"),
        (answer(b"[]", 200, Link='<http://x.test/?cursor=1>; rel="next"'), "an empty page"),
        (answer(b'[{"id": "a/b", "createdAt": "2024-01-01T00:00:00Z"}]', 200, Link='<:>; rel="next"'), "cannot be asked"),
        (answer(b"", 401), "look at HF_TOKEN"),
        (answer(b"", 302, Location="http://elsewhere.test/"), "not followed"),
    ],
    ids=["html", "torn", "no-models", "empty", "no-cursor", "401", "elsewhere"],
)  # fmt: skip
def test_what_is_no_page_fails_the_crawl_with_the_place_and_what_to_do(
    hub: HubList, folder: Path, said: list[bytes], reason: str
) -> None:
    def broken(asked: Asked) -> Iterable[bytes] | None:
        return said if asked.cursor and len(hub.asked) < 9 else None

    hub.otherwise = broken
    with pytest.raises(ListError, match=rf"/api/models, page 2, after 3 models: .*{reason}.*; what was read is kept"):
        ask_pages(folder, 100)
    assert standing(folder).pages == 1
    hub.otherwise = lambda _: None
    assert ask_pages(folder, 100).models == 10


def test_a_list_without_end_is_not_believed(hub: HubList, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crawl, "MOST_MODELS", 8)
    with pytest.raises(ListError, match="no end: more than 8 models"):
        ask_pages(folder, 100)
    monkeypatch.undo()
    first = Asked(0, None, 3, frozenset())
    again = hub.page(first)
    hub.otherwise = lambda _: again
    monkeypatch.setenv("HF_ENDPOINT", hub.server.url)
    begin(folder, DAY + KEPT + timedelta(days=1))
    with pytest.raises(ListError, match="the same page again and again"):
        ask_pages(folder, 100)


def test_a_crawl_begins_anew_when_it_is_old_published_or_of_another_hub(
    hub: HubList, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_pages(folder, 1)
    assert begin(folder, DAY + KEPT) == DAY
    mark_published(folder)
    assert begin(folder, DAY + KEPT) == DAY + KEPT
    assert standing(folder).pages == 0
    ask_pages(folder, 1)
    monkeypatch.setenv("HF_ENDPOINT", "https://other.test")
    assert begin(folder, DAY + KEPT) == DAY + KEPT
    assert standing(folder).pages == 0
    (folder / "0000001.parquet").write_bytes(b"no Parquet")
    with pytest.raises(UserError, match="it is no page of a crawl; remove"):
        standing(folder)
