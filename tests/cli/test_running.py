"""The operator's own Prefect settings come first; without any, nothing is sent home."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
from flows.cli.running import prefect_defaults
with prefect_defaults():
    from prefect.settings import get_current_settings
    print(get_current_settings().server.analytics_enabled)
    print(get_current_settings().to_environment_variables(exclude_unset=True).get("PREFECT_SERVER_ANALYTICS_ENABLED"))
"""


def analytics(home: Path, **environment: str) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM],
        env={**kept, "PREFECT_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    own, servers = done.stdout.split()  # the temporary server is given these settings as its environment
    assert own == servers
    return own


def test_nothing_is_sent_home_by_default(tmp_path: Path) -> None:
    assert analytics(tmp_path) == "False"


def test_a_home_whose_parent_is_missing_is_made(tmp_path: Path) -> None:
    assert analytics(tmp_path / "not" / "there") == "False"
    assert (tmp_path / "not" / "there").is_dir()


def test_the_operators_profile_is_respected(tmp_path: Path) -> None:
    profile = 'active = "mine"\n\n[profiles.mine]\nPREFECT_SERVER_ANALYTICS_ENABLED = "true"\n'
    (tmp_path / "profiles.toml").write_text(profile)
    assert analytics(tmp_path) == "True"


def test_the_operators_environment_is_respected(tmp_path: Path) -> None:
    assert analytics(tmp_path, PREFECT_SERVER_ANALYTICS_ENABLED="true") == "True"
