"""Claims whose verdict is no longer what the reading says."""

from pathlib import Path

from flows.records.files import read_file
from flows.records.findings import Finding
from flows.records.ingest import pointer_of
from schemas.tables import Tables


def verdict_findings(root: Path, ingested: Tables, products: Tables) -> list[Finding]:
    """Hold the verdicts of the claims against those that `raw/readings` records.

    Returns an error for each claim whose query now says something else, or fails.
    """
    found = products["claims"].select("claim_id", "verdict", "found").rows_by_key("claim_id", unique=True)
    findings = []
    for claim_id, recorded, path, pointer in (
        ingested["readings"].select("claim_id", "verdict", "path", "pointer").sort("claim_id").rows()
    ):
        verdict, what = found[claim_id]
        if verdict != recorded:
            file = read_file(root, root / path)
            findings.append(
                file.finding(
                    "claim.verdict-changed",
                    (*pointer_of(pointer), "verdict"),
                    f"the reading says {recorded}, the query now gives {verdict}",
                    what or "",
                    "look at what changed (or is the release's day too early?); then mend record, query, or verdict and evidence",
                )
            )
    return sorted(findings)
