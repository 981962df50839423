"""Samples of rules: what is changed in the valid project, and what `kiban check` then prints.

The samples of the rules that `flows/<room>/<file>.py` declares lie in `tests/<room>/<file>.py`: `BAD` are changes with all
lines that they bring about, `GOOD` are changes that come close and bring about none. In a line, `path:{text}` stands for
the number of the line of that file which holds the text, and `...` for words that are not ours.
"""

import re
import runpy
from collections.abc import Callable
from dataclasses import dataclass

from flows.records.findings import Finding
from support.project import REPOSITORY, Change, Project

PLACES = ("check.py", "records/*.py", "checks/*.py")


@dataclass(frozen=True)
class Bad:
    """One way to break the valid project, and what is said about it: first the rule that it is a sample of."""

    change: Change
    lines: tuple[str, ...]
    ask: Callable[[Project], list[Finding]]

    @property
    def rules(self) -> list[str]:
        return [line.rpartition("[")[2].removesuffix("]") for line in self.lines]

    def expected(self, project: Project) -> list[str]:
        """Patterns of the lines, with the numbers that they have in the project."""

        def numbered(match: re.Match[str]) -> str:
            return f"{match[1]}:{project.line(match[1], match[2])}"

        lines = (re.sub(r"(raw/[^\s:]+):\{(.+?)\}", numbered, line) for line in self.lines)
        return [re.escape(line).replace(re.escape("..."), ".+") for line in lines]


def bad(change: Change, *lines: str, ask: Callable[[Project], list[Finding]] = Project.check) -> Bad:
    """A bad sample: after the change, exactly these lines are printed."""
    return Bad(change, lines, ask)


def all_of(*changes: Change) -> Change:
    """A change made of several."""

    def change(project: Project) -> None:
        for part in changes:
            part(project)

    return change


@dataclass(frozen=True)
class Samples:
    """The samples in one file."""

    bad: list[Bad]
    good: list[Change]

    @property
    def rules(self) -> set[str]:
        """Rules of which there is a sample."""
        return {sample.rules[0] for sample in self.bad}


def samples() -> dict[str, Samples]:
    """All samples, by the path of the file below `flows/` whose rules they are of."""
    found = {}
    for path in sorted(path for place in PLACES for path in (REPOSITORY / "tests").glob(place)):
        if not path.name.startswith("test_"):
            names = runpy.run_path(str(path))
            found[path.relative_to(REPOSITORY / "tests").as_posix()] = Samples(
                names.get("BAD", []), names.get("GOOD", [])
            )
    return found
