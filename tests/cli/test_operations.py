"""What operators give is refused before a run begins, and before a server keeps it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.cli.operations import Options, status_command
from flows.errors import UserError
from flows.operations.status import HUB_STATUS, Outcome, write_status
from support.project import make_project


@pytest.mark.parametrize(
    "given",
    [
        {"remote": "https://user:secret@example.org/r.git"},
        {"remote": "https://example.org/r.git?private_token=secret"},
        {"public": "https://user:secret@example.org/kiban"},
        {"public": "https://example.org/kiban?signature=secret"},
        {"to": "s3://key:secret@bucket/kiban"},
        {"to": "s3://bucket/kiban?token=secret"},
        {"to": "https://user:secret@example.org/kiban"},
    ],
    ids=str,
)
def test_no_secret_becomes_a_parameter_of_a_run_or_a_word_of_a_message(given: dict[str, str], tmp_path: Path) -> None:
    root = make_project(tmp_path / "project").root
    with pytest.raises(UserError) as caught:
        Options(**given, root=root).parameters()
    assert "secret" not in str(caught.value)


def test_the_status_of_the_hub_layer_is_told_beside_that_of_the_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, now = make_project(tmp_path / "project").root, datetime.now(UTC)
    with pytest.raises(UserError, match="no refresh has told of itself yet"):
        status_command(root=root)
    write_status(root, Outcome(False, "ask for pages", "the hub answers 403"), now, None, "UTC", HUB_STATUS)
    write_status(root, Outcome(True, "publish release", "published", "2026.11.0"), now, None, "UTC")
    assert status_command(root=root) == 1
    assert "hub state       failed" in capsys.readouterr().out
    status_command(format="json", root=root)
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["hub"]["state"]) == ("ok", "failed")
