"""Fixtures: a small valid project, the real one, and a Prefect server."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from _pytest.nodeid import NodeId

from flows.derive.products import products
from flows.records.examine import examine
from schemas.tables import Tables
from support.browser import browser as browser
from support.browser import page as page
from support.figures import figures, no_figures
from support.project import REPOSITORY, TODAY, Project, make_project

if TYPE_CHECKING:
    from support.forked import Commands
    from support.here import Here
    from support.prefect_servers import Server


#: groups that take longest begin first, for each is the work of one process
LONGEST = ("schedule", "prefect", "faults-s3", "faults-folder", "real-records", "verify")


def group_of(item: pytest.Item) -> str | None:
    """Name of the group to which a test belongs: as marked, or its module, if it uses what is made once for that."""
    mark = item.get_closest_marker("xdist_group")
    if mark:
        return str(mark.args[0])
    fixtures = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    return item.path.stem if any(found[-1].scope == "module" for found in fixtures) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that share a server, a store or the tables of the real records are one group, which one process makes once.

    Groups come first, one after another; all other tests fill up what is left.
    """

    def turn(item: pytest.Item) -> tuple[int, str]:
        name = group_of(item)
        if name is None:
            return len(LONGEST) + 1, ""
        return (LONGEST.index(name), "") if name in LONGEST else (len(LONGEST), name)

    items.sort(key=turn)
    if config.getoption("loadgroup", False):
        _tell_groups(items)


def _tell_groups(items: list[pytest.Item]) -> None:
    """Put the group of a test at the end of its id, where pytest-xdist looks for it.

    pytest-xdist 3.8 means to do so, but sets an attribute that pytest 9.2 no longer reads: all groups came apart.
    """
    for item in items:
        name = group_of(item)
        if name is not None and not item.nodeid.endswith(f"@{name}"):
            item._id = NodeId.parse(f"{item.nodeid}@{name}")


@pytest.fixture(scope="session", autouse=True)
def few_figures() -> None:
    """Releases under test have no figures, unless a test asks for them."""
    no_figures()


@pytest.fixture(scope="module")
def all_figures() -> Iterator[None]:
    """Releases of a module have every figure."""
    with figures():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """Two records, their codebooks and a reading, without any finding."""
    yield make_project(tmp_path / "project")


@pytest.fixture(scope="session")
def real_root() -> Path:
    """Folder of the real project."""
    return REPOSITORY


@pytest.fixture(scope="session")
def real_ingested() -> Tables:
    """Tables of the real records, as ingested: no rule is asked of them."""
    return examine(REPOSITORY).tables


@pytest.fixture(scope="session")
def real_products(real_ingested: Tables) -> Tables:
    """Published tables of the real records."""
    return products(real_ingested, TODAY)


@pytest.fixture(scope="session")
def prefect_process(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator["Server"]:
    """One Prefect server for all flows and commands under test: a start takes seconds."""
    from support.prefect_servers import quick_server

    with quick_server(tmp_path_factory.mktemp("prefect"), pytestconfig) as server:
        yield server


@pytest.fixture(scope="session")
def forked() -> Iterator["Commands"]:
    """Starts commands and programs that run flows, each in a process of its own that need not import Prefect."""
    from support.forked import FLOWS, commands

    with commands(FLOWS) as running:
        yield running


@pytest.fixture(scope="session")
def prefect_database(prefect_process: "Server") -> bytes:
    """A database with the tables of Prefect, for servers that a test starts by itself."""
    from support.prefect_servers import database_of

    return database_of(prefect_process)


@pytest.fixture(scope="module")
def prefect_server(prefect_process: "Server") -> Iterator[None]:
    """Have the flows that a module runs in this process run against the server."""
    from prefect.settings import PREFECT_API_URL, PREFECT_HOME, temporary_settings

    from support.prefect_servers import events_told

    own = {PREFECT_API_URL: prefect_process.api, PREFECT_HOME: prefect_process.folder / "home-of-tests"}
    with temporary_settings(own):
        yield
        events_told()


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Here":
    """Commands run in this process, against a server."""
    from support.here import Here

    return Here(monkeypatch, capsys)
