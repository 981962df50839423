"""Names: written differently they are one, and different ones stay apart."""

import polars as pl
import pytest

from flows.records import names

SAME = [
    ("GPT-3", "gpt 3"),
    ("GPT-3 (175B)", "GPT-3 175B"),
    ("DALL·E 2", "DALL-E 2"),
    ("ＧＰＴ－３", "GPT-3"),
    ("Wu Dao 2.0", "WuDao_2.0"),
    ("bart.large", "BART large"),
    ("T-Zero", "t zero"),
    ("悟道 2.0", "悟道2.0"),
]
OTHER = [
    ("BlenderBot 2.0", "BlenderBot 20"),
    ("T0+", "T0"),
    ("T0++", "T0+"),
    ("GPT-3 13B", "GPT-3 1.3B"),
    ("PanGu-α", "PanGu"),
    ("が", "か"),
]


def one(expression: pl.Expr, name: str | None) -> object:
    return (
        pl.select(expression.alias("x")).item()
        if name is None
        else pl.DataFrame({"n": [name]}).select(expression).item()
    )


def folded(name: str) -> object:
    return one(names.folded(pl.col("n")), name)


@pytest.mark.parametrize(("left", "right"), SAME)
def test_one_name_written_in_two_ways_is_one(left: str, right: str) -> None:
    assert folded(left) == folded(right)


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_two_names_stay_apart(left: str, right: str) -> None:
    assert folded(left) != folded(right)


@pytest.mark.parametrize("name", ["", "-", " ( ) ", "…", "\u202e"])
def test_a_name_of_nothing_but_punctuation_is_none(name: str) -> None:
    assert folded(name) is None


@pytest.mark.parametrize(
    ("name", "stem", "size", "tolerance"),
    [
        ("GPT-3 175B", "GPT-3", 175e9, 0.5e9),
        ("GPT-3 (175B)", "GPT-3", 175e9, 0.5e9),
        ("OPT-6.7b", "OPT", 6.7e9, 0.05e9),
        ("Wu Dao 2.0 (1.75T)", "Wu Dao 2.0", 1.75e12, 0.005e12),
        ("BERT 110 M", "BERT", 110e6, 0.5e6),
        ("GPT-3", None, None, None),
        ("data2vec", None, None, None),
        ("wav2vec 2.0", None, None, None),
        ("175B", None, 175e9, 0.5e9),
        ("Mixtral 8x7B", None, None, None),
        ("CodeGen 16B mono", None, None, None),
    ],
)
def test_a_size_at_the_end_is_read_with_its_precision(
    name: str, stem: str | None, size: float | None, tolerance: float | None
) -> None:
    assert one(names.without_size(pl.col("n")), name) == stem
    if name != "175B":
        assert one(names.size_at_end(pl.col("n")), name) == (None if size is None else pytest.approx(size))
        assert one(names.size_tolerance(pl.col("n")), name) == (None if tolerance is None else pytest.approx(tolerance))


@pytest.mark.parametrize(
    ("name", "outside", "inside"),
    [
        ("Megatron-Turing NLG (MT-NLG)", "Megatron-Turing NLG", "MT-NLG"),
        ("One (a) Two (b)", "One Two", "a"),
        ("Both", None, None),
        ("(only)", None, "only"),
        ("（全角） One", "One", "全角"),
        ("unclosed (x", None, None),
    ],
)
def test_parentheses_part_a_name(name: str, outside: str | None, inside: str | None) -> None:
    assert one(names.without_parentheses(pl.col("n")), name) == outside
    assert one(names.in_parentheses(pl.col("n")), name) == inside
