"""Report the claims whose verdict is no longer the one that the reading records."""

from pathlib import Path

from flows.records.files import read_file
from flows.records.findings import Finding, Rule
from flows.records.ingest import pointer_of
from schemas.tables import Tables

VERDICT = Rule(
    "claim.verdict-changed",
    "the query no longer gives the verdict of the reading",
    "look at what changed (or is the release's day too early?); then mend record, query, or verdict and evidence",
)


def verdict_findings(root: Path, ingested: Tables, products: Tables) -> list[Finding]:
    """Compare the verdicts of the claims with those recorded in `raw/readings`.

    Returns an error for each claim whose query now gives another verdict, or fails.
    """
    found = {row["claim_id"]: (row["verdict"], row["found"]) for row in products["claims"].to_pylist()}
    findings = []
    for row in ingested["readings"].to_pylist():
        recorded, path, pointer = row["verdict"], row["path"], row["pointer"]
        verdict, what = found[row["claim_id"]]
        if verdict != recorded:
            file = read_file(root, root / path)
            message = f"the reading says {recorded}, the query now gives {verdict}"
            findings.append(file.finding(VERDICT, (*pointer_of(pointer), "verdict"), what or "", message))
    return sorted(findings)
