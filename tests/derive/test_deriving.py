"""A derivation beside a check: what goes wrong in it is said when it is asked for, and claims are not asked before."""

from datetime import date
from pathlib import Path
from queue import Queue
from threading import current_thread

import pyarrow as pa
import pytest

from flows.derive import products as module
from flows.derive.products import Deriving, products
from flows.errors import UserError
from schemas.tables import Tables
from support.axis_cases import ingested, record, source

pytestmark = pytest.mark.slow

DAY = date(2023, 5, 15)


def some() -> Tables:
    """One model, ingested."""
    return ingested({"maker/a": record(source("paper", states={"announced": {"value": date(2022, 3, 1)}}))})


def test_it_gives_what_is_derived_without_anything_beside_it() -> None:
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        assert deriving.products() == products(some(), DAY)
        assert deriving.claims() == products(some(), DAY)["claims"]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> "Queue[str]":
    """The threads that derived, as they end."""
    threads: Queue[str] = Queue()
    write = module.write_derived

    def write_and_tell(path: Path, tables: Tables, as_of: date, threads_given: int | None) -> None:
        write(path, tables, as_of, threads_given)
        threads.put(current_thread().name)

    monkeypatch.setattr(module, "write_derived", write_and_tell)
    return threads


def test_many_are_derived_when_they_are_wanted(written: "Queue[str]", monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a check they would take memory."""
    monkeypatch.setattr(module, "_BESIDE", 0)
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        found = deriving.products()
    assert written.get(timeout=60) == current_thread().name
    assert found == products(some(), DAY)


def test_claims_are_asked_only_when_they_are_wanted(written: "Queue[str]", monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def ask(database: Path, readings: pa.Table) -> pa.Table:
        asked.append(database)
        return readings

    monkeypatch.setattr(module, "run_claims", ask)
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        assert written.get(timeout=60) != current_thread().name
        assert not asked
        deriving.claims()
        assert len(asked) == 1
    assert not asked[0].exists()


def test_what_goes_wrong_is_raised_where_the_tables_are_wanted_and_else_not_at_all() -> None:
    def fail() -> Tables:
        raise UserError("the observations cannot be read")

    with Deriving(DAY) as deriving:
        deriving.begin(fail)
    with Deriving(DAY) as deriving:
        deriving.begin(fail)
        with pytest.raises(UserError, match="observations"):
            deriving.products()
