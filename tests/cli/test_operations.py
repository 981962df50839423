"""What operators give is refused before a run begins, and before a server keeps it."""

from pathlib import Path

import pytest

from flows.cli.operations import Options
from flows.errors import UserError
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
