"""The hub, asked by ourselves: a crawl that fails or is ended publishes nothing and goes on; what came of it is told."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from flows import hub_refresh
from flows.hub import crawl
from flows.operations.status import HUB_STATUS, read_status
from support.here import Here
from support.hub_lists import Asked, HubList, hub_list, listed
from support.prefect_servers import Server
from support.project import Project
from support.servers import answer

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("prefect")]

#: what the hub says of one of them
FULL = {
    "gated": "manual",
    "pipeline_tag": "text-generation",
    "config": {"model_type": "qwen3_moe", "architectures": ["Qwen3MoeForCausalLM"]},
    "safetensors": {"parameters": {"BF16": 7_000}, "total": 7_000},
    "baseModels": {"relation": "finetune", "models": [{"_id": "1", "id": "owner-1/1"}]},
}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubList]:
    """A hub of twenty models, three a page, and a task for two pages."""
    models = [listed(f"owner-{n % 4}/{n}", f"2024-05-{n + 1:02}T00:00:00.000Z") for n in range(20)]
    models[7] |= FULL
    with hub_list(*models) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.server.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        monkeypatch.setattr(crawl, "LIMITS", replace(crawl.LIMITS, pause=0, backoff=0.01))
        monkeypatch.setattr(hub_refresh, "PAGES", 2)
        monkeypatch.setattr(hub_refresh.ask_for_pages, "retry_delay_seconds", [0])
        monkeypatch.setattr(hub_refresh.ask_for_pages, "retries", 1)
        yield running


def today() -> date:
    return datetime.now(UTC).date()


def a_day_later(folder: Path) -> None:
    """Have the newest release be of the day before, as a week later it would be."""
    index = folder / "releases.json"
    before = (today() - timedelta(days=1)).isoformat()
    index.write_text(index.read_text().replace(f'"as_of": "{today()}"', f'"as_of": "{before}"'))


def test_a_crawl_is_published_kept_on_failure_and_no_second_one_made_of_what_did_not_change(
    hub: HubList, here: Here, prefect_process: Server, project: Project
) -> None:
    def run() -> tuple[int, str]:
        done = here.kiban(prefect_process, project.root, "hub", "--crawl")
        return done.returncode, done.stdout + done.stderr

    build = project.root / "build"
    store = build / "releases" / "hub"

    def ends(asked: Asked) -> Iterable[bytes] | None:
        return answer(b"", 403) if asked.number in (4, 5, 6) else None

    hub.otherwise = ends  # on the first try, the second, and for the next run once more
    code, words = run()
    assert code == 1
    assert "ask for pages: http" in words
    assert "page 4, after 9 models: the hub answers 403" in words
    assert not store.exists()
    assert read_status(project.root, HUB_STATUS)["state"] == "failed"
    code, words = run()
    assert code == 0, words
    version = f"{today().year}.{today().month}.{today().day}"
    assert f"published {version} in" in words
    asked = [asked.cursor for asked in hub.asked]
    assert (len(asked), len(set(asked))) == (10, 7)  # one page three times more
    models = f"'{store}/{version}/hub_models-*.parquet'"
    ids = duckdb.sql(f"select hub_id from {models}").fetchall()
    assert sorted(str(name) for (name,) in ids) == sorted(str(model["id"]) for model in hub.models)
    said = "gated, parameters, routing, architecture, modalities_out, licence, created_on::varchar"
    full = ("manual", 7000, "mixture-of-experts", "Qwen3MoeForCausalLM", ["text"], "apache-2-0", "2024-05-08")
    assert duckdb.sql(f"select {said} from {models} where hub_id = 'owner-3/7'").fetchall() == [full]
    relations = f"'{store}/{version}/hub_relations-*.parquet'"
    assert duckdb.sql(f"from {relations}").fetchall() == [("owner-3/7", "finetune", "owner-1/1")]
    status = read_status(project.root, HUB_STATUS)
    assert (status["state"], status["latest"]) == ("ok", version)

    assert run()[0] == 0  # of the same day: nobody is asked
    assert len(hub.asked) == 10

    a_day_later(store)
    code, words = run()
    assert (code, len(hub.asked)) == (0, 17)
    assert "nothing changed; no release was made" in words

    hub.models = hub.models[:17]
    code, words = run()
    assert code == 1
    assert "the hub's list ends after 17 models, and the last release has 20" in words

    assert [entry["version"] for entry in json.loads((store / "releases.json").read_text())["releases"]] == [version]


@pytest.mark.parametrize(
    ("words", "remedy"),
    [
        (["--crawl", "models.parquet"], "leave out SNAPSHOT"),
        (["--crawl", "--layout", "hub-stats"], "leave out SNAPSHOT"),
        ([], "or --crawl to ask the hub itself"),
        (["models.parquet"], "there is no Parquet file"),
    ],
    ids=["both", "layout", "neither", "no-file"],
)
def test_it_is_said_once_what_the_release_is_to_be_made_from(
    words: list[str], remedy: str, here: Here, prefect_process: Server, project: Project
) -> None:
    done = here.kiban(prefect_process, project.root, "hub", *words)
    assert done.returncode == 2
    assert remedy in done.stderr
