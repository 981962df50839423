"""A quarter of all answers of an object store is lost, torn or refused in passing: a run still ends as if none were."""

from datetime import date
from pathlib import Path

import pytest

from flows.publishing.mirror import mirror
from flows.publishing.publish import publish, yank
from flows.stores.open import open_reader, open_store
from schemas.tables import Tables
from support.editions import tables_of
from support.faults import AS_OF, whole_versions
from support.faulty_s3 import faulty_s3, some
from support.project import Project, make_project

pytestmark = pytest.mark.xdist_group("lost-answers")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def tables(project: Project) -> Tables:
    return tables_of(project, AS_OF)


@pytest.mark.parametrize("seed", range(3))
def test_a_release_a_yank_and_a_mirror_come_to_their_ends(
    seed: int, project: Project, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.stores.patience._MOST", 0.001)
    with faulty_s3(some(seed, 25)) as (server, reached):
        for name, value in reached.environment.items():
            monkeypatch.setenv(name, value)
        assert publish(project.root, tables, AS_OF, open_store("s3://kiban/x")).version == "2022.6.0"
        assert publish(project.root, tables, AS_OF, open_store("s3://kiban/x")).version is None
        assert yank(open_store("s3://kiban/x"), "2022.6.0", "sizes were in thousands", date(2022, 7, 1))
        mirror(open_reader("s3://kiban/x"), tmp_path / "copy")
        assert sum(server.asked.values()) > 1.2 * len(server.asked)
    assert whole_versions(tmp_path / "copy") == ["2022.6.0"]
