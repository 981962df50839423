"""Claims: what a text says of the landscape, as queries over the published tables."""

from dataclasses import dataclass

import duckdb
import polars as pl

from flows.derive.database import Database
from schemas.products import PRODUCTS
from schemas.tables import Tables


@dataclass(frozen=True)
class Claim:
    """What a claim's query found in the tables."""

    claim_id: str
    verdict: str
    found: str | None


def run_claim(connection: duckdb.DuckDBPyConnection, claim_id: str, sql: str) -> Claim:
    """Run the query of one claim over the published tables.

    The query is one SELECT that yields one row with `verdict` (true, false or null) and
    `found`. Anything else is undecided, with the reason in `found`.
    """
    try:
        statements = connection.extract_statements(sql)
        if [statement.type for statement in statements] != [duckdb.StatementType.SELECT]:
            return Claim(claim_id, "undecided", "the query is not one SELECT")
        rows = connection.execute(sql).fetchall()
        names = [column[0] for column in connection.description or []]
    except Exception as error:  # a curator's query may fail in any way; the claim then says how
        return Claim(claim_id, "undecided", f"the query fails: {str(error).splitlines()[0]}")
    if names != ["verdict", "found"] or len(rows) != 1:
        return Claim(claim_id, "undecided", "the query does not yield one row of verdict and found")
    verdict, found = rows[0]
    if verdict is not None and not isinstance(verdict, bool):
        return Claim(claim_id, "undecided", "the query's verdict is not true, false or null")
    code = {True: "holds", False: "differs", None: "undecided"}[verdict]
    return Claim(claim_id, code, None if found in (None, "") else str(found))


def run_claims(database: Database, tables: Tables) -> pl.DataFrame:
    """The table `claims`: every reading with the verdict of its query and what was found."""
    readings = tables["readings"].sort("claim_id")
    results = [run_claim(database.connection, key, sql) for key, sql in readings.select("claim_id", "sql").rows()]
    found = pl.DataFrame(
        {
            "claim_id": [claim.claim_id for claim in results],
            "found": [claim.found for claim in results],
            "verdict": [claim.verdict for claim in results],
        },
        schema={"claim_id": pl.String(), "found": pl.String(), "verdict": pl.String()},
    )
    return readings.drop("verdict").join(found, on="claim_id", maintain_order="left").select(PRODUCTS["claims"].columns)
