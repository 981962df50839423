"""Where sources of equal rank and date disagree, the curator must prefer one.

The order of choice and what counts as agreement are those of `flows/sql/ranked.sql`.
"""

from collections.abc import Iterator

import polars as pl
import pyarrow as pa

from flows.checks.context import Context
from flows.records.findings import Finding, Rule, stated_value
from schemas.fields import STATED
from schemas.tables import frame

RULE = Rule(
    "cross.tied-statements",
    "another source of equal rank and date says otherwise",
    "check both, then put prefer = true on the one to trust",
)


#: what a statement says: where all of it is the same, there is nothing to disagree on
_SAID = ("value_number", "value_text", "value_list", "value_boolean", "value_date")


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each statement that disagrees with the chosen one and ranks equal to it."""
    thing = ("model_id", "variant", "field")
    rank = (*thing, "is_estimate", "is_primary", "published", "is_preferred")
    stated = pl.col("field").is_in(list(STATED))
    every = context.frame("statements", *rank).lazy().with_row_index("row").filter(stated)
    equal = every.group_by(rank).len().filter(pl.col("len") > 1)
    several = _of_rows(context.tables["statements"], every.join(equal, on=thing, how="semi", nulls_equal=True))
    said = frame(several.select((*thing, *_SAID))).lazy().with_row_index("row")
    differ = said.group_by(thing).agg(pl.struct(_SAID).n_unique().alias("said")).filter(pl.col("said") > 1)
    statements = _of_rows(several, said.join(differ, on=thing, how="semi", nulls_equal=True))
    if not statements.num_rows:  # a database takes longer to begin than all other checks of a record together
        return
    from flows.derive.database import Database

    with Database({"statements": statements}, threads=1) as database:
        database.run("ranked")
        placed = "select ranked.*, path, pointer from ranked inner join in_statements using (statement_id)"
        tied = database.arrow(f"{placed} where rank_no = 1 and not agrees order by statement_id").to_pylist()
        chosen = {
            (row["model_id"], row["variant"], row["field"]): row
            for row in (database.arrow(f"{placed} where is_chosen").to_pylist() if tied else [])
        }
    for row in tied:
        if context.may_lack(row["model_id"], str(row["field"])):
            continue
        first = chosen[row["model_id"], row["variant"], row["field"]]
        message = f"{context.place(first)} says otherwise, with equal rank and date"
        yield context.finding(RULE, row, stated_value(row), message)


def _of_rows(table: pa.Table, rows: pl.LazyFrame) -> pa.Table:
    """The given `row`s. A filter goes part by part; `take` first joins the parts, which is the whole table again."""
    numbers = rows.select(pl.col("row").implode()).collect().to_series()
    return table.filter(pl.int_range(table.num_rows, eager=True).is_in(numbers).to_arrow())
