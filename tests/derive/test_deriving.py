"""A derivation beside a check: what goes wrong in it is said when it is asked for, and claims are not asked before."""

from datetime import date
from pathlib import Path
from threading import Event

import pyarrow as pa
import pytest

from flows.derive import products as module
from flows.derive.products import Deriving, products
from flows.errors import UserError
from schemas.tables import Tables
from support.axis_cases import ingested, record, source

DAY = date(2023, 5, 15)


def some() -> Tables:
    """One model, ingested."""
    return ingested({"maker/a": record(source("paper", states={"announced": {"value": date(2022, 3, 1)}}))})


def test_it_gives_what_is_derived_without_anything_beside_it() -> None:
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        assert deriving.products() == products(some(), DAY)
        assert deriving.claims() == products(some(), DAY)["claims"]


def test_many_are_derived_when_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a check they would take memory."""
    begun: list[str] = []
    write = module.write_derived
    monkeypatch.setattr(module, "_BESIDE", 0)
    monkeypatch.setattr(module, "write_derived", lambda *given: (begun.append("derived"), write(*given)))
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        assert not deriving._early.result(60)
        assert not begun
        assert deriving.products() == products(some(), DAY)
        assert begun


def test_claims_are_asked_only_when_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Path] = []

    def ask(database: Path, readings: pa.Table) -> pa.Table:
        asked.append(database)
        return readings

    written = Event()
    write = module.write_derived

    def write_and_tell(*arguments: object) -> None:
        write(*arguments)  # type: ignore[arg-type]  # as they were given
        written.set()

    monkeypatch.setattr(module, "run_claims", ask)
    monkeypatch.setattr(module, "write_derived", write_and_tell)
    with Deriving(DAY) as deriving:
        deriving.begin(some)
        assert written.wait(60)
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
