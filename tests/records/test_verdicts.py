"""Claims are queries over the release, and one that changes its verdict is a finding."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from flows.check import check
from flows.derive.products import claims, products
from flows.derive.queries import FAILS
from flows.records.verdicts import verdict_findings
from schemas.tables import Tables, frame
from support.project import READING, Project

pytestmark = pytest.mark.xdist_group("real-records")

DAY = date(2026, 11, 23)


def test_the_readings_have_at_least_sixty_claims_in_two_languages(real_products: Tables) -> None:
    claims = frame(real_products["claims"])
    assert claims.height >= 60
    assert claims["claim_en"].n_unique() == claims["claim_ja"].n_unique() == claims.height


def test_every_verdict_is_the_recorded_one(real_root: Path, real_ingested: Tables, real_products: Tables) -> None:
    assert verdict_findings(real_root, real_ingested, real_products["claims"]) == []


def test_no_claim_has_its_verdict_typed_in(real_ingested: Tables) -> None:
    for claim, sql in frame(real_ingested["readings"]).select("claim_id", "sql").rows():
        assert " from " in f" {' '.join(sql.split())} ", claim


def test_most_claims_depend_on_the_records(real_ingested: Tables) -> None:
    emptied = {
        **real_ingested,
        **{name: real_ingested[name].slice(0, 0) for name in ("models", "sources", "statements")},
    }
    verdicts = products(emptied, DAY)["claims"]["verdict"].to_pylist()
    assert verdicts.count("holds") <= 3


def test_a_changed_verdict_is_reported_at_its_line(tmp_path: Path, real_root: Path, real_day: date) -> None:
    shutil.copytree(real_root / "raw", tmp_path / "raw")
    record = tmp_path / "raw" / "models" / "openai" / "gpt-3.toml"
    lines = record.read_text().splitlines(keepends=True)
    record.write_text("".join(line for line in lines if not line.startswith("layers ")))
    checked = check(tmp_path, real_day)
    assert checked.errors == []
    changed = verdict_findings(tmp_path, checked.tables, claims(checked.tables, real_day))
    assert changed
    for finding in changed:
        text = (tmp_path / finding.path).read_text().splitlines()
        assert text[finding.line - 1].startswith("verdict")
        assert finding.rule == "claim.verdict-changed"


@pytest.mark.parametrize(
    "sql",
    [
        "select true as verdict, count(*) as found from in_models",
        "select true as verdict, count(*) as found from temp.in_fields",
        "select true as verdict, count(*) as found from ranked",
        "select true as verdict, count(*) as found from memory.main.ranked",
        "select true as verdict, as_of() as found",
        "select getvariable('as_of') is not null as verdict, 'a day' as found",
    ],
)
def test_a_claim_sees_nothing_that_a_reader_of_the_release_does_not_have(project: Project, sql: str) -> None:
    project.edit(READING, "select true as verdict, 'dense' as found", sql)
    (claim,) = products(check(project.root, DAY).tables, DAY)["claims"].to_pylist()
    assert claim["verdict"] == FAILS, claim
