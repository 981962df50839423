"""What all commands share: the app, the project's folder, the terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.console import Console

from flows.errors import UserError


class Screen(Console):
    """A console whose command goes on to its end, and its own exit code, after the reader of a pipe had enough."""

    def on_broken_pipe(self: Console) -> None:
        """Print the rest to nowhere; rich would exit with 1."""
        self.quiet = True
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


app = App(
    name="kiban",
    help_format="plaintext",  # of the list of commands; what each says of itself is Markdown, which takes long to load
    help="The landscape of foundation models as a versioned dataset.",
    version=lambda: str(import_module("importlib.metadata").version("kiban")),
    help_epilogue="Each command has examples: kiban check --help",
    console=Screen(),
    error_console=Screen(stderr=True),
)

Root = Annotated[
    Path | None, Parameter(help="Folder of the project. Default: the nearest one upwards with raw/ in it.")
]
AsOf = Annotated[date | None, Parameter(help="The release's day. Default: today.")]
To = Annotated[str | None, Parameter(help="Folder or s3://bucket/prefix. Default: build/releases.")]
Sign = Annotated[
    Path | None,
    Parameter(help="Key of ssh-keygen: a private key file, or the .pub of one in an agent.", env_var="KIBAN_SIGN"),
]


Public = Annotated[
    str | None,
    Parameter(help="Address at which readers find the releases, for links in Prefect's pages.", env_var="KIBAN_PUBLIC"),
]


def project_root(given: Path | None) -> Path:
    """Folder of the project: as given, or the nearest one upwards that has `raw/models`."""
    start = (given or Path.cwd()).absolute()
    for folder in (start,) if given else (start, *start.parents):
        if (folder / "raw" / "models").is_dir():
            return folder
    raise UserError(f"there is no raw/models in {start}{'' if given else ' or above'}; go there, or use --root")


def console(stderr: bool = False) -> Console:
    """A console that keeps plain where the output is a pipe, or NO_COLOR is set; a pipe has no width."""
    screen = Screen(stderr=stderr, soft_wrap=True, highlight=False)
    return screen if screen.is_terminal else Screen(stderr=stderr, soft_wrap=True, highlight=False, width=10_000)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Show on a terminal that something is under way."""
    screen = console(stderr=True)
    if screen.is_terminal:
        with screen.status(what):
            yield
    else:
        yield


def release_day(as_of: date | None) -> date:
    """The day given, or today. Raises UserError if it lies ahead: nobody knows what will hold then."""
    today = date.today()
    if as_of is not None and as_of > today:
        raise UserError(f"{as_of} lies in the future; give a day up to {today}")
    return as_of or today


def load(*modules: str) -> None:
    """Import modules that are needed later, while something else is awaited."""
    for module in modules:
        import_module(module)
