"""A statement that was drawn and found right is there."""

from collections.abc import Iterator

from flows.checks.context import Context, nearest_or
from flows.records.findings import Finding, Rule

RULE = Rule("cross.draw", "no record has such a statement", "write it as the table statements has it")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each drawn statement that is not there, unless it was found wrong and may be gone."""
    known = {str(statement) for statement in context.tables["statements"]["statement_id"].to_pylist()}
    halves = {file.model_id for file in context.folder.records if file.path in context.losses}
    whole = {str(model) for model in context.tables["models"]["model_id"].to_pylist()} - halves
    gone = {str(row["retired_id"]) for row in context.rows("retired")}
    for row in context.rows("draws"):
        statement = str(row["statement_id"])
        record = statement.partition("#")[0]
        if row["draw_verdict"] == "wrong" or statement in known or record in gone | (context.model_ids - whole):
            continue  # it was there under an id of before, or may be in a record that was not read whole
        remedy = nearest_or(RULE.remedy, statement, [one for one in known if one.startswith(f"{record}#")])
        yield context.finding(RULE, row, statement, remedy=remedy, at=("draws", "statement_id"))
