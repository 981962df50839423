"""The pages: every command is in README, and what pages name (commands, options, files) is there."""

import re
import shlex

import pytest

from flows.cli.main import app
from support.project import REPOSITORY

PAGES = {
    name: (REPOSITORY / name).read_text() for name in ("README.md", "OPERATING.md", "CONTRIBUTING.md", "DESIGN.md")
}
COMMANDS = sorted(name for name in app if not name.startswith("-"))


def told(page: str) -> list[list[str]]:
    """The commands of `kiban` in the shell blocks of a page."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGES[page], re.DOTALL)
    lines = [part for block in blocks for line in block.splitlines() for part in line.split("&&")]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.strip().startswith("kiban ")]


@pytest.mark.parametrize("page", ["README.md", "OPERATING.md"])
def test_the_commands_of_the_pages_can_be_understood(page: str) -> None:
    commands = told(page)
    assert len(commands) > 4
    for command in commands:
        app.parse_args(command, exit_on_error=False, print_error=False)  # raises if an option is unknown


def test_the_table_of_the_readme_has_every_command_and_no_other() -> None:
    rows = re.findall(r"^\| (`kiban .+?) \|", PAGES["README.md"], re.MULTILINE)
    named = [name.removeprefix("kiban ").split()[0] for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert sorted(named) == COMMANDS


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_a_page_names_is_one_of_a_command(page: str) -> None:
    collections = (app[command].assemble_argument_collection() for command in COMMANDS)
    options = {"--help"} | {name for arguments in collections for argument in arguments for name in argument.names}
    named = set(re.findall(r"`(--[a-z-]+)", PAGES[page]))
    assert named <= options, f"{page} names {sorted(named - options)}"


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    spans = re.findall(r"`((?:flows|schemas|raw|tests)/[^` ]*)`", PAGES[page])
    named = {re.split(r"[:(]", span)[0] for span in spans}
    gone = [path for path in named if not any(REPOSITORY.glob(re.sub(r"<[a-z]+>", "*", path.rstrip("/"))))]
    assert gone == []
