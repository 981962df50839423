"""Parts on disk: whatever their number, what is put together from them is what is derived from all at once."""

from datetime import date
from pathlib import Path

import pyarrow.feather as feather
import pytest

from flows.derive.database import Database
from flows.derive.parts import derive_once, parts_in, put_together, read_codebooks, split
from flows.derive.products import CodebookError, hand_in, of_part, products, read_derived, run_part
from flows.errors import UserError
from flows.observed.observations import empty
from schemas.products import OBSERVED
from schemas.tables import Tables
from support.axis_cases import Mapped, all_cases, ingested, record, source

pytestmark = pytest.mark.slow

DAY = date(2023, 5, 15)


def model(**states: Mapped) -> Mapped:
    """A record of which one paper says `states`."""
    return record(source("paper", states={"announced": {"value": date(2022, 3, 1)}, **states}))


def some() -> Tables:
    """Three models, ingested."""
    sizes = {"maker/b": 2, "maker/a": 1, "maker/c": 3}
    said = {name: {"value": size * 1_000_000_000, "printed": f"{size}B"} for name, size in sizes.items()}
    return ingested({name: model(parameters=size, routing={"value": "dense"}) for name, size in said.items()})


def derived(tables: Tables, folder: Path, at_a_time: int) -> Tables:
    """The published tables, by parts on disk of so many models."""
    made = [derive_once(part, folder / "derived", DAY, threads=1) for part in split(tables, folder, at_a_time)]
    put_together(folder / "release.duckdb", folder, made, DAY)
    return read_derived(folder / "release.duckdb", tables["readings"])


def test_each_table_of_a_part_is_handed_on_once_and_nothing_lies_beside_the_next_part() -> None:
    kept = []
    with Database({name: empty(name) for name in OBSERVED} | some(), threads=1) as database:
        hand_in(database, DAY)

        def keep(name: str, query: str) -> None:
            assert database.arrow(query) is not None
            kept.append(name)

        run_part(database, keep)
        assert database.arrow("from duckdb_tables()").num_rows == 0
    assert sorted(kept) == sorted(of_part())


def test_tables_are_equal_by_parts_of_one_model_each_and_all_at_once(tmp_path: Path) -> None:
    tables = ingested({case.model_id: case.record() for case in all_cases()[::80]})
    assert tables["models"].num_rows > 5
    whole = products(tables, DAY)
    found = derived(tables, tmp_path, 1)
    assert len(parts_in(tmp_path)) == tables["models"].num_rows
    assert {name: found[name] for name in whole} == whole


@pytest.mark.parametrize("at_a_time", [2, 3])
def test_tables_of_any_number_of_parts_are_equal(tmp_path: Path, at_a_time: int) -> None:
    assert derived(some(), tmp_path, at_a_time) == products(some(), DAY)


def test_no_models_are_one_part_without_rows(tmp_path: Path) -> None:
    empty = {
        name: table.slice(0, 0) if name in ("models", "sources", "statements") else table
        for name, table in some().items()
    }
    assert derived(empty, tmp_path, 1) == products(empty, DAY)


def test_a_part_is_derived_again_only_if_something_changed_that_it_is_made_from(tmp_path: Path) -> None:
    tables, home = some(), tmp_path / "derived"
    first, second, third = split(tables, tmp_path / "one", 1)
    made = derive_once(first, home, DAY)
    (made / "mark").touch()
    assert derive_once(first, home, DAY) == made
    assert (made / "mark").exists()
    others = [
        derive_once(second, home, DAY),
        derive_once(third, home, DAY),
        derive_once(first, home, date(2023, 5, 16)),
    ]
    retired, licences = tables["retired"].slice(0, 0), tables["licences"].slice(1)
    again, *_ = split({**tables, "readings": retired}, tmp_path / "two", 1)
    assert derive_once(again, home, DAY) == made
    freer, *_ = split({**tables, "licences": licences}, tmp_path / "three", 1)
    others.append(derive_once(freer, home, DAY))
    assert len({made, *others}) == 5


def test_parts_that_are_not_in_the_order_of_ids_are_refused(tmp_path: Path) -> None:
    first, second, _ = split(some(), tmp_path, 1)
    first.rename(tmp_path / "first")
    second.rename(first)
    (tmp_path / "first").rename(second)
    made = [derive_once(part, tmp_path / "derived", DAY) for part in parts_in(tmp_path)]
    with pytest.raises(UserError, match=r"000001/models\.parquet: maker/a is not after maker/b, of the part before"):
        put_together(tmp_path / "release.duckdb", tmp_path, made, DAY)


def test_a_folder_without_parts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no part"):
        parts_in(tmp_path)


def test_a_threshold_that_is_missing_is_refused_before_a_part_is_derived(tmp_path: Path) -> None:
    part, *_ = split(some(), tmp_path, 1)
    path = tmp_path / "codebooks" / "thresholds.arrow"
    thresholds = feather.read_table(str(path), memory_map=False)
    feather.write_feather(thresholds.slice(1), str(path))
    with pytest.raises(CodebookError, match="lacks it"):
        read_codebooks(tmp_path)
    with pytest.raises(CodebookError):
        derive_once(part, tmp_path / "derived", DAY)
    assert not (tmp_path / "derived").exists()
