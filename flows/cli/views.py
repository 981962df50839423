"""What commands print: results as tables and lines. What the world says is shown as it is, never as markup."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.markup import escape
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from flows.cli.console import console
from flows.errors import counted
from flows.layout import DATABASE, EXPLORER

if TYPE_CHECKING:
    import polars as pl

    from flows.explain import Explanation, Label, Statement
    from flows.operations.summary import Summary
    from flows.publishing.publish import Published
    from flows.rebuild import Rebuilt
    from flows.reconcile.report import Report
    from flows.sources.journal import Entry
    from flows.verification.subject import Check


def _table(title: str, columns: Iterable[str], rows: Iterable[Sequence[Text]]) -> Table:
    """A table without lines; its cells are folded, not cut."""
    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False, show_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def print_rows(names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print the rows of a query."""
    table = Table(*(Column(Text(name)) for name in names), box=box.SIMPLE)
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)


def print_summary(summary: "Summary", last: str) -> None:
    """Print counts of tables and labels, and one last line."""
    out = console()
    counts = [(name, str(count)) for name, count in summary.tables]
    labels = [(axis, ", ".join(f"{label} {count}" for label, count in found)) for axis, found in summary.labels]
    for title, rows in (("tables", counts), ("labels", labels)):
        table = _table(title, ("name", "found"), ([Text(name, "bold"), Text(found)] for name, found in rows))
        table.show_header = False
        out.print(table)
        out.print()
    out.print(f"claims: {summary.claims}")
    out.print(last, markup=False)


def print_next(published: "Published") -> None:
    """Print what can be done with a release that was just published."""
    place, version, previous = published.place, published.version, published.previous
    if version is None:
        return
    steps = {"verify": f"kiban verify {place} {version}"}
    if previous and "://" not in place:
        steps["compare"] = f"kiban diff {place}/{previous} {place}/{version}"
    if "://" not in place:
        steps["query"] = f"duckdb {place}/{version}/{DATABASE}"
        steps["look"] = f"open {place}/{version}/{EXPLORER} in a browser"
    for what, command in steps.items():
        console().print(f"{what + ':':9}{command}", markup=False)


def _statement_branch(branch: Tree, said: "Statement") -> None:
    printed = f' printed "{said.printed}"' if said.printed else ""
    where = f" at {said.location}" if said.location else ""
    node = branch.add(escape(f"{said.field}: {said.value}{printed}{where}"))
    source = said.source
    node.add(escape(f"{source.title} ({source.source_kind}, {source.published or 'undated'})"))
    node.add(escape(f"{source.url} (read {source.accessed}, {source.read_as})"))
    node.add(escape(f"{said.path}:{said.line}"))


def _label_branch(branch: Tree, label: "Label") -> None:
    detail = f" ({label.detail})" if label.detail else ""
    node = branch.add(
        f"[bold]{escape(label.label)}[/bold]{escape(detail)} {label.valid_from} to {label.valid_to or 'today'}, "
        f"by rule {escape(label.rule_id)}"
    )
    if label.missing:
        node.add(f"missing: {label.missing}")
    for fact in label.facts:
        below = node.add(escape(f"fact {fact.field} = {fact.value} ({fact.state}, {counted(fact.sources, 'source')})"))
        for said in fact.statements:
            _statement_branch(below, said)
    for said in label.events:
        _statement_branch(node, said)


def print_explanation(explanation: "Explanation") -> None:
    """Print the chains of a model's labels as a tree."""
    tree = Tree(f"[bold]{escape(explanation.name)}[/bold] {escape(explanation.model_id)}")
    for axis, labels in explanation.axes.items():
        branch = tree.add(axis)
        for label in labels:
            _label_branch(branch, label)
    console().print(tree)


def print_verdicts(entries: "Iterable[Entry]") -> None:
    """Print what an audit found of each source."""
    colours = {"confirmed": "green", "moved": "yellow", "changed": "red", "gone": "red"}
    found = sorted((e.verdict, e.source_id, e.final_url or e.url, e.note or "") for e in entries)
    rows = [[Text(verdict, style=colours.get(verdict, "")), *map(Text, cells)] for verdict, *cells in found]
    if rows:
        console().print(_table("", ("verdict", "source", "address", "note"), rows))


def print_drift(rows: "pl.DataFrame", today: date, file: Path) -> None:
    """Print where records and hub differ, those found on another day with it, and the file that has them."""
    out = console()
    columns = ("model_id", "repository", "drift_aspect", "recorded", "observed", "observed_on")
    for model, repository, aspect, recorded, observed, day in rows.select(columns).rows():
        change = f"{recorded} -> {observed}" if recorded else observed
        earlier = "" if day == today else f" ({day})"
        out.print(Text(f"{model}  {repository}  {aspect}: {change}{earlier}"))
    counts = Counter(rows["drift_aspect"].to_list())
    found = ", ".join(f"{aspect} {count}" for aspect, count in sorted(counts.items()))
    out.print(f"{counted(rows.height, 'proposal')}{f': {found}' if found else ''}", markup=False)
    out.print(f"written to {file}", markup=False)


def print_report(report: "Report", folder: Path) -> None:
    """Print the largest disagreements of a reconciliation, how many of what there are, and where they are written."""
    out = console()
    differs = report.disagreements.filter(report.disagreements["kind"] == "differs")
    columns = ("model_id", "variant", "field", "our_value", "their_value", "difference", "their_row")
    rows = [
        [Text(f"{model} {variant}" if variant else model), *(Text("" if cell is None else str(cell)) for cell in cells)]
        for model, variant, *cells in differs.select(columns).head(10).rows()
    ]
    if rows:
        titles = ("model", "field", "ours", "theirs", "difference", "their row")
        out.print(_table("the largest disagreements", titles, rows))
        out.print()
    fields = differs.group_by("field").len().sort("field").rows()
    by_field = ", ".join(f"{field} {count}" for field, count in fields)
    kinds = dict(report.disagreements.group_by("kind").len().rows())
    leads, later = kinds.get("only-theirs", 0), kinds.get("not-known-yet", 0)
    for line in (
        f"{report.matches.height} of their rows are ours, {report.missing.height} are missing here, "
        f"{report.ambiguous.height} are ambiguous; {report.unmatched} models of ours are not among theirs",
        f"{counted(differs.height, 'disagreement')}{f': {by_field}' if by_field else ''}; {counted(leads, 'value')} that only they have",
        f"later than what is known here: {counted(report.later.height, 'model')}, {counted(later, 'value')}",
        f"{counted(report.unreadable.height, 'cell')} could not be read",
        "values by what was compared (counts.csv), for raw/comparisons.toml: "
        + ", ".join(f"{field} {verdict} {count}" for field, verdict, count in report.counts.rows()),
        f"written to {folder}",
    ):
        out.print(line, markup=False)


def print_rebuilt(made: "Rebuilt") -> None:
    """Print what differs between a release and the same made again, and whether that is nothing."""
    out = console()
    for library in made.libraries:
        out.print(f"another library: {library}", markup=False)
    for name in made.other_bytes:
        out.print(f"other bytes: {name}", markup=False)
    for name in made.other_content:
        out.print(f"other content: {name}", markup=False, style="red")
    kind = "content" if made.other_bytes else "bytes"
    words = f"has the same {kind}" if made.same else "is not the same"
    out.print(f"{made.version} from commit {made.commit} {words} ({made.files} files compared)", markup=False)


def print_checks(checks: "Sequence[Check]") -> None:
    """Print each check of a release with its problems, and how many passed."""
    out = console()
    colours = {"passed": "green", "failed": "red", "not run": "yellow"}
    for check in checks:
        out.print(f"{check.status:8}{check.name:16}{check.detail}", style=colours[check.status], markup=False)
        for problem in check.problems:
            out.print(f"        {problem}", markup=False)
    counts = {status: sum(check.status == status for check in checks) for status in colours}
    out.print(", ".join(f"{count} {status}" for status, count in counts.items()), markup=False)


def print_store(found: "Iterable[tuple[str, Sequence[Check]]]") -> bool:
    """Print a line for each part of a store as soon as it is verified, then the problems, each once; whether all is well."""
    out = console()
    problems: dict[tuple[str, str], list[str]] = {}
    parts = 0
    for name, checks in found:
        parts += 1
        failed = [check for check in checks if check.status == "failed"]
        skipped = [check.name for check in checks if check.status == "not run"]
        words = [f"{len(checks) - len(failed) - len(skipped)} passed"]
        words += [f"failed: {', '.join(check.name for check in failed)}"] if failed else []
        words += [f"not run: {', '.join(skipped)}"] if skipped else []
        status, colour = ("failed", "red") if failed else ("passed", "green")
        out.print(f"{status:8}{name:16}{'; '.join(words)}", style=colour, markup=False)
        for check in failed:
            for problem in check.problems:
                problems.setdefault((check.name, problem), []).append(name)
    for (check_name, problem), names in problems.items():
        where = names[0] if len(names) == 1 else f"{names[0]} and {counted(len(names) - 1, 'other')}"
        out.print(f"{where}: {check_name}: {problem}", markup=False)
    out.print(f"{counted(parts - 1, 'release')}, {counted(len(problems), 'problem')}", markup=False)
    return not problems


def print_standing(status: "dict[str, object]", of: str = "") -> None:
    """Print how refreshes stand, `of` the records ("") or of something else, and why the last one failed."""
    out = console()
    for name in ("state", "latest", "checked_at", "age_hours", "next_due", "overdue"):
        out.print(
            f"{f'{of} {name}':<14}  {status.get(name)}" if of else f"{name:<10}  {status.get(name)}", markup=False
        )
    failure = status["last_failure"]
    if status["state"] == "failed" and isinstance(failure, dict):
        step, message = str(failure["step"]), str(failure["message"])
        out.print(message if message.startswith(f"{step}: ") else f"{step}: {message}", style="red", markup=False)
