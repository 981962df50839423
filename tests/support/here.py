"""The command `kiban` run in the process of the tests, for those that ask a Prefect server: its imports take seconds."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, PREFECT_HOME, temporary_settings
from rich.console import Console

from flows.cli.main import main
from support.prefect_servers import Server, events_told

# what a command sets for the rest of its process, and is gone with the test
_VARIABLES = ("DO_NOT_TRACK", "no_proxy", "NO_PROXY")


class Here:
    """Runs commands against a server, and tells what they print."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch, self._capsys = monkeypatch, capsys
        for name in _VARIABLES:
            monkeypatch.setenv(name, os.environ.get(name, ""))
        monkeypatch.setattr(Console, "on_broken_pipe", Console.on_broken_pipe)

    def kiban(self, server: Server, cwd: Path, *words: str, retries: int = 5) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder; its exit code, and what it printed.

        `retries` are those of Prefect's client: a server that is well says 503 while its database is busy.
        """
        home = server.folder / "home-of-tests"
        own = {PREFECT_API_URL: server.api, PREFECT_HOME: home, PREFECT_CLIENT_MAX_RETRIES: retries}
        self._patch.chdir(cwd)
        self._patch.setattr(sys, "argv", ["kiban", *words])
        self._capsys.readouterr()
        try:
            with temporary_settings(own):
                with pytest.raises(SystemExit) as end:
                    main()
                events_told()
        finally:
            gc.enable()
        assert isinstance(end.value.code, int)
        return subprocess.CompletedProcess(["kiban", *words], end.value.code, *self._capsys.readouterr())
