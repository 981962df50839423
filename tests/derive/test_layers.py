"""Facts, variants, relations, coverage, trends and the landscape of a day, on small records worked by hand."""

from collections.abc import Mapping
from datetime import date
from functools import cache

import polars as pl
import pyarrow as pa
import pytest

from flows.derive.database import Database
from flows.derive.products import products
from flows.derive.steps import MACROS
from schemas.fields import AXES, STATED
from schemas.products import PRODUCTS, arrow_schema
from schemas.tables import Tables, frames
from schemas.validation import ProductError, validate_products
from support.axis_cases import AS_OF, Mapped, derived_table, ingested, record, source
from support.tables import arrow_tables

Row = dict[str, object]
Said = tuple[str, date | None, Mapped]

OLD, NEW = date(2022, 1, 1), date(2022, 6, 1)
MODEL = "maker/model"


def says(value: object = None, kind: str = "paper", published: date | None = OLD, **marks: bool | str) -> Said:
    """What one source says of the field of a test."""
    return kind, published, ({**marks} if value is None else {"value": value, **marks})


def made(name: str, records: Mapping[str, Mapped]) -> pl.DataFrame:
    """One derived table."""
    return derived_table(name, ingested(records))


def facts(field: str, *models: tuple[Said, ...]) -> list[Row]:
    """The facts of some models that follow from what their sources s1, s2, … say of a field."""
    other = source("other", states={"withdrawn": {"value": NEW}})
    records = {
        f"{MODEL}-{number}": record(
            *(source(f"s{n}", kind, day, states={field: said}) for n, (kind, day, said) in enumerate(model, start=1)),
            other,
        )
        for number, model in enumerate(models, start=1)
    }
    found = made("facts", records).filter(pl.col("field") == field)
    return [found.row(by_predicate=pl.col("model_id") == model_id, named=True) for model_id in records]


def fact(field: str, *said: Said) -> Row:
    """The fact of one model, maker/model-1."""
    return facts(field, said)[0]


def rows(table: pl.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(table.select(*columns).iter_rows())


def test_a_field_that_no_source_speaks_of_is_unresearched() -> None:
    found = fact("layers")
    assert (found["state"], found["value_number"], found["source_count"]) == ("unresearched", None, 0)
    assert found["statement_ids"] is None


def known_of(paper: Mapped, *fields: str, **says: object) -> dict[str, tuple[object, ...]]:
    """State, basis, number and sources of some facts of a model with one paper, by field."""
    found = made("facts", {MODEL: record(source("paper", states=paper, **says))})
    shown = found.filter(pl.col("field").is_in(fields)).select(
        "field", "state", "basis", "value_number", "source_count"
    )
    return {str(field): tuple(rest) for field, *rest in shown.iter_rows()}


def test_a_field_on_which_all_that_was_read_whole_is_silent_is_not_mentioned() -> None:
    found = known_of({"announced": {"value": OLD}}, "layers", silent=["layers"])
    assert found == {"layers": ("not_mentioned", None, None, 0)}


@pytest.mark.parametrize("kind", ["paper", "news"])
def test_a_value_outweighs_silence_which_disputes_nothing(kind: str) -> None:
    silent = source("silent", published=NEW, silent=["layers"])
    valued = source("valued", kind, states={"layers": {"value": 96}})
    found = made("facts", {MODEL: record(silent, valued)}).row(by_predicate=pl.col("field") == "layers", named=True)
    assert (found["state"], found["value_number"], found["source_count"]) == ("stated", 96, 1)
    assert found["statement_ids"] == [f"{MODEL}#valued/layers"]


def test_a_fact_says_who_it_rests_on() -> None:
    maker, news, guess = says(96), says(96, "news"), says(96, "news", estimate=True)
    assert [row["basis"] for row in facts("layers", (maker, news), (news,), (guess,))] == [
        "maker",
        "third-party",
        "estimate",
    ]


def test_a_dense_model_has_no_experts_and_all_of_its_parameters_are_active() -> None:
    dense: Mapped = {"routing": {"value": "dense"}, "parameters": {"value": 7_000}}
    assert known_of(dense, "experts", "active_parameters") == {
        "experts": ("not_applicable", "derived", None, 0),
        "active_parameters": ("stated", "derived", 7_000, 0),
    }
    assert known_of({"routing": {"value": "dense"}}, "active_parameters")["active_parameters"][0] == "unresearched"
    sparse: Mapped = {**dense, "routing": {"value": "mixture-of-experts"}}
    assert {found[0] for found in known_of(sparse, "experts", "active_parameters").values()} == {"unresearched"}


@pytest.mark.parametrize(
    ("out", "length", "thoughts"),
    [
        (["image"], "not_applicable", "not_applicable"),
        (["speech"], "not_applicable", "unresearched"),
        (["image", "text"], "unresearched", "unresearched"),
        (None, "unresearched", "unresearched"),
    ],
    ids=["images", "speech", "text too", "output unknown"],
)
def test_what_gives_no_text_has_no_length_in_tokens_and_without_speech_too_no_thoughts(
    out: list[str] | None, length: str, thoughts: str
) -> None:
    known: Mapped = {"modalities_in": {"value": ["image"]}} | ({"modalities_out": {"value": out}} if out else {})
    found = known_of(known, "output_length", "thinking")
    assert (found["output_length"][0], found["thinking"][0]) == (length, thoughts)


@pytest.mark.parametrize(
    ("events", "weights", "service"),
    [
        ([{"since": OLD, "weights": "none", "api": "none", "app": "none"}], "not_applicable", "not_applicable"),
        ([{"since": OLD, "weights": "none", "api": "none"}], "not_applicable", "unresearched"),
        ([{"since": OLD, "weights": "none"}, {"since": NEW, "weights": "download"}], "unresearched", "unresearched"),
        ([{"since": OLD, "api": "none", "app": "none"}, {"since": NEW, "app": "free"}], "unresearched", "unresearched"),
        ([{"since": OLD, "weights": "none", "variants": ["Small"]}], "unresearched", "unresearched"),
    ],
    ids=["never offered", "nothing of people", "weights later", "service later", "a variant's"],
)
def test_what_was_never_offered_has_no_first_day(events: list[Mapped], weights: str, service: str) -> None:
    small: Mapped = {"variants": [{"name": "Small"}]}
    found = made("facts", {MODEL: record(source("paper", access=events, **small))})
    shown = {row["field"]: row["state"] for row in found.iter_rows(named=True)}
    assert (shown["weights_date"], shown["service_date"]) == (weights, service)


def test_what_a_source_states_is_not_derived() -> None:
    dense: Mapped = {"routing": {"value": "dense"}, "parameters": {"value": 7_000}}
    stated = {**dense, "experts": {"value": 8}, "active_parameters": {"value": 6_000}}
    assert known_of(stated, "experts", "active_parameters") == {
        "experts": ("stated", "maker", 8, 1),
        "active_parameters": ("stated", "maker", 6_000, 1),
    }


@pytest.mark.parametrize(
    ("into", "out", "tokens", "languages"),
    [
        (["image"], ["image"], "not_applicable", "not_applicable"),
        (["speech"], ["speech"], "not_applicable", "unresearched"),
        (["text"], ["image"], "unresearched", "unresearched"),
        (["image"], None, "unresearched", "unresearched"),
    ],
    ids=["images", "speech", "text to image", "output unknown"],
)
def test_a_model_without_text_has_no_tokens_and_without_speech_too_no_languages(
    into: list[str], out: list[str] | None, tokens: str, languages: str
) -> None:
    known: Mapped = {"modalities_in": {"value": into}} | ({"modalities_out": {"value": out}} if out else {})
    found = known_of(known, "training_tokens", "languages")
    assert (found["training_tokens"][0], found["languages"][0]) == (tokens, languages)


def test_a_value_of_one_source_is_stated_with_its_unit_and_statement() -> None:
    found = fact("layers", says(96))
    assert (found["state"], found["value_number"], found["unit"]) == ("stated", 96, "layer")
    assert (found["source_count"], found["spread"], found["statement_ids"]) == (1, None, [f"{MODEL}-1#s1/layers"])


def test_every_model_has_every_field_once() -> None:
    bare = record(source("paper", states={"announced": {"value": OLD}}))
    facts = made("facts", {MODEL: bare, "maker/other": bare})
    assert rows(facts, "model_id", "field") == sorted((m, f) for m in (MODEL, "maker/other") for f in STATED)


def test_the_makers_source_outweighs_newer_news() -> None:
    found = fact("layers", says(96, published=OLD), says(48, "news", NEW))
    assert (found["state"], found["value_number"], found["source_count"]) == ("stated", 96, 2)


def test_every_kind_of_the_makers_sources_outweighs_every_kind_of_newer_others() -> None:
    own = ("paper", "model-card", "licence", "code", "announcement", "documentation", "terms")
    others = ("citing-paper", "news", "database", "article")
    found = facts("layers", *((says(48, other, NEW), says(96, kind, OLD)) for kind in own for other in others))
    assert {row["value_number"] for row in found} == {96}


def test_the_newer_of_two_sources_of_the_maker_is_chosen_in_any_order() -> None:
    old, new = says(96, published=OLD), says(97, published=NEW)
    assert [row["value_number"] for row in facts("layers", (old, new), (new, old))] == [97, 97]


def test_a_source_with_a_date_outweighs_one_without() -> None:
    assert fact("layers", says(96, published=None), says(48, published=OLD))["value_number"] == 48


def test_prefer_decides_between_sources_of_one_day() -> None:
    second, first = facts("layers", (says(96), says(48, prefer=True)), (says(96, prefer=True), says(48)))
    assert (second["value_number"], first["value_number"]) == (48, 96)


def test_prefer_does_not_outweigh_a_newer_source() -> None:
    assert fact("layers", says(96, prefer=True), says(48, published=NEW))["value_number"] == 48


def test_prefer_does_not_make_news_outweigh_the_maker() -> None:
    assert fact("layers", says(96), says(48, "news", prefer=True))["value_number"] == 96


def test_an_estimate_alone_is_estimated() -> None:
    found = fact("layers", says(96, "news", estimate=True))
    assert (found["state"], found["value_number"]) == ("estimated", 96)


def test_a_stated_value_outweighs_a_newer_estimate_and_does_not_dispute_it() -> None:
    stated, estimates = says(96, "news", OLD), (says(48, kind, NEW, estimate=True) for kind in ("paper", "news"))
    for found in facts("layers", *((stated, estimate) for estimate in estimates)):
        assert (found["state"], found["value_number"]) == ("stated", 96)


def test_numbers_more_than_one_per_cent_of_the_smaller_apart_are_disputed() -> None:
    pairs = {
        (100, 100): "stated",
        (100, 101): "stated",
        (100, 102): "disputed",
        (10_000, 10_099): "stated",
        (10_000, 10_100): "stated",
        (10_000, 10_101): "disputed",
        (175_000_000_000, 176_750_000_000): "stated",
        (175_000_000_000, 176_750_000_001): "disputed",
    }
    up = facts("layers", *((says(low), says(high, published=NEW)) for low, high in pairs))
    down = facts("layers", *((says(high), says(low, published=NEW)) for low, high in pairs))
    for (pair, state), rising, falling in zip(pairs.items(), up, down, strict=True):
        assert (pair, rising["state"], rising["value_number"]) == (pair, state, pair[1])
        assert (pair, falling["state"], falling["value_number"]) == (pair, state, pair[0])


def test_a_number_agrees_with_itself_as_rounded_or_cut_in_print() -> None:
    pairs = {
        ((8_100_000_000, "8.1B"), (8_000_000_000, "8B")): "stated",
        ((17_000_000_000, "17 billion"), (17_200_000_000, "17.2 billion")): "stated",
        ((32_600_000_000, "32.6B"), (32_000_000_000, "32 billion")): "stated",  # cut, not rounded
        ((1_040_000_000_000, "1.04T"), (1_000_000_000_000, "1 trillion")): "stated",
        ((11_846_072_320, "11,846,072,320"), (12_000_000_000, "12B parameters")): "stated",
        ((1_750_000_000_000, "1兆7500億"), (1_800_000_000_000, "1.8T")): "stated",
        ((1_750_000_000_000, "1兆7500億"), (1_800_500_000_000, "1,800.5B")): "disputed",  # five digits each
        ((820_000_000, "820M"), (800_000_000, "800M")): "disputed",
        ((1_200_000_000, "1.2 billion"), (1_000_000_000, "1B")): "disputed",  # more than 10 %
        ((8_100_000_000, "8.1B"), (8_000_000_000, "eight billion")): "disputed",  # no digits
    }
    said = [[says(value, printed=text) for value, text in pair] for pair in pairs]
    for order in (1, -1):
        found = [row["state"] for row in facts("parameters", *(tuple(pair[::order]) for pair in said))]
        assert found == list(pairs.values())


def test_tokens_counted_by_1024_agree_with_thousands_and_nothing_else_does() -> None:
    pairs = {(131_072, 128_000): "stated", (1_000_000, 1_048_576): "stated", (131_072, 100_000): "disputed"}
    for field in ("context_length", "parameters"):
        found = [row["state"] for row in facts(field, *((says(one), says(other)) for one, other in pairs))]
        assert found == (list(pairs.values()) if field == "context_length" else ["disputed"] * len(pairs))


def test_news_alone_can_be_disputed_among_themselves() -> None:
    found = fact("layers", says(96, "news", OLD), says(48, "article", NEW))
    assert (found["state"], found["value_number"]) == ("disputed", 48)


def test_a_database_of_models_decides_only_where_nobody_else_speaks() -> None:
    others = [(says(96, kind, OLD), says(48, "database", NEW)) for kind in ("paper", "news")]
    found = facts("layers", *others, (says(48, "database", NEW),))
    assert [(row["state"], row["value_number"]) for row in found] == [("stated", 96), ("stated", 96), ("stated", 48)]


@pytest.mark.parametrize("field", ["announced", "paper_date", "weights_date", "service_date"])
def test_of_a_first_day_the_earliest_of_the_best_rank_decides(field: str) -> None:
    early, late = date(2022, 1, 5), date(2022, 1, 9)
    said: list[tuple[tuple[Said, ...], object, object]] = [
        ((says(late, published=NEW), says(early, published=OLD)), early, "day"),
        ((says(early, published=NEW), says(late, published=OLD)), early, "day"),
        ((says(late), says(early, "news")), late, "day"),
        ((says(late), says("2022-01"), says("2022")), late, "day"),
        ((says(late), says("2021")), date(2021, 1, 1), "year"),
        ((says(early), says(late, prefer=True)), late, "day"),
        ((says(early, "database"),), None, None),
    ]
    found = facts(field, *(model for model, *_ in said))
    assert [[row["value_date"], row["date_precision"]] for row in found] == [day for _, *day in said]


def test_of_a_last_day_the_newer_source_decides() -> None:
    found = fact("withdrawn", says(date(2022, 1, 5), published=OLD), says(date(2022, 1, 9), published=NEW))
    assert found["value_date"] == date(2022, 1, 9)


def test_a_third_source_that_agrees_does_not_settle_a_dispute() -> None:
    found = fact("layers", says(96, published=OLD), says(48, published=OLD), says(48, published=NEW))
    assert (found["state"], found["source_count"]) == ("disputed", 3)


def test_the_spread_is_against_the_smallest_of_all_sources() -> None:
    found = fact("layers", says(9), says(8, published=NEW), says(7, "news"))
    assert found["spread"] == 0.285714


def test_a_fact_rests_on_the_chosen_statement_first_and_on_those_that_agree() -> None:
    found = fact("layers", says(101), says(100), says(100, published=NEW), says(50, "news"))
    assert found["statement_ids"] == [f"{MODEL}-1#{key}/layers" for key in ("s3", "s1", "s2")]


def test_lists_agree_if_one_holds_the_other() -> None:
    pairs = [
        ("text", "text", "stated"),
        ("text image", "image text", "stated"),
        ("text image", "text", "stated"),
        ("text", "text image", "stated"),
        ("text image", "text video", "disputed"),
        ("text", "image", "disputed"),
    ]
    found = facts("modalities_in", *((says(a.split()), says(b.split(), published=NEW)) for a, b, _ in pairs))
    for (older, newer, state), row in zip(pairs, found, strict=True):
        assert (older, row["state"], row["value_list"]) == (older, state, newer.split())


def test_of_numbers_of_one_day_that_agree_the_one_printed_in_more_detail_is_chosen() -> None:
    short, long = says(3.14e23, printed="3.14e23"), says(3.136e23, printed="3.136e23")
    assert [row["value_number"] for row in facts("training_flop", (short, long), (long, short))] == [3.136e23, 3.136e23]


def test_of_lists_of_one_day_that_agree_the_longer_is_chosen() -> None:
    short, long = says(["text"]), says(["text", "image"])
    found = facts("modalities_in", (short, long), (long, short))
    assert [row["value_list"] for row in found] == [["text", "image"], ["text", "image"]]


def test_dates_agree_if_the_less_exact_covers_the_other() -> None:
    pairs = [
        (date(2022, 3, 15), "2022-03", "stated", date(2022, 3, 15), "day"),
        ("2022-03", date(2022, 3, 15), "stated", date(2022, 3, 15), "day"),
        (date(2022, 3, 15), "2022", "stated", date(2022, 3, 15), "day"),
        ("2022", "2022-03", "stated", date(2022, 3, 1), "month"),
        (date(2022, 3, 15), "2022-04", "disputed", date(2022, 3, 15), "day"),
        (date(2022, 3, 15), "2021", "disputed", date(2021, 1, 1), "year"),
        (date(2022, 3, 1), date(2022, 3, 2), "disputed", date(2022, 3, 1), "day"),
        (date(2022, 1, 1), "2022", "stated", date(2022, 1, 1), "day"),
    ]
    found = facts("weights_date", *((says(older), says(newer, published=NEW)) for older, newer, *_ in pairs))
    for (older, newer, *expected), row in zip(pairs, found, strict=True):
        assert (older, newer, row["state"], row["value_date"], row["date_precision"]) == (older, newer, *expected)


def test_of_dates_of_one_day_that_agree_the_more_exact_is_chosen() -> None:
    found = fact("weights_date", says("2022"), says(date(2022, 3, 15)), says("2022-03"))
    assert (found["value_date"], found["date_precision"], found["state"]) == (date(2022, 3, 15), "day", "stated")


def test_codes_and_truths_are_disputed_if_they_differ() -> None:
    routing = fact("routing", says("dense"), says("mixture-of-experts", published=NEW))
    assert (routing["state"], routing["value_text"]) == ("disputed", "mixture-of-experts")
    retrieval = fact("retrieval", says(True), says(False, published=NEW))
    assert (retrieval["state"], retrieval["value_boolean"]) == ("disputed", False)


def test_false_is_a_value() -> None:
    found = fact("retrieval", says(False))
    assert (found["state"], found["value_boolean"]) == ("stated", False)


def test_the_maker_withholds_what_only_others_state() -> None:
    found = fact("layers", says(undisclosed=True), says(96, "news", NEW))
    assert (found["state"], found["value_number"], found["source_count"]) == ("undisclosed", None, 2)


def test_the_maker_withholds_what_others_estimate() -> None:
    found = fact("layers", says(undisclosed=True), says(96, "news", NEW, estimate=True))
    assert (found["state"], found["value_number"]) == ("undisclosed", None)


def test_news_of_withholding_do_not_outweigh_the_makers_value() -> None:
    found = fact("layers", says(96), says(kind="news", published=NEW, undisclosed=True))
    assert (found["state"], found["value_number"]) == ("stated", 96)


def test_a_value_that_the_maker_withheld_before_is_disputed() -> None:
    found = fact("layers", says(undisclosed=True), says(96, published=NEW))
    assert (found["state"], found["value_number"]) == ("disputed", 96)


def test_two_sources_that_withhold_agree() -> None:
    found = fact("layers", says(undisclosed=True), says(undisclosed=True, published=NEW))
    assert (found["state"], found["source_count"], found["spread"]) == ("undisclosed", 2, None)


def test_a_field_that_makes_no_sense_is_neither_withheld_nor_unresearched() -> None:
    found = fact("training_tokens", says(not_applicable=True))
    assert (found["state"], found["value_number"]) == ("not_applicable", None)


def test_shares_are_listed_from_the_largest() -> None:
    found = fact("language_shares", says({"fr": 20.0, "de": 20.0, "en": 60.0}))
    assert found["value_list"] == ["en=60.0", "de=20.0", "fr=20.0"]


def test_sources_rank_by_estimate_then_maker_then_day_then_prefer() -> None:
    said = (
        says(1, "paper", NEW, estimate=True),
        says(2, "news", NEW),
        says(3, "paper", None),
        says(4, "paper", OLD, prefer=True),
        says(5, "paper", NEW),
        says(6, "paper", NEW),
        says(7, "paper", NEW, prefer=True),
    )
    sources = [source(f"s{n}", kind, day, states={"layers": s}) for n, (kind, day, s) in enumerate(said, start=1)]
    ranked = made("ranked", {MODEL: record(*sources)}).sort("rank_no", "value_number")
    assert rows(ranked, "rank_no", "value_number") == [(1, 7), (2, 5), (2, 6), (3, 4), (4, 3), (5, 2), (6, 1)]


def test_every_statement_has_one_rank_among_those_of_the_same_thing() -> None:
    claims = [{"aspect": "parameters", "factor": 2, "model": f"maker/{other}"} for other in ("one", "two")]
    paper = source(
        "paper",
        states={"layers": {"value": 96}, "announced": {"value": OLD}},
        variants=[{"name": "small", "layers": {"value": 12}}, {"name": "large", "layers": {"value": 96}}],
        access=[{"since": OLD, "weights": "none"}, {"since": NEW, "weights": "on-request"}],
        relative_to=[*claims, {"aspect": "training_time", "factor": 2, "model": "maker/one"}],
    )
    ranked = made("ranked", {MODEL: record(paper), "maker/other": record(paper)})
    assert ranked.height == ranked["statement_id"].n_unique() == 2 * 9
    assert ranked["is_chosen"].all() and ranked["agrees"].all()


SIZED = {
    MODEL: record(
        source(
            "paper",
            states={"announced": {"value": OLD}, "parameters": {"value": 13}},
            variants=[
                {"name": "large", "parameters": {"value": 13}, "layers": {"value": 40}},
                {"name": "small", "parameters": {"value": 2}, "training_tokens": {"undisclosed": True}},
            ],
        ),
        source("card", "model-card", NEW, variants=[{"name": "small", "parameters": {"value": 3}}]),
        source("news", "news", NEW, variants=[{"name": "large", "layers": {"value": 99}}]),
    )
}


def test_a_variant_has_the_chosen_figures_of_its_own_and_rests_on_them() -> None:
    variants = made("variants", SIZED)
    found = rows(variants, "model_id", "variant", "parameters", "layers", "training_tokens")
    assert found == [(MODEL, "large", 13, 40, None), (MODEL, "small", 3, None, None)]
    large, small = variants["statement_ids"].to_list()
    assert large == [f"{MODEL}#paper/variants/large/layers", f"{MODEL}#paper/variants/large/parameters"]
    assert small == [f"{MODEL}#card/variants/small/parameters", f"{MODEL}#paper/variants/small/training_tokens"]


def test_figures_of_variants_are_no_facts_of_the_model() -> None:
    facts = made("facts", SIZED)
    assert rows(facts.filter(pl.col("field").is_in(["parameters", "layers"])), "field", "state", "value_number") == [
        ("layers", "unresearched", None),
        ("parameters", "stated", 13),
    ]


def test_a_model_without_variants_has_no_row() -> None:
    assert made("variants", {MODEL: record(source("paper", states={"announced": {"value": OLD}}))}).is_empty()


def test_relations_are_the_base_the_successor_and_the_chosen_claims() -> None:
    child = record(
        source(
            "paper",
            states={
                "announced": {"value": OLD},
                "base": {"value": "maker/base"},
                "succeeded_by": {"value": "maker/next"},
            },
            relative_to=[
                {"aspect": "training_co2e_t", "factor": "1/7", "model": "maker/rival"},
                {"aspect": "parameters", "factor": 12, "model": "maker/rival"},
            ],
        ),
        source("news", "news", NEW, relative_to=[{"aspect": "parameters", "factor": 10, "model": "maker/rival"}]),
    )
    withheld = record(source("paper", states={"announced": {"value": OLD}, "base": {"undisclosed": True}}))
    relations = made("relations", {MODEL: child, "maker/other": withheld})
    assert rows(relations, "model_id", "relation_kind", "other_id", "field", "factor", "statement_ids") == [
        (MODEL, "base", "maker/base", "base", None, [f"{MODEL}#paper/base"]),
        (
            MODEL,
            "relative-to",
            "maker/rival",
            "parameters",
            12.0,
            [f"{MODEL}#paper/relative_to/parameters/maker/rival"],
        ),
        (
            MODEL,
            "relative-to",
            "maker/rival",
            "training_co2e_t",
            0.142857143,
            [f"{MODEL}#paper/relative_to/training_co2e_t/maker/rival"],
        ),
        (MODEL, "succeeded-by", "maker/next", "succeeded_by", None, [f"{MODEL}#paper/succeeded_by"]),
    ]


def stating(*layers: Said, **more: object) -> Mapped:
    """A record that says when it was announced and what sources say of its layers."""
    announced = source("announcement", "announcement", states={"announced": {"value": OLD}})
    said = [source(f"s{n}", kind, day, states={"layers": s}) for n, (kind, day, s) in enumerate(layers, start=1)]
    return record(announced, *said, **more)


def coverage(records: Mapping[str, Mapped]) -> dict[str, Row]:
    """The rows of coverage by column."""
    return {str(row["column_name"]): row for row in made("coverage", records).iter_rows(named=True)}


REVIEWED: Mapped = {"on": AS_OF, "corrected": ["layers"]}


def test_coverage_is_the_share_of_models_in_each_state() -> None:
    found = coverage(
        {
            "maker/stated": stating(says(96)),
            "maker/also-stated": stating(says(48)),
            "maker/third-stated": stating(says(24)),
            "maker/disputed": stating(says(96), says(48, published=NEW)),
            "maker/estimated": stating(says(96, estimate=True)),
            "maker/undisclosed": stating(says(undisclosed=True)),
            "maker/makes-no-sense": stating(says(not_applicable=True)),
            "maker/unresearched": stating(),
        }
    )["layers"]
    assert (found["table_name"], found["models_count"]) == ("models", 8)
    assert found["stated_share"] == 0.375
    others = ("disputed", "estimated", "undisclosed", "not_applicable", "unresearched")
    assert [found[f"{state}_share"] for state in others] == [0.125] * 5


def test_coverage_has_a_row_for_each_field_and_one_for_all() -> None:
    assert made("coverage", {MODEL: stating()})["column_name"].to_list() == sorted([*STATED, "*"])


def test_coverage_of_all_columns_counts_cells() -> None:
    found = coverage({"maker/one": stating(says(96)), "maker/two": stating(says(undisclosed=True))})["*"]
    cells = 2 * len(STATED)
    assert found["models_count"] == 2
    assert found["stated_share"] == round(3 / cells, 6)
    assert found["undisclosed_share"] == round(1 / cells, 6)
    assert found["unresearched_share"] == round((cells - 4) / cells, 6)


def test_the_reviewed_share_counts_the_statements_of_reviewed_records() -> None:
    records = {
        "maker/reviewed": stating(says(96), review=REVIEWED),
        "maker/one": stating(says(96)),
        "maker/two": stating(says(96)),
        "maker/three": stating(),
    }
    shares = {column: row["reviewed_share"] for column, row in coverage(records).items()}
    assert (shares["layers"], shares["announced"], shares["*"]) == (round(1 / 3, 6), 0.25, round(2 / 7, 6))


def test_the_error_rate_is_the_part_of_the_cells_read_twice_that_changed() -> None:
    records = {
        "maker/wrong": stating(says(96), review=REVIEWED),
        "maker/right": stating(says(96), review={"on": AS_OF}),
        "maker/right-too": stating(says(96), review={"on": AS_OF}),
        "maker/unread": stating(says(96)),
    }
    rates = {column: row["error_rate"] for column, row in coverage(records).items()}
    assert (rates["layers"], rates["announced"], rates["*"]) == (round(1 / 3, 6), 0, round(1 / 6, 6))


def test_a_corrected_cell_that_two_sources_state_is_one_cell() -> None:
    found = coverage({MODEL: stating(says(96), says(96, published=NEW), review=REVIEWED)})["layers"]
    assert found["error_rate"] == 1


def test_a_cell_that_the_second_reading_emptied_was_read_twice() -> None:
    found = coverage({MODEL: stating(says(96), review={"on": AS_OF, "corrected": ["routing"]})})
    assert (found["routing"]["error_rate"], found["layers"]["error_rate"]) == (1, 0)
    assert found["*"]["error_rate"] == round(1 / 3, 6)


def test_a_corrected_title_of_a_source_is_no_cell_of_the_models() -> None:
    found = coverage({MODEL: stating(says(96), review={"on": AS_OF, "corrected": ["title"]})})
    assert found["*"]["error_rate"] == 0


def test_figures_of_variants_are_no_cells_of_the_models() -> None:
    sized = source("sizes", variants=[{"name": "small", "layers": {"value": 12}}])
    other = record(source("paper", states={"layers": {"value": 96}, "announced": {"value": OLD}}), sized)
    found = coverage({"maker/one": stating(says(96), review={"on": AS_OF}), "maker/two": other})
    assert (found["layers"]["reviewed_share"], found["*"]["reviewed_share"]) == (0.5, 0.5)


def test_what_was_read_after_the_second_reading_was_read_once() -> None:
    later = source("later", states={"layers": {"value": 96}}) | {"accessed": date(2026, 2, 1)}
    earlier = source("earlier", states={"layers": {"value": 96}})
    found = coverage({MODEL: record(earlier, later, review={"on": AS_OF})})["layers"]
    assert found["reviewed_share"] == 0.5


def test_where_nothing_was_read_twice_there_is_no_error_rate() -> None:
    found = coverage({MODEL: stating(says(96))})["layers"]
    assert (found["reviewed_share"], found["error_rate"]) == (0, None)


def test_a_column_without_statements_has_no_reviewed_share() -> None:
    found = coverage({MODEL: stating(review={"on": AS_OF})})["layers"]
    assert (found["reviewed_share"], found["error_rate"]) == (None, None)


def announced(day: date, parameters: int | None, *access: Mapped) -> Mapped:
    """A record with the day of its announcement, its size and its access events."""
    states = {"announced": {"value": day}, **({"parameters": {"value": parameters}} if parameters else {})}
    return record(source("paper", states=states, access=list(access)))


def event(since: date, **channels: str) -> Mapped:
    return {"since": since, **channels}


FIVE = {
    "maker/a-opens": announced(
        date(2021, 1, 15),
        10_000_000_000,
        event(date(2021, 1, 15), weights="none", api="none", app="none"),
        event(date(2021, 5, 1), weights="download", licence="free-for-all"),
    ),
    "maker/b-open": announced(
        date(2021, 3, 31),
        30_000_000_000,
        event(date(2021, 3, 31), weights="download", licence="free-for-all"),
    ),
    "maker/c-paid": announced(
        date(2021, 4, 1),
        None,
        event(date(2021, 4, 1), weights="none", api="paid"),
        event(date(2021, 7, 1), api="free"),
    ),
    "maker/d-later-open": announced(
        date(2021, 8, 5),
        200_000_000_000,
        event(date(2021, 8, 5), weights="none", api="paid"),
        event(date(2021, 9, 20), weights="download", licence="free-for-all"),
    ),
    "maker/e-too-late": announced(
        date(2021, 9, 16),
        500_000_000_000,
        event(date(2021, 9, 16), weights="none", api="none", app="none"),
    ),
}
MID_SEPTEMBER = date(2021, 9, 15)
COUNTS = ("announced_count", "announced_share", "cumulative_count", "cumulative_share")


def derived_tables(tables: Tables, as_of: date) -> dict[str, pl.DataFrame]:
    """The published tables, to be looked at."""
    return frames(products(tables, as_of))


@cache
def five() -> dict[str, pl.DataFrame]:
    """The tables of a release of the five models, in the midst of their third quarter."""
    return derived_tables(ingested(FIVE), MID_SEPTEMBER)


def trend(axis: str, label: str, *columns: str) -> dict[str, tuple[object, ...]]:
    found = five()["trends"].filter((pl.col("axis") == axis) & (pl.col("label") == label)).sort("quarter")
    return {str(quarter): tuple(values) for quarter, *values in found.select("quarter", *columns).iter_rows()}


def test_accelerators_and_shares_of_languages_are_rows_with_numbers() -> None:
    states = {
        "announced": {"value": OLD},
        "hardware": {"value": ["nvidia-a100=1024", "tpu-v4"], "printed": "1024 A100"},
        "language_shares": {"value": {"en": 92.6, "ja": 0.1}, "printed": "92.6%"},
    }
    found = derived_tables(ingested({MODEL: record(source("paper", states=states))}), AS_OF)
    hardware, shares = [f"{MODEL}#paper/hardware"], [f"{MODEL}#paper/language_shares"]
    assert rows(found["hardware"], "accelerator", "accelerator_count", "statement_ids") == [
        ("nvidia-a100", 1024, hardware),
        ("tpu-v4", None, hardware),
    ]
    assert rows(found["language_shares"], "language", "language_share", "statement_ids") == [
        ("en", 92.6, shares),
        ("ja", 0.1, shares),
    ]


def test_a_source_that_does_not_say_how_many_accelerators_agrees_with_one_that_does() -> None:
    def stated(value: list[str]) -> Mapped:
        return {"announced": {"value": OLD}, "hardware": {"value": value, "printed": "1024 A100"}}

    both = record(source("a", states=stated(["nvidia-a100=1024"])), source("b", states=stated(["nvidia-a100"])))
    other = record(source("a", states=stated(["nvidia-a100=1024"])), source("b", states=stated(["nvidia-a100=512"])))
    facts = derived_table("facts", ingested({MODEL: both, "maker/other": other}), AS_OF)
    assert rows(facts.filter(pl.col("field") == "hardware"), "state") == [("stated",), ("disputed",)]


def test_the_flat_table_has_no_lists_and_no_truths() -> None:
    states = {"announced": {"value": OLD}, "languages": {"value": ["en", "ja"]}, "instruction_tuning": {"value": True}}
    (row,) = derived_table("models_flat", ingested({MODEL: record(source("paper", states=states))}), AS_OF).to_dicts()
    assert not any(isinstance(value, list | bool) for value in row.values())
    assert (row["languages_text"], row["multitask_text"], row["reviewed_text"]) == ("en; ja", "instruction-tuned", "no")
    assert (row["announced_year"], row["commercial_use_text"]) == (OLD.year, None)


def test_the_estimate_of_computation_stands_beside_what_is_stated_and_only_for_models_of_text() -> None:
    size = {"parameters": {"value": 70_000_000_000}, "training_tokens": {"value": 1_400_000_000_000}}
    dense = {"announced": {"value": OLD}, "routing": {"value": "dense"}, **size}
    models = {
        "maker/a": dense | {"training_flop": {"value": 5.0e23, "printed": "5e23"}},
        "maker/b": dense | {"modalities_in": {"value": ["image"]}},
        "maker/c": {name: dense[name] for name in ("announced", "routing", "parameters")},
    }
    made_models = derived_tables(ingested({m: record(source("paper", states=s)) for m, s in models.items()}), AS_OF)
    found = rows(made_models["models"].sort("model_id"), "training_flop", "training_flop_estimate")
    assert found == [(5.0e23, 5.88e23), (None, None), (None, None)]


def test_years_count_what_is_known_on_the_last_day_of_each() -> None:
    years = rows(five()["years"], "year", "measure", "models_count", "out_of_count", "year_count", "share")
    assert years == [
        ("2021", "open-weights", 2, 4, 4, 0.5),
        ("2021", "sparse", 0, 0, 4, None),
        ("2021", "undisclosed-size", 0, 3, 4, 0.0),
    ]


def test_a_year_counts_as_sparse_what_the_axis_density_does() -> None:
    states = ({"experts": {"value": 64}}, {"routing": {"value": "dense"}}, {})
    models = {
        f"maker/{number}": record(source("paper", states={"announced": {"value": OLD}, **state}))
        for number, state in enumerate(states)
    }
    years = derived_table("years", ingested(models), AS_OF).filter(pl.col("measure") == "sparse")
    assert rows(years, "models_count", "out_of_count", "year_count") == [(1, 2, 3)]


def test_a_year_that_is_over_is_not_rewritten_by_what_became_of_its_models() -> None:
    later = derived_table("years", ingested(FIVE), date(2022, 3, 31))
    closed = {"maker/late": announced(date(2021, 12, 31), None, event(date(2021, 12, 31), weights="none"))}
    opened = event(date(2022, 1, 1), weights="download", licence="free-for-all")
    closed["maker/late"]["sources"][0]["access"].append(opened)
    with_one = derived_table("years", ingested(FIVE | closed), date(2022, 3, 31))
    counts = ("year", "models_count", "out_of_count")
    open_weights = pl.col("measure") == "open-weights"
    assert rows(later.filter(open_weights), *counts) == [("2021", 3, 5)]
    assert rows(with_one.filter(open_weights), *counts) == [("2021", 3, 6)]


def test_what_anybody_withholds_or_guesses_is_an_undisclosed_size() -> None:
    estimate = {"value": 7_000_000_000, "printed": "7B", "estimate": True}
    states = [{"undisclosed": True}, estimate, {"value": 7_000_000_000, "printed": "7B"}, None]
    models = {
        f"maker/{number}": record(
            source("paper", states={"announced": {"value": OLD}, **({"parameters": state} if state else {})})
        )
        for number, state in enumerate(states)
    }
    years = derived_table("years", ingested(models), AS_OF).filter(pl.col("measure") == "undisclosed-size")
    assert rows(years, "models_count", "out_of_count", "year_count", "share") == [(2, 3, 4, 0.666667)]


def test_a_size_on_which_all_is_silent_is_undisclosed_where_nobody_can_count_the_weights() -> None:
    read = [event(OLD, weights="none"), event(OLD, weights="download", licence="free-for-all"), event(OLD, api="paid")]
    models = {
        f"maker/{number}": record(
            source("paper", states={"announced": {"value": OLD}}, silent=["parameters"], access=[had])
        )
        for number, had in enumerate(read)
    }
    years = derived_table("years", ingested(models), AS_OF).filter(pl.col("measure") == "undisclosed-size")
    assert rows(years, "models_count", "out_of_count", "year_count") == [(1, 1, 3)]


def test_trends_run_from_the_first_announcement_to_the_day_of_the_release() -> None:
    assert sorted(set(five()["trends"]["quarter"])) == ["2021Q1", "2021Q2", "2021Q3"]


def test_trends_have_every_label_in_every_quarter() -> None:
    trends, codes = five()["trends"], five()["axis_labels"]
    assert trends.height == 3 * codes.height
    assert trends.join(codes, on=["axis", "label"], how="anti").is_empty()


def test_a_label_counts_at_the_end_of_each_quarter() -> None:
    assert trend("access", "unreleased", *COUNTS) == {
        "2021Q1": (1, 0.5, 1, 0.5),
        "2021Q2": (0, 0.0, 0, 0.0),
        "2021Q3": (0, 0.0, 0, 0.0),
    }
    assert trend("access", "open", *COUNTS) == {
        "2021Q1": (1, 0.5, 1, 0.5),
        "2021Q2": (0, 0.0, 2, 0.666667),
        "2021Q3": (0, 0.0, 2, 0.5),
    }


def test_a_change_on_the_first_day_of_a_quarter_does_not_count_in_the_one_before() -> None:
    assert trend("access", "paid", *COUNTS)["2021Q2"] == (1, 1.0, 1, 0.333333)
    assert trend("access", "free-service", *COUNTS) == {
        "2021Q1": (0, 0.0, 0, 0.0),
        "2021Q2": (0, 0.0, 0, 0.0),
        "2021Q3": (0, 0.0, 1, 0.25),
    }


def test_what_follows_the_day_of_the_release_does_not_count() -> None:
    assert trend("access", "paid", *COUNTS)["2021Q3"] == (1, 1.0, 1, 0.25)
    assert trend("scale", "gpt-3-class", *COUNTS)["2021Q3"] == (1, 1.0, 1, 0.25)


def test_largest_and_median_are_of_the_models_announced_in_the_quarter() -> None:
    sizes = ("largest_parameters", "median_parameters")
    assert trend("scale", "ten-billion", *sizes) == {
        "2021Q1": (30_000_000_000, 20_000_000_000.0),
        "2021Q2": (None, None),
        "2021Q3": (None, None),
    }
    assert trend("access", "unreleased", *sizes)["2021Q1"] == (10_000_000_000, 10_000_000_000.0)
    assert trend("access", "open", *sizes)["2021Q2"] == (None, None)
    assert trend("access", "paid", *sizes)["2021Q2"] == (None, None)
    assert trend("access", "paid", *sizes)["2021Q3"] == (200_000_000_000, 200_000_000_000.0)


def test_a_model_of_unknown_size_counts_as_unknown() -> None:
    assert trend("scale", "unknown", *COUNTS) == {
        "2021Q1": (0, 0.0, 0, 0.0),
        "2021Q2": (1, 1.0, 1, 0.333333),
        "2021Q3": (0, 0.0, 1, 0.25),
    }


def test_the_models_of_a_single_label_axis_add_up_to_all_models() -> None:
    totals = five()["trends"].filter(pl.col("axis").is_in(["access", "scale", "density"]))
    sums = totals.group_by("axis", "quarter").agg(pl.col("announced_count", "cumulative_count").sum())
    assert sorted(set(rows(sums, "quarter", "announced_count", "cumulative_count"))) == [
        ("2021Q1", 2, 2),
        ("2021Q2", 1, 3),
        ("2021Q3", 1, 4),
    ]


def test_a_quarter_without_announcements_has_no_share_of_them_and_keeps_the_cumulative_one() -> None:
    records = {"maker/one": FIVE["maker/b-open"], "maker/two": announced(date(2021, 8, 1), 1)}
    tables = ingested(records)
    trends = derived_table("trends", tables, date(2021, 9, 30))
    small = trends.filter((pl.col("axis") == "scale") & (pl.col("label") == "ten-billion"))
    assert rows(small, "quarter", *COUNTS) == [
        ("2021Q1", 1, 1.0, 1, 1.0),
        ("2021Q2", 0, None, 1, 1.0),
        ("2021Q3", 0, 0.0, 1, 0.5),
    ]


@pytest.mark.parametrize(("day", "count"), [(date(2021, 3, 31), 1), (date(2021, 4, 1), 0)])
def test_a_change_counts_if_it_comes_on_the_last_day_of_the_quarter(day: date, count: int) -> None:
    free = event(day, weights="download", licence="free-for-all")
    shut = event(date(2021, 1, 1), weights="none", api="none", app="none")
    tables = ingested({MODEL: announced(date(2021, 1, 1), None, shut, free)})
    trends = derived_table("trends", tables, date(2021, 6, 30)).filter(pl.col("quarter") == "2021Q1")
    access = dict(rows(trends.filter(pl.col("axis") == "access"), "label", "announced_count"))
    assert (access["open"], access["unreleased"]) == (count, 1 - count)


def dated(published: date | None, states: Mapped, *access: Mapped) -> Mapped:
    return record(source("paper", published=published, states=states, access=list(access)))


def test_a_model_is_known_from_its_announcement_or_else_from_its_first_trace() -> None:
    code = {"routing": {"value": "dense"}}
    records = {
        "maker/announced": dated(date(2021, 1, 1), {"announced": {"value": "2022-03"}}),
        "maker/event": dated(date(2021, 7, 1), code, event(date(2021, 6, 1), weights="none")),
        "maker/paper": dated(date(2021, 7, 1), {"paper_date": {"value": date(2021, 5, 1)}}),
        "maker/published": dated(date(2021, 4, 1), {"service_date": {"value": date(2021, 5, 1)}}),
        "maker/service": dated(None, {"service_date": {"value": "2021"}, "weights_date": {"value": date(2021, 1, 2)}}),
        "maker/weights": dated(None, {"service_date": {"value": "2021"}, "weights_date": {"value": date(2021, 1, 1)}}),
    }
    made_of = derived_tables(ingested(records), AS_OF)
    assert rows(made_of["models"], "model_id", "known_since", "known_since_precision") == [
        ("maker/announced", date(2022, 3, 1), "month"),
        ("maker/event", date(2021, 6, 1), "day"),
        ("maker/paper", date(2021, 5, 1), "day"),
        ("maker/published", date(2021, 4, 1), "day"),
        ("maker/service", date(2021, 1, 1), "year"),
        ("maker/weights", date(2021, 1, 1), "day"),
    ]
    density = made_of["labels"].filter(pl.col("axis") == "density").sort("model_id")
    assert density["valid_from"].to_list() == made_of["models"]["known_since"].to_list()
    firsts = made_of["labels"].filter(pl.col("axis") == "access").group_by("model_id").agg(pl.col("valid_from").min())
    assert firsts.sort("model_id")["valid_from"].to_list() == made_of["models"]["known_since"].to_list()


def test_a_model_without_an_announcement_counts_from_its_first_trace() -> None:
    tables = ingested({MODEL: dated(date(2021, 2, 1), {"parameters": {"value": 7}})})
    trends = derived_table("trends", tables, date(2021, 4, 1))
    small = trends.filter((pl.col("axis") == "scale") & (pl.col("label") == "small"))
    assert rows(small, "quarter", "announced_count", "cumulative_count") == [("2021Q1", 1, 1), ("2021Q2", 0, 1)]


def test_what_makes_no_sense_is_empty_in_models_and_ruled_out_in_labels() -> None:
    nothing = {field: {"not_applicable": True} for field in ("preference_tuning", "safety_filter", "grounding_tools")}
    tables = ingested({MODEL: dated(OLD, {**nothing, "languages": {"not_applicable": True}})})
    model = derived_table("models", tables, AS_OF).row(0, named=True)
    assert [model[field] for field in (*nothing, "languages")] == [None] * 4
    assert (model["safety"], model["language_scope"]) == (["none-stated"], "not-applicable")


def landscape(day: date) -> dict[str, Row]:
    """The models of a day with their labels, from the macro over the published tables."""
    with Database({}) as release:
        for name in ("models", "labels"):
            release.connection.register(f"arrow_{name}", five()[name].to_arrow())
            release.execute(f"create table {name} as select * from arrow_{name}")
        for macro in MACROS:
            release.run(macro)
        found = release.arrow(f"select * from landscape(date '{day}')").to_pylist()
    return {str(row["model_id"]): row for row in found}


def access_on(day: date) -> dict[str, object]:
    return {model.removeprefix("maker/"): row["access"] for model, row in landscape(day).items()}


def test_the_landscape_of_a_day_has_the_models_announced_by_then() -> None:
    assert access_on(date(2021, 1, 14)) == {}
    assert access_on(date(2021, 1, 15)) == {"a-opens": "unreleased"}
    assert list(access_on(date(2021, 3, 31))) == ["a-opens", "b-open"]


def test_the_landscape_of_a_day_has_the_labels_of_that_day() -> None:
    assert access_on(date(2021, 4, 30)) == {"a-opens": "unreleased", "b-open": "open", "c-paid": "paid"}
    assert access_on(date(2021, 5, 1)) == {"a-opens": "open", "b-open": "open", "c-paid": "paid"}
    assert access_on(date(2021, 7, 1)) == {"a-opens": "open", "b-open": "open", "c-paid": "free-service"}


def test_the_landscape_can_be_asked_for_a_day_after_the_release() -> None:
    later = access_on(date(2021, 9, 20))
    assert (later["d-later-open"], later["e-too-late"]) == ("open", "unreleased")


def test_the_landscape_has_facts_and_labels_of_every_kind_of_axis() -> None:
    row = landscape(date(2021, 5, 1))["maker/a-opens"]
    assert (row["name"], row["announced"], row["parameters"]) == ("A model", date(2021, 1, 15), 10_000_000_000)
    assert (row["scale"], row["density"]) == ("ten-billion", "unknown")
    assert (row["openness"], row["efficiency"]) == (["weights"], ["unknown"])


def test_models_carry_the_labels_of_the_day_of_the_release() -> None:
    models = five()["models"].filter(pl.col("announced") <= MID_SEPTEMBER)
    assert rows(models, "model_id", "access", "scale") == [
        ("maker/a-opens", "open", "ten-billion"),
        ("maker/b-open", "open", "ten-billion"),
        ("maker/c-paid", "free-service", "unknown"),
        ("maker/d-later-open", "paid", "gpt-3-class"),
    ]


def test_models_announced_after_the_day_of_the_release_carry_no_label_yet() -> None:
    (late,) = five()["models"].filter(pl.col("known_since") > MID_SEPTEMBER).select("model_id", *AXES).iter_rows()
    assert late == ("maker/e-too-late", *[None] * len(AXES))


def test_the_tables_of_a_release_in_the_midst_of_the_records_are_valid() -> None:
    validate_products(arrow_tables(five()))


def test_columns_that_are_not_those_of_a_published_table_are_each_named() -> None:
    tables = {name: arrow_schema(product).empty_table() for name, product in PRODUCTS.items()}
    validate_products(tables)
    claims = tables["claims"]
    tables |= {
        "claims": claims.drop_columns("claim_ja").append_column("claim_fr", pa.array([], pa.string())),
        "years": tables["years"].select(tables["years"].column_names[::-1]),
        "licences": tables["licences"].cast(
            tables["licences"].schema.set(0, pa.field("licence_id", pa.large_binary(), nullable=False))
        ),
    }
    with pytest.raises(ProductError) as error:
        validate_products(tables)
    assert sorted(str(error.value).splitlines()) == [
        "claims.claim_fr: no such column",
        "claims.claim_ja: the column is missing",
        "licences.licence_id: the type is Binary, not String",
        "years: columns are in another order: " + ", ".join(tables["years"].column_names),
    ]
