"""Samples of the rule of `flows/checks/claim_query.py`."""

from support.project import READING, Change, edited
from support.samples import Bad, bad

PLACE = "raw/readings/essay.toml:{sql } claims.one-is-dense.sql"
REMEDY = "mend the query; days are written out (landscape(date '2022-05-31')), and it reads the release alone"


def query(sql: str) -> Change:
    return edited(READING, "select true as verdict, 'dense' as found", sql)


def refused(sql: str, reason: str) -> Bad:
    return bad(query(sql), f"{PLACE}: {reason}; {REMEDY} [claim.query-fails]")


BAD = [
    refused(
        "select now() > date '2020-01-01' as verdict, 'x' as found", "the query calls now(), which does not repeat"
    ),
    refused(
        "select true as verdict, name as found from modells",
        "the query fails: Catalog Error: Table with name modells does not exist!",
    ),
    refused("select true as verdict", "the query does not yield verdict and found"),
]
#: a query that fails on rows, or has no verdict, is not begun here
GOOD = [
    query("select max(announced) > date '2022-05-31' as verdict, max(name) as found from models"),
    query("select bool_or(l.density = 'dense') as verdict, 'x' as found from landscape(date '2022-05-31') as l"),
]
