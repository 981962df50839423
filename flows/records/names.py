"""Names of models as different people write them: folded, so that only the name itself is compared."""

import re
import unicodedata

import polars as pl

from flows.records.printed import Figure, scaled
from flows.records.scales import SCALES

#: a size as it stands in names: digits, and the letter that scales them
SIZE = r"([0-9]+(?:\.[0-9]+)?)\s?([bmt])"
#: a size at the end of a name, such as 175B in "GPT-3 175B" or "GPT-3 (175B)"
_AT_END = rf"(?i)[\s_(-]+{SIZE}\)?\s*$"
#: a size between other parts of the name of a repository, such as 7b in "llama-7b-hf"
_BETWEEN = re.compile(rf"(?i)(?:^|[-_. ]){SIZE}(?=$|[-_. ])")
_POINT = re.compile(r"(?<![0-9])\.|\.(?![0-9])")


def recased(name: str) -> str:
    """A name in one case, width and spacing, which no model must have twice; "GPT-3" and "GPT 3" stay two names."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def fold(name: str) -> str | None:
    """A name without case, spaces, hyphens and other punctuation, which two models must not share; None if nothing is left.

    Letters, digits, `+` and the point between two digits stay ("BlenderBot 2.0" is not "BlenderBot 20",
    "T0+" not "T0"), and so does a size. Full-width and other compatible forms are made one (NFKC).
    """
    text = _POINT.sub("", recased(name))
    return "".join(char for char in text if char in "+." or unicodedata.category(char)[0] in "LMN") or None


def folded(name: pl.Expr) -> pl.Expr:
    """`fold` for a column of names; null if nothing is left."""
    return name.map_elements(fold, return_dtype=pl.String)


def hyphened(name: str) -> str:
    """A name as addresses and codes write it: lower-case, with one hyphen for any other signs.

    Unlike a folded one it still has parts: "small" is one of "opt-small-v2", and none of "optsmallish".
    """
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def size_within(name: str) -> Figure | None:
    """The first size between other parts of a name, in parameters; None if there is none."""
    found = _BETWEEN.search(name)
    return scaled(found[1], found[2]) if found else None


def without_size(name: pl.Expr) -> pl.Expr:
    """The part of a name before a size at its end, null if there is none."""
    rest = name.str.normalize("NFKC").str.replace(_AT_END, "")
    return pl.when(name.str.normalize("NFKC").str.contains(_AT_END) & (rest != "")).then(rest)


def size_at_end(name: pl.Expr) -> pl.Expr:
    """The size at the end of a name, in parameters; null if there is none."""
    return name.str.normalize("NFKC").str.extract(_AT_END, 1).cast(pl.Float64) * _scale(name)


def size_tolerance(name: pl.Expr) -> pl.Expr:
    """Half a unit of the last printed digit of the size at the end of a name, in parameters."""
    digits = name.str.normalize("NFKC").str.extract(_AT_END, 1)
    decimals = digits.str.extract(r"\.([0-9]+)", 1).str.len_chars().fill_null(0)
    return pl.lit(10.0).pow(-decimals.cast(pl.Float64)) / 2 * _scale(name)


def _scale(name: pl.Expr) -> pl.Expr:
    unit = name.str.normalize("NFKC").str.extract(_AT_END, 2).str.to_lowercase()
    return unit.replace_strict({letter: SCALES[letter] for letter in "mbt"}, default=None, return_dtype=pl.Float64)


def without_parentheses(name: pl.Expr) -> pl.Expr:
    """The part of a name outside its parentheses, null if it has none or nothing stands outside."""
    rest = name.str.normalize("NFKC").str.replace_all(r"\s*\([^()]*\)", "").str.strip_chars()
    return pl.when(name.str.normalize("NFKC").str.contains(r"\([^()]*\)") & (rest != "")).then(rest)


def in_parentheses(name: pl.Expr) -> pl.Expr:
    """What stands in the first parentheses of a name, null if it has none."""
    return name.str.normalize("NFKC").str.extract(r"\(([^()]*)\)", 1)
