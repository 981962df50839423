"""What readers ask for first: makers, licence, link and ids of a model; how far a release reaches; what ended."""

from datetime import date

import polars as pl

from flows.derive.database import Database
from flows.derive.products import products
from flows.derive.steps import MACROS
from schemas.tables import Tables, frame
from support.axis_cases import AS_OF, Mapped, derived_table, ingested, record, source

MODEL = "maker/model"
OLD, NEW = date(2022, 1, 1), date(2022, 6, 1)


def model_row(tables: Tables, as_of: date = AS_OF) -> dict[str, object]:
    """The row of `models` of the one model."""
    return derived_table("models", tables, as_of).row(0, named=True)


def announced(*access: Mapped, **more: object) -> Mapped:
    paper = source("paper", states={"announced": {"value": OLD}}, access=list(access))
    return record(paper, **more)


def until(tables: Tables, day: date) -> Tables:
    """The same tables, of models that were looked for up to a day."""
    horizon = frame(tables["horizon"]).with_columns(pl.lit(day).alias("collected_until"))
    return {**tables, "horizon": horizon.to_arrow()}


def test_a_model_has_its_makers_by_name_and_country() -> None:
    tables = ingested({MODEL: announced()})
    maker = frame(tables["organisations"]).with_columns(pl.lit("JP").alias("country"))
    row = model_row({**tables, "organisations": maker.to_arrow()})
    assert (row["organisation_names"], row["countries"]) == (["Maker"], ["JP"])
    assert products(tables, AS_OF)["models"]["countries"].to_pylist() == [None]  # an empty list is published as none


def test_a_model_has_licence_and_use_of_its_weights_on_the_day() -> None:
    events: list[Mapped] = [
        {"since": OLD, "weights": "download", "licence": "no-sale"},
        {"since": NEW, "licence": "free-for-all"},
    ]
    tables = ingested({MODEL: announced(*events)})
    before, after = model_row(tables, date(2022, 5, 31)), model_row(tables, NEW)
    assert (before["licence"], before["commercial_use"]) == ("no-sale", False)
    assert (after["licence"], after["commercial_use"]) == ("free-for-all", True)


def test_the_link_is_the_makers_announcement_before_paper_and_code_and_never_anothers() -> None:
    kinds = ("news", "code", "paper", "announcement")
    sources = [source(kind, kind, states={"layers": {"value": 96}}) for kind in kinds]
    records = {f"{MODEL}-{n}": record(*sources[: n + 1]) for n in range(len(kinds))}
    links = derived_table("models", ingested(records)).sort("model_id")["link"].to_list()
    assert links == [None, *(f"https://example.org/{kind}" for kind in kinds[1:])]


def test_a_model_has_the_repository_that_is_exactly_it() -> None:
    def named(identifier: str, relation: str) -> Mapped:
        where: Mapped = {"source": "https://example.org/card", "accessed": AS_OF}
        return {"scheme": "huggingface", "id": identifier, "relation": relation, **where}

    own = announced(identifiers=[named("maker/small", "variant"), named("maker/model", "exact")])
    tables = ingested({MODEL: own})
    assert model_row(tables)["hub_id"] == "maker/model"
    published = products(tables, AS_OF)["identifiers"].to_pylist()
    assert [(row["identifier"], row["identifier_relation"]) for row in published] == [
        ("maker/model", "exact"),
        ("maker/small", "variant"),
    ]


def test_a_model_says_how_many_sources_were_read_and_when_the_last() -> None:
    later = source("news", "news", states={"layers": {"value": 96}}) | {"accessed": date(2026, 2, 1)}
    row = model_row(ingested({MODEL: record(source("paper", states={"announced": {"value": OLD}}), later)}))
    assert (row["sources_read"], row["known_until"]) == (2, date(2026, 2, 1))


def test_access_says_when_it_was_last_looked_at_and_what_the_licence_is_taken_from() -> None:
    code = source("code", "code", access=[{"since": OLD, "weights": "download", "licence": "free-for-all"}])
    tables = ingested({MODEL: record(source("paper", states={"announced": {"value": OLD}}), code)})
    (row,) = derived_table("access_periods", tables, AS_OF).to_dicts()
    assert (row["licence_basis"], row["known_until"]) == ("code", AS_OF)


def test_that_something_is_still_so_begins_no_stretch_of_time() -> None:
    opened: Mapped = {"since": OLD, "weights": "download", "licence": "free-for-all"}
    served: Mapped = {"since": OLD, "api": "paid", "until": date(2022, 1, 15)}
    paper = source("paper", states={"announced": {"value": OLD}}, access=[opened, served])
    still: Mapped = {"since": date(2022, 2, 1), "weights": "download"}
    again: Mapped = {"since": date(2022, 3, 1), "api": "paid"}
    small: Mapped = {"since": date(2022, 4, 1), "variants": ["small"], "api": "paid"}
    sized = [{"name": "small", "parameters": {"value": 7_000}}]
    later = source("news", "news", access=[still, again, small], variants=sized) | {"accessed": date(2026, 2, 1)}
    found = derived_table("access_periods", ingested({MODEL: record(paper, later)}), AS_OF)
    assert found.select("valid_from", "weights", "api").rows() == [
        (OLD, "download", "paid"),
        (date(2022, 1, 15), "download", None),
        (date(2022, 3, 1), "download", "paid"),
    ]
    assert set(found["known_until"]) == {date(2026, 2, 1)}


def test_variants_carry_the_weights_and_licence_of_the_day() -> None:
    sized = [{"name": "small", "parameters": {"value": 7_000}}]
    event: Mapped = {"since": NEW, "variants": ["small"], "weights": "download", "licence": "free-for-all"}
    paper = source("paper", states={"announced": {"value": OLD}}, variants=sized, access=[event])
    tables = ingested({MODEL: record(paper)})
    found = [derived_table("variants", tables, day).row(0, named=True) for day in (OLD, NEW)]
    assert [(row["weights"], row["licence"]) for row in found] == [(None, None), ("download", "free-for-all")]


def test_trends_end_where_models_were_no_longer_looked_for() -> None:
    tables = until(ingested({MODEL: announced()}), date(2022, 5, 31))
    assert sorted(set(derived_table("trends", tables, AS_OF)["quarter"])) == ["2022Q1", "2022Q2"]
    assert model_row(tables)["collected_until"] == date(2022, 5, 31)


def test_the_landscape_of_a_day_beyond_says_so() -> None:
    made = products(until(ingested({MODEL: announced()}), date(2022, 5, 31)), AS_OF)
    with Database({}) as release:
        for name in ("models", "labels"):
            release.connection.register(f"arrow_{name}", made[name])
            release.execute(f"create table {name} as select * from arrow_{name}")
        for macro in MACROS:
            release.run(macro)
        beyond = [
            release.arrow(f"select is_beyond from landscape(date '{day}')").to_pylist()[0]["is_beyond"]
            for day in ("2022-05-31", "2022-06-01")
        ]
    assert beyond == [False, True]


def test_coverage_tells_silence_from_what_nobody_looked_for() -> None:
    silent = record(source("paper", states={"announced": {"value": OLD}}, silent=["layers"]))
    tables = ingested({"maker/silent": silent, "maker/unread": announced()})
    coverage = derived_table("coverage", tables, AS_OF).to_dicts()
    (layers,) = [row for row in coverage if row["column_name"] == "layers"]
    assert (layers["not_mentioned_share"], layers["unresearched_share"]) == (0.5, 0.5)
