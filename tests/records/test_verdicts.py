"""Claims are queries over the release, and one that changes its verdict is a finding."""

from datetime import date
from pathlib import Path

import pytest

from flows.check import check
from flows.derive.products import products
from flows.derive.queries import FAILS
from flows.records.verdicts import verdict_findings
from schemas.tables import Tables, frame
from support.project import ONE, READING, Project

pytestmark = [pytest.mark.xdist_group("real-records"), pytest.mark.slow]

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


def test_a_changed_verdict_is_reported_at_its_line(project: Project) -> None:
    project.edit(
        READING,
        "select true as verdict, 'dense' as found",
        "select layers > 90 as verdict, layers::varchar as found from models where layers > 0",
    )
    checked = check(project.root, DAY)
    assert verdict_findings(project.root, checked.tables, products(checked.tables, DAY)["claims"]) == []
    for printed in ('printed = "96", at', 'printed = "96 layers"'):
        project.edit(ONE, f"value = 96, {printed}", f"value = 86, {printed.replace('96', '86')}")
    checked = check(project.root, DAY)
    assert checked.errors == []
    (changed,) = verdict_findings(project.root, checked.tables, products(checked.tables, DAY)["claims"])
    assert (changed.path, changed.line) == (READING, project.line(READING, "verdict  "))
    assert changed.rule == "claim.verdict-changed"


UNSEEN = (
    "select true as verdict, count(*) as found from in_models",
    "select true as verdict, count(*) as found from temp.in_fields",
    "select true as verdict, count(*) as found from ranked",
    "select true as verdict, count(*) as found from memory.main.ranked",
    "select true as verdict, as_of() as found",
    "select getvariable('as_of') is not null as verdict, 'a day' as found",
)


def test_a_claim_sees_nothing_that_a_reader_of_the_release_does_not_have(project: Project) -> None:
    head, _, claim = project.text(READING).partition("[claims.one-is-dense]")
    queries = ("select true as verdict, count(*) as found from models", *UNSEEN)
    asked = [claim.replace("select true as verdict, 'dense' as found", sql) for sql in queries]
    project.write(READING, head + "".join(f"[claims.q{number}]{each}\n" for number, each in enumerate(asked)))
    made = products(check(project.root, DAY).tables, DAY)["claims"].to_pylist()
    verdicts = {row["sql"]: row["verdict"] for row in made}
    assert verdicts == {queries[0]: "holds", **dict.fromkeys(UNSEEN, FAILS)}
