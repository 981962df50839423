"""What a page says, whatever it says that it is; and when a figure counts as found in it."""

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records.printed import contains
from flows.sources.sought import AROUND_PLACE, AROUND_WORD, Page, Sought, has_title, is_found
from flows.web.page_text import NoTextError, page_text
from support.audit_servers import pdf

FAR = " filler" * 1000


def text(body: bytes, header: str = "") -> str:
    return page_text(body, header, 1_000_000).text


def found(page: str, printed: str, value: float | None = None, field: str = "layers", at: str | None = None) -> bool:
    return is_found(Page.of(page), Sought("s", field, printed, value, at))


# --- from bytes to text

JAPANESE = "パラメータ数は1750億である。モデルの学習データは日本語を含む。"


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc-jp", "iso-2022-jp"])
@pytest.mark.parametrize("said", ["header", "meta", "guess"])
def test_a_page_is_decoded_by_what_it_says_or_else_by_guess(name: str, said: str) -> None:
    label = name.removesuffix("-sig")
    meta = f'<meta charset="{label}">' if said == "meta" else ""
    body = f"<!doctype html><html><head>{meta}</head><body><p>{JAPANESE * 5}</p></body></html>".encode(name)
    header = f"text/html; charset={label}" if said == "header" else "text/html"
    assert JAPANESE in text(body, header)


@pytest.mark.parametrize("lie", ["iso-8859-1", "utf-16", "no-such-charset", "ascii"])
def test_a_header_that_lies_about_utf_8_is_not_believed(lie: str) -> None:
    assert "1750億" in text(f"<html><body>{JAPANESE}</body></html>".encode(), f"text/html; charset={lie}")


def test_a_header_that_does_not_decode_the_page_gives_way_to_its_meta() -> None:
    body = f'<html><head><meta charset="euc-jp"></head><body>{JAPANESE}</body></html>'.encode("euc-jp")
    assert "1750億" in text(body, "text/html; charset=utf-8")


def test_html_is_read_as_it_is_seen() -> None:
    page = text(
        b"<html><head><title>One &amp; Two</title><style>p {}</style><script>var hidden = 1;</script></head><body>"
        b"<p><b>175</b>B and 3.14&times;10<sup>23</sup> FLOP</p><table><tr><td>96<td>12</tr></table>"
        b'<math alttext="2\\times 10^{5}"><mn>2</mn></math><math><msup><mn>10</mn><mn>7</mn></msup></math>'
        b"<template>no</template><!-- neither --></body></html>",
        "text/html",
    )
    assert "One & Two" in page
    assert "175B and 3.14×10^23 FLOP" in page
    assert "96 \t 12" in page
    assert "2\\times 10^{5}" in page
    assert "10^7" in page
    assert "hidden" not in page
    assert "neither" not in page


def test_a_pdf_is_read_whatever_its_header_says() -> None:
    read = page_text(pdf("One is Enough", "175 billion parameters"), "text/html", 1000)
    assert "175 billion parameters" in read.text
    assert read.media_type == "application/pdf"


@pytest.mark.parametrize(
    ("body", "header", "why"),
    [
        (pdf("secret", encrypted=True), "application/pdf", "encrypted"),
        (b"%PDF-1.7\nnothing of the kind", "application/pdf", "broken"),
        (pdf("cut off")[:60], "application/pdf", "broken"),
        (pdf(), "application/pdf", "only images"),
        (b"PK\x03\x04 and so on", "text/html", "zip"),
        (b"\x89PNG\r\n\x1a\n", "text/html", "image"),
        (b"some \0 bytes", "text/plain", "binary"),
        (b"something", "image/webp", "image/webp"),
        (b"", "text/html", "empty"),
        (b"  \n", "text/html", "empty"),
        (b"<html><body><script>render()</script></body></html>", "text/html", "scripts"),
        (b"words " * 200_000, "text/plain", "more than 1000000 characters"),
        (b"<p>" + b"words " * 200_000, "text/html", "more than 1000000 characters"),
    ],
)
def test_what_has_no_text_is_told_apart(body: bytes, header: str, why: str) -> None:
    with pytest.raises(NoTextError, match=why):
        page_text(body, header, 1_000_000)


def test_json_is_read_with_its_characters() -> None:
    read = page_text(json.dumps({"params": "1750億", "n_layer": 96}).encode(), "application/json", 1000)
    assert (read.media_type, "1750億" in read.text, '"n_layer": 96' in read.text) == ("application/json", True, True)
    assert text(b'{"a": 1}\n{"b": 2}', "application/json") == '{"a": 1}\n{"b": 2}'


def test_a_pages_kind_is_what_it_is_and_not_what_is_said() -> None:
    html = b"<!DOCTYPE html><html><body><p>words</p></body></html>"
    for said in ("text/plain", "application/octet-stream", "application/pdf", "application/json", ""):
        assert page_text(html, said, 1000).media_type == "text/html"
    assert page_text(b"# <p>Markdown", "text/plain", 1000).media_type == "text/plain"
    assert page_text(b'{"a": 1}', "text/html", 1000).media_type == "application/json"


@settings(deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "text/html", "text/html; charset=shift_jis", "application/json"]))
def test_no_bytes_break_it_otherwise_than_by_saying_that_there_is_no_text(body: bytes, header: str) -> None:
    with contextlib.suppress(NoTextError):
        page_text(body, header, 1000)


# --- when a figure counts as found


@pytest.mark.parametrize("page", ["175B", "175 billion", "1750億", "175,000,000,000", "175 000 000 000", "1.75e11",
                                  "1.75 × 10^11", "0.175 trillion", "１７５Ｂ", "175-billion", "175\nbillion",
                                  "1.75\\times 10^{11}", "175.0B"])  # fmt: skip
def test_one_figure_is_found_however_it_is_written(page: str) -> None:
    assert found(f"{FAR} a model of {page} {FAR}", "175B", 175e9, "parameters")


@pytest.mark.parametrize("page", ["174B", "1750B", "17.5B", "175M", "175", "0.2 trillion", "A175Bx", "175.6B", "3175B"])
def test_another_figure_is_not_it(page: str) -> None:
    assert not found(f"a model of {page} words", "175B", 175e9, "layers")


def test_a_figure_is_held_to_the_precision_in_which_it_was_printed() -> None:
    assert found("174.98 billion parameters", "175.0B", 175e9, "parameters")
    assert not found("174.6 billion parameters", "175.0B", 175e9, "parameters")
    assert not found("175 billion parameters", "174.6B", 174.6e9, "parameters")
    assert found("a context of 2k tokens", "2048", 2048, "context_length")
    assert not found("a context of 2100 tokens", "2k", 2048, "context_length")


def test_a_bare_small_figure_counts_only_near_to_a_word_of_its_field_or_to_its_place() -> None:
    assert found(f"{FAR} it has 96 of them in layers {FAR}", "96", 96)
    assert found(f"{FAR} ninety. Layers: 96 {FAR}", "96", 96)
    assert found(f"{FAR} Table 2.1: sizes {'x' * 500} 96 {FAR}", "96", 96, at="Table 2.1")
    assert not found(f"{FAR} page 96 {FAR}", "96", 96)
    assert not found(f"{FAR} page 96 {FAR} layers {FAR}", "96", 96)
    assert not found(f"{FAR} Table 2.10: sizes 96 {FAR}", "96", 96, at="Table 2.1")
    assert not found(f"{FAR} v96 layers, 960 layers, 1.96 layers, 97.5 layers {FAR}", "96", 96)
    assert not found(f"{FAR} Table 2.1 {FAR} 96 {FAR}", "96", 96, at="Table 2.1")


def test_a_small_figure_printed_with_its_unit_counts_by_itself() -> None:
    assert found(f"{FAR} 96 layers {FAR}", "96 layers", 96)
    assert found(f"{FAR} 92.6% {FAR}", "92.6%", 92.6, "language_shares")
    assert not found(f"{FAR} 7B {FAR}", "7B", 7e9, "layers")  # one digit: the name of anything
    assert found(f"{FAR} 7B parameters {FAR}", "7B", 7e9, "parameters")
    assert found(f"{FAR} 7 billion {FAR}", "7 billion", 7e9, "layers")


@pytest.mark.parametrize(
    ("at", "heading"),
    [("Section 2", "\n2 Approach\n"), ("Section 2.1", "see Sec. 2.1"), ("Sections 3, 5", "\n3. Results\n"),
     ("Abstract", "\nAbstract\n"), ("README, Training procedure", "\n## Training Procedure\n"), ("Appendix B", "Appendix B"),
     ("config.json, n_ctx", '"n_ctx":'), ("模型介绍", "模型介绍"), ("Table 3; caption", "Tab. 3")],
)  # fmt: skip
def test_places_of_a_record_are_recognised_on_the_page(at: str, heading: str) -> None:
    assert found(f"{FAR} {heading} so 17 it is {FAR}", "17", 17, at=at)
    assert not found(f"{FAR} so 17 it is {FAR}", "17", 17, at=at)


def test_a_factor_may_be_printed_as_its_reciprocal() -> None:
    assert found("it needs 25x fewer of them", "25x fewer", 1 / 25, "relative_to")
    assert found("a twentyfifth, 1/25 smaller", "1/25", 1 / 25, "relative_to")


def test_a_term_is_found_whatever_its_case_width_blanks_hyphens_and_line_breaks() -> None:
    for page in ("Decoder-Only", "decoder only", "de-\ncoder-only", "ｄｅｃｏｄｅｒ－ｏｎｌｙ", "decoder‐\nonly"):
        assert found(f"{FAR} {page} {FAR}", "decoder-only", field="architecture")
    assert found("条件は非営利 目的に限る", "非営利目的", field="licence")
    assert not found("decoder-onlyness", "decoder-only", field="architecture")
    assert not found("an encoder-only model", "decoder-only", field="architecture")


def test_a_short_term_counts_only_near_to_its_place() -> None:
    assert found("License: MIT", "MIT", field="licence", at="License")
    assert not found(f"MIT {FAR}", "MIT", field="licence", at="License")


@settings(deadline=None)
@given(st.floats(1, 9999), st.integers(0, 3), st.sampled_from(["M", "B", "T", " million", " billion", "億", "万"]))
def test_what_a_record_prints_is_found_where_the_page_prints_the_same(number: float, places: int, unit: str) -> None:
    printed = f"{number:.{places}f}{unit}"
    scale = {"M": 1e6, "B": 1e9, "T": 1e12, " million": 1e6, " billion": 1e9, "億": 1e8, "万": 1e4}[unit]
    value = float(f"{number:.{places}f}") * scale
    assert contains(printed, value)
    assert found(f"{FAR} with {printed} parameters in all. {FAR}", printed, value, "parameters")


@settings(deadline=None)
@given(st.integers(2, 999), st.integers(2, 999))
def test_two_bare_figures_are_told_apart(one: int, other: int) -> None:
    assert found(f"the model has {one} layers", str(other), float(other)) == (one == other)


@settings(deadline=None)
@given(st.integers(1, 4000))
def test_how_near_is_near(distance: int) -> None:
    page = f"{'-' * 5000} 17{'.' * distance}layers {'-' * 5000}"
    assert found(page, "17", 17) == (distance + len("layer") <= AROUND_WORD)
    page = f"{'-' * 5000} 17{'.' * distance}Table 4 {'-' * 5000}"
    assert found(page, "17", 17, at="Table 4") == (distance + len("17") <= AROUND_PLACE)


def test_a_title_is_on_the_page_in_one_run_or_by_most_of_its_words_at_the_top() -> None:
    assert has_title(
        Page.of(f"{FAR} Language Models are\nFew-Shot Learners {FAR}"), "Language Models are Few-Shot Learners"
    )
    assert has_title(Page.of("facebook/opt-175b - Model Card"), "OPT-175B: model card")
    assert has_title(Page.of("Release of WuDao, the largest model"), "WuDao: largest model release")
    assert not has_title(Page.of("Page not found"), "Language Models are Few-Shot Learners")
    assert not has_title(Page.of("another one - Model Card"), "GPT-3: model card")
    assert not has_title(Page.of("a model"), "Two")


@pytest.mark.parametrize(
    "apology",
    ["Page not found", "This page could not be found.", "The page you’re looking for can’t be found.", "404 Not Found",
     "The page you are looking for does not exist.", "Error 404", "404: page not found", "This page no longer exists",
     "お探しのページは見つかりませんでした", "页面不存在", "페이지를 찾을 수 없습니다"],
)  # fmt: skip
def test_a_page_that_says_on_top_that_it_is_not_found_bears_no_title(apology: str) -> None:
    assert not has_title(Page.of(f"{apology}\nLanguage Models are Few-Shot Learners"), "Few-Shot Learners")
    assert has_title(Page.of(f"Few-Shot Learners {FAR} {apology}"), "Few-Shot Learners")


@pytest.mark.parametrize("words", ["no evidence was found", "404 million words", "a fact not found on the page"])
def test_a_page_that_says_that_something_else_is_not_found_bears_its_title(words: str) -> None:
    assert has_title(Page.of(f"Few-Shot Learners\n{words}"), "Few-Shot Learners")
