"""The house: DESIGN's map of the rooms is true, and nothing imports upward."""

import ast
import re
from pathlib import Path

import pytest

from support.project import REPOSITORY

ROW = re.compile(r"^\| `([a-z_]+)(?:/|\.py)` \| .+ \|([a-z_ ]*)\|$", re.MULTILINE)
MAP = dict(ROW.findall((REPOSITORY / "DESIGN.md").read_text(encoding="utf-8")))
#: each room with those that it may import, in the order of the map
ROOMS = {room: re.findall(r"[a-z_]+", allowed) for room, allowed in MAP.items()}


def room_of(module: str) -> str:
    """The room of a module: a folder of `flows`, a file at its top, or `schemas`."""
    first, *rest = module.split(".")
    return rest[0] if first == "flows" and rest else first


def imported(path: Path) -> set[str]:
    """Rooms that a file imports, also inside of functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "flows":
            names |= {f"flows.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {room_of(name) for name in names if name.split(".")[0] in ("flows", "schemas")}


def files_of(room: str) -> list[Path]:
    place = REPOSITORY / room if room == "schemas" else REPOSITORY / "flows" / room
    return sorted(place.rglob("*.py")) if place.is_dir() else [place.with_suffix(".py")]


def test_the_map_has_every_room_and_no_other() -> None:
    there = {path.stem for path in (REPOSITORY / "flows").iterdir() if not path.name.startswith("_")}
    assert {"schemas", *there} - {"sql", "templates"} == set(ROOMS)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_what_the_map_allows_and_the_map_allows_nothing_idle(room: str) -> None:
    found = set().union(*map(imported, files_of(room))) - {room, "flows"}
    assert found == set(ROOMS[room]), f"flows/{room} imports {sorted(found)}; DESIGN allows {sorted(ROOMS[room])}"


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_imports_upward(room: str) -> None:
    above = list(ROOMS)[: list(ROOMS).index(room)]
    assert set(ROOMS[room]) <= set(above), "the map lists each room below those that it imports"


def test_only_those_whom_design_names_read_the_clock() -> None:
    clock = re.compile(r"\b(?:date\.today|datetime\.now|time\.time)\(")
    readers = {room for room in ROOMS for path in files_of(room) if clock.search(path.read_text(encoding="utf-8"))}
    assert readers <= {"cli", "refresh", "hub_refresh", "rebuild", "audit", "web"}


def test_tests_have_the_rooms_of_the_code() -> None:
    assert {path.parent.name for path in (REPOSITORY / "tests").glob("*/test_*.py")} <= set(ROOMS)


@pytest.mark.xdist_group("house")
def test_tests_are_dealt_out_by_their_groups(request: pytest.FixtureRequest) -> None:
    """The group stands in the id where pytest-xdist reads it, or each process would make a server and a store anew."""
    assert request.node.nodeid.endswith("@house") == request.config.getoption("loadgroup", False)
