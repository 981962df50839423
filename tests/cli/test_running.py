"""The operator's own Prefect settings come first; without any, nothing is sent home."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

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
