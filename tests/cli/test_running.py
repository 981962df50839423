"""The operator's own Prefect settings come first; without any, nothing is sent home."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.request import proxy_bypass

import pytest
from httpx import ConnectError
from prefect.context import root_settings_context
from prefect.states import Failed

from flows.cli.running import failed, server_errors_told, spare_loopback, under_prefect
from flows.errors import UserError

if TYPE_CHECKING:  # whoever asks first for `State[None]` is its module to pickle, and a Dask worker has no tests
    from prefect.client.schemas.objects import State

# One process, for it takes seconds to import Prefect; for each case it reads the settings as at a start of its own.
PROGRAM = """
import json, os, sys
from flows.cli.running import prefect_defaults
from prefect.context import root_settings_context
from prefect.settings import get_current_settings

answers = {}
for name, environment in json.loads(sys.argv[1]).items():
    os.environ.update(environment)
    with root_settings_context(), prefect_defaults():
        variables = get_current_settings().to_environment_variables(exclude_unset=True)
        own, servers = get_current_settings().server.analytics_enabled, variables["PREFECT_SERVER_ANALYTICS_ENABLED"]
        answers[name] = [str(own), servers, variables["PREFECT_HOME"]]
    for variable in environment:
        del os.environ[variable]
print(json.dumps(answers))
"""

PROFILE = 'active = "mine"\n\n[profiles.mine]\nPREFECT_SERVER_ANALYTICS_ENABLED = "true"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(scope="module")
def analytics(folder: Path) -> dict[str, str]:
    """Whether analytics are on, in this process and in the temporary server that is given its settings, by case."""
    homes = {"none": "none", "parent missing": "not/there", "profile": "profile", "environment": "environment"}
    cases = {name: {"PREFECT_HOME": str(folder / home)} for name, home in homes.items()}
    cases["environment"]["PREFECT_SERVER_ANALYTICS_ENABLED"] = "true"
    (folder / "profile").mkdir()
    (folder / "profile" / "profiles.toml").write_text(PROFILE)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, json.dumps(cases)],
        env={**kept, "PREFECT_HOME": str(folder / "own")},
        capture_output=True,
        text=True,
        check=True,
    )
    answers = json.loads(done.stdout)
    assert {name: answer[2] for name, answer in answers.items()} == {n: c["PREFECT_HOME"] for n, c in cases.items()}
    assert all(own == servers for own, servers, _ in answers.values())
    return {name: own for name, (own, _, _) in answers.items()}


def test_nothing_is_sent_home_by_default(analytics: dict[str, str]) -> None:
    assert analytics["none"] == "False"


def test_a_home_whose_parent_is_missing_is_made(analytics: dict[str, str], folder: Path) -> None:
    assert analytics["parent missing"] == "False"
    assert (folder / "not" / "there").is_dir()


def test_the_operators_profile_is_respected(analytics: dict[str, str]) -> None:
    assert analytics["profile"] == "True"


def test_the_operators_environment_is_respected(analytics: dict[str, str]) -> None:
    assert analytics["environment"] == "True"


@pytest.mark.parametrize(
    ("given", "spared"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": "example.org"}, "example.org,127.0.0.1,localhost,::1"),
        ({"no_proxy": "a, localhost", "NO_PROXY": "b"}, "a,localhost,127.0.0.1,::1"),
    ],
)
def test_no_proxy_is_asked_for_this_machine(
    given: dict[str, str], spared: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, given.get(name, ""))
    spare_loopback()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert (os.environ["no_proxy"], os.environ["NO_PROXY"]) == (spared, spared)
    assert proxy_bypass("127.0.0.1")
    assert not proxy_bypass("prefect.test")


def test_a_server_behind_a_proxy_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@127.0.0.1:9")
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.example.org:4200/api")
    with (
        root_settings_context(),
        pytest.raises(UserError, match=r"set NO_PROXY=prefect\.example\.org$") as caught,
        server_errors_told(),
    ):
        raise RuntimeError("Failed to reach API")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (Failed(message="Task run failed: All connection attempts failed"), "cannot be reached any more"),
        (Failed(message="x", data=ConnectError("refused")), "cannot be reached any more"),
        (Failed(message="not published: 1 error"), "not published: 1 error"),
        (Failed(message="all connection attempts failed", data=ValueError("of a store")), "all connection attempts"),
    ],
    ids=["crashed", "asking the server", "the flow", "another's connection"],
)
def test_of_a_server_that_went_away_it_is_said_that_it_did(
    state: "State[None]", says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failed(state, Event())
    assert says in " ".join(capsys.readouterr().err.split())


def test_while_a_temporary_server_starts_something_else_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, done = Event(), []

    def start(**_: object) -> None:
        begun.set()
        raise RuntimeError("ephemeral server exited")

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("prefect.client.orchestration.get_client", start)
    with (
        root_settings_context(),
        pytest.raises(UserError, match="temporary Prefect server did not start"),
        under_prefect(Path("/nowhere"), lambda: done.append(begun.wait(60))),
    ):
        done.append(False)
    assert done == [True]


def test_of_ones_own_server_none_is_started_and_nothing_awaited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://prefect.test:4200/api")
    monkeypatch.setattr("prefect.client.orchestration.get_client", None)
    done: list[str] = []
    with root_settings_context(), under_prefect(Path("/nowhere"), lambda: done.append("meanwhile")):
        done.append("flow")
    assert done == ["flow"]
