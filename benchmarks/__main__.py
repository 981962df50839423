"""Measure every command on the real records multiplied, beside its floor, and print one table."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow.feather as feather
from rich.console import Console
from rich.table import Table

from benchmarks.multiply import multiply
from flows.check import check
from flows.derive.products import products
from flows.records.verdicts import verdict_findings

ROOT = Path(__file__).parents[1]
KIBAN = [str(Path(sys.executable).with_name("kiban"))]
FLOORS = [sys.executable, "-m", "benchmarks.floors"]
FLOW_TASKS = 6  # check, derive, claims, findings, publish, report
REFRESH_TASKS = FLOW_TASKS + 2  # fetch, tell
FIGURES = 9  # those of one language; those of the other are drawn meanwhile


@dataclass(frozen=True)
class Measured:
    """Best wall time of several runs in seconds, and the largest resident memory in MB."""

    seconds: float
    megabytes: float


# Peak memory is inherited over fork, so the command is started by an interpreter that has none.
_RUNNER = """
import os, sys, time
start = time.perf_counter()
null = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
actions = [(os.POSIX_SPAWN_DUP2, null, 1), (os.POSIX_SPAWN_DUP2, null, 2)]
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=actions)
_, status, usage = os.wait4(process, 0)
print(time.perf_counter() - start, usage.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))
"""


def measure(
    command: Sequence[str], cwd: Path, runs: int, allowed: Sequence[int] = (0,), without: Path | None = None
) -> Measured:
    """Run a command several times as a process of its own, each time without what a folder held; raises RuntimeError if it fails."""
    best, peak = float("inf"), 0.0
    with tempfile.NamedTemporaryFile() as output:
        for _ in range(runs):
            if without is not None:
                shutil.rmtree(without, ignore_errors=True)
            runner = [sys.executable, "-S", "-c", _RUNNER, output.name, *command]
            line = subprocess.run(runner, cwd=cwd, capture_output=True, text=True, check=True).stdout
            seconds, megabytes, code = map(float, line.split())
            if code not in allowed:
                raise RuntimeError(f"{command} failed:\n{Path(output.name).read_text()[-2000:]}")
            best, peak = min(best, seconds), max(peak, megabytes)
    return Measured(best, peak)


def settle(project: Path, folder: Path) -> None:
    """Leave the ingested tables for the bare SQL, and record the verdicts that the copies give."""
    folder.mkdir(parents=True)
    tables = check(project, date.today()).tables
    for name, table in tables.items():
        feather.write_feather(table, str(folder / f"{name}.arrow"), compression="uncompressed")
    for finding in verdict_findings(project, tables, products(tables, date.today())["claims"]):
        path = project / finding.path
        lines = path.read_text(encoding="utf-8").split("\n")
        verdict = finding.message.rsplit(" ", 1)[1]
        lines[finding.line - 1] = re.sub('"[a-z]+"', f'"{verdict}"', lines[finding.line - 1])
        path.write_text("\n".join(lines), encoding="utf-8")


def two_editions(project: Path, folder: Path) -> tuple[Path, Path]:
    """Previews of a project before and after some records and a threshold were entered otherwise."""
    for name in ("old", "new"):
        measure([*KIBAN, "preview", "--root", str(project)], ROOT, 1)
        shutil.copytree(project / "build" / "preview", folder / name)
        for record in sorted(project.glob("raw/models/*/*.toml"))[::20]:
            text = record.read_text(encoding="utf-8")
            record.write_text(re.sub(r'^title( *)= "', r'title\1= "On ', text, flags=re.MULTILINE), encoding="utf-8")
        axes = project / "raw" / "axes.toml"
        axes.write_text(axes.read_text(encoding="utf-8").replace("1.00e10", "1.20e10"), encoding="utf-8")
    return folder / "old", folder / "new"


class Costs:
    """Rows of the table, each a command beside its floor."""

    def __init__(self) -> None:
        self.table = Table("command", "records", "seconds", "floor", "ratio", "above", "peak MB", "goal")

    def add(self, name: str, records: int, found: Measured, floor: Measured, goal: str) -> None:
        """One row: seconds of the command and of its floor, their ratio and difference, and memory."""
        self.table.add_row(
            name,
            f"{records:,}",
            f"{found.seconds:.2f}",
            f"{floor.seconds:.2f}",
            f"{found.seconds / floor.seconds:.2f}",
            f"{found.seconds - floor.seconds:.2f}",
            f"{found.megabytes:.0f}",
            goal,
        )


def of_no_records(costs: Costs) -> None:
    """Commands that read no record, beside the bare interpreter."""
    bare = measure([sys.executable, "-c", ""], ROOT, 5)
    costs.add("--help", 0, measure([*KIBAN, "--help"], ROOT, 5), bare, "floor + 0.4 s")


def of_records(costs: Costs, scratch: Path) -> None:
    """Check, preview and the flows at 1,000 and at 10,000 records."""
    measure([*FLOORS, "flow", "1"], ROOT, 1)  # the first start makes Prefect's database
    bare = measure([sys.executable, "-c", ""], ROOT, 5)
    imports = measure([*FLOORS, "imports-check"], ROOT, 5)
    flow = measure([*FLOORS, "flow", str(FLOW_TASKS)], ROOT, 3)
    refresh = measure([*FLOORS, "flow", str(REFRESH_TASKS)], ROOT, 3)
    figures = measure([*FLOORS, "figures", str(FIGURES)], ROOT, 3)
    drawing = Measured(flow.seconds + figures.seconds - bare.seconds, max(flow.megabytes, figures.megabytes))
    small: dict[str, Measured] = {}
    for count in (1_000, 10_000):
        project = scratch / str(count)
        one = multiply(ROOT, project, count)
        settle(project, project / "floor" / "ingested")
        runs = 3 if count == 1_000 else 1
        sql = measure([*FLOORS, "sql", str(project / "floor")], ROOT, runs)
        cases = [
            ("check one file", [*KIBAN, "check", str(one)], imports, "< 1 s"),
            ("check all", [*KIBAN, "check"], imports, "< 2.5 s"),
            ("preview", [*KIBAN, "preview"], sql, "< 2 x floor"),
            ("preview again", [*KIBAN, "preview"], sql, "< 2 x floor"),
            ("explain again", [*KIBAN, "explain", "openai/gpt-3"], sql, ""),
            ("sql", [*KIBAN, "sql", "select 1", "--on", "preview"], bare, "floor + 0.4 s"),
            ("figures", [*KIBAN, "figures", "preview"], figures, "< 2 x floor"),
            ("release flow", [*KIBAN, "release"], drawing, "floor + 2 s, < 600 MB"),
            ("refresh, no change", [*KIBAN, "refresh", "--audit-limit", "0"], refresh, "floor + 2 s"),
        ]
        for name, command, floor, goal in cases:
            found = measure(
                [*command, "--root", str(project)],
                ROOT,
                runs,
                allowed=(0, 1) if name.startswith("check") else (0,),
                # another one would find what this one made
                without=project / "build" if name in ("preview", "release flow") else None,
            )
            if count == 1_000:
                small[name] = found
            elif name == "check all":
                goal = f"< 11 x {small[name].seconds:.2f} s; is {found.seconds / small[name].seconds:.1f} x; < 700 MB"
            elif name in ("release flow", "refresh, no change"):
                above = small[name].seconds - floor.seconds
                goal = f"< 12 x {above:.1f} s above; is {(found.seconds - floor.seconds) / above:.1f} x"
            else:
                goal = ""
            costs.add(name, count, found, floor, goal)
        shutil.rmtree(project)


def of_editions(costs: Costs, scratch: Path) -> None:
    """Diff of two editions of 3,000 records."""
    project = scratch / "3000"
    multiply(ROOT, project, 3_000)
    settle(project, project / "floor" / "ingested")
    old, new = two_editions(project, scratch)
    floor = measure([*FLOORS, "imports-check"], ROOT, 5)
    found = measure([*KIBAN, "diff", str(old), str(new), "--format", "csv"], ROOT, 5)
    costs.add("diff", 3_000, found, floor, "floor + 1 s")


def main(parts: Sequence[str]) -> None:
    """Print one row a command and number of records; `parts` names which (help, records, diff), by default all."""
    costs = Costs()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.setdefault("PREFECT_HOME", f"{scratch}/prefect")
        Path(os.environ["PREFECT_HOME"]).mkdir(exist_ok=True)
        os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
        os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "180")
        if not parts or "help" in parts:
            of_no_records(costs)
        if not parts or "records" in parts:
            of_records(costs, Path(scratch))
        if not parts or "diff" in parts:
            of_editions(costs, Path(scratch))
    Console(width=140).print(costs.table)


if __name__ == "__main__":
    main(sys.argv[1:])
