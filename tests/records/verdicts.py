"""Sample of the rule of `flows/records/verdicts.py`, which needs the derived tables."""

from flows.check import check
from flows.derive.products import products
from flows.records.findings import Finding
from flows.records.verdicts import verdict_findings
from support.project import READING, TODAY, Project, edited
from support.samples import all_of, bad


def verdicts(project: Project) -> list[Finding]:
    tables = check(project.root, TODAY).tables
    return verdict_findings(project.root, tables, products(tables, TODAY)["claims"])


BAD = [
    bad(
        edited(READING, "select true as verdict", "select false as verdict"),
        "raw/readings/essay.toml:{verdict } claims.one-is-dense.verdict: the reading says holds, the query now gives differs, dense; look at what changed (or is the release's day too early?); then mend record, query, or verdict and evidence [claim.verdict-changed]",
        ask=verdicts,
    ),
    bad(  # an undecided claim is one whose query ran
        all_of(
            edited(READING, "'dense' as found", "error('no rows')::varchar as found from models limit 1"),
            edited(READING, '"holds"', '"undecided"'),
        ),
        "raw/readings/essay.toml:{sql } claims.one-is-dense.sql: the query fails: Invalid Input Error: no rows; mend the query; days are written out (landscape(date '2022-05-31')), and it reads the release alone [claim.query-fails]",
        ask=verdicts,
    ),
]
