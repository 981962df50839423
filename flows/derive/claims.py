"""Claims: what a text says of the landscape, as queries over the published tables."""

from dataclasses import asdict, dataclass

import duckdb
import pyarrow as pa

from flows.derive.database import Database
from schemas.products import PRODUCTS, arrow_schema


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


def run_claims(database: Database, readings: pa.Table) -> pa.Table:
    """The table `claims`: every reading with the verdict of its query and what was found, by `claim_id`."""
    rows = sorted(readings.to_pylist(), key=lambda row: row["claim_id"])
    claims = [row | asdict(run_claim(database.connection, row["claim_id"], row["sql"])) for row in rows]
    return pa.Table.from_pylist(claims, schema=arrow_schema(PRODUCTS["claims"]))
