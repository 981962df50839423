"""Fixtures: a small valid project, the real one, and a Prefect server."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.check import check
from flows.derive.products import products
from schemas.tables import Tables
from support.project import REPOSITORY, TODAY, Project, make_project


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
    """Tables of the real records, as ingested."""
    return check(REPOSITORY, TODAY).tables


@pytest.fixture(scope="session")
def real_products(real_ingested: Tables) -> Tables:
    """Published tables of the real records."""
    return products(real_ingested, TODAY)


@pytest.fixture(scope="module")
def prefect_server() -> Iterator[None]:
    """A Prefect server for the flows that a module runs in this process."""
    from prefect.testing.utilities import prefect_test_harness

    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    with prefect_test_harness(server_startup_timeout=180):
        yield
