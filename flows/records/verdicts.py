"""Report the claims whose query cannot run, or no longer gives the verdict that the reading records."""

from pathlib import Path

import pyarrow as pa

from flows.records.files import read_file
from flows.records.findings import Finding, Rule
from flows.records.ingest import pointer_of
from schemas.fields import VERDICTS
from schemas.tables import Tables

VERDICT = Rule(
    "claim.verdict-changed",
    "the query no longer gives the verdict of the reading",
    "look at what changed (or is the release's day too early?); then mend record, query, or verdict and evidence",
)
QUERY = Rule(
    "claim.query-fails",
    "the query gives no verdict",
    "mend the query; days are written out (landscape(date '2022-05-31')), and it reads the release alone",
)


def verdict_findings(root: Path, ingested: Tables, claims: pa.Table) -> list[Finding]:
    """Compare the verdicts of the claims with those recorded in `raw/readings`.

    Returns an error for each claim whose query now gives another verdict, or cannot run: then its
    verdict in `claims` is none that a reading could record, and `found` says why.
    """
    found = {row["claim_id"]: (row["verdict"], row["found"]) for row in claims.to_pylist()}
    findings = []
    for row in ingested["readings"].to_pylist():
        recorded, pointer = row["verdict"], pointer_of(row["pointer"])
        verdict, what = found[row["claim_id"]]
        if verdict == recorded:
            continue
        file = read_file(root, root / row["path"])
        if verdict in VERDICTS:
            message = f"the reading says {recorded}, the query now gives {verdict}"
            findings.append(file.finding(VERDICT, (*pointer, "verdict"), what or "", message))
        else:
            findings.append(file.finding(QUERY, (*pointer, "sql"), "", what or ""))
    return sorted(findings)
