"""Names of models as different people write them: folded, so that only the name itself is compared."""

import polars as pl

#: a size at the end of a name, such as 175B in "GPT-3 175B" or "GPT-3 (175B)"
_SIZE = r"(?i)[\s_(-]+([0-9]+(?:\.[0-9]+)?)\s?([bmt])\)?\s*$"
#: what the letter behind a size stands for
SCALES = {"m": 1e6, "b": 1e9, "t": 1e12}


def folded(name: pl.Expr) -> pl.Expr:
    """A name without case, spaces, hyphens and other punctuation; null if nothing is left.

    Letters, digits, `+` and the point between two digits stay ("BlenderBot 2.0" is not "BlenderBot 20",
    "T0+" not "T0"), and so does a size. Full-width and other compatible forms are made one (NFKC).
    """
    text = name.str.normalize("NFKC").str.to_lowercase()
    for _ in range(2):  # matches do not overlap: 1.2.3 needs two rounds
        text = text.str.replace_all(r"([0-9])\.([0-9])", "$1\u0001$2")
    text = text.str.replace_all("[^\\p{L}\\p{N}\\p{M}+\u0001]", "").str.replace_all("\u0001", ".", literal=True)
    return pl.when(text != "").then(text)


def without_size(name: pl.Expr) -> pl.Expr:
    """The part of a name before a size at its end, null if there is none."""
    rest = name.str.normalize("NFKC").str.replace(_SIZE, "")
    return pl.when(name.str.normalize("NFKC").str.contains(_SIZE) & (rest != "")).then(rest)


def size_at_end(name: pl.Expr) -> pl.Expr:
    """The size at the end of a name, in parameters; null if there is none."""
    return name.str.normalize("NFKC").str.extract(_SIZE, 1).cast(pl.Float64) * _scale(name)


def size_tolerance(name: pl.Expr) -> pl.Expr:
    """Half a unit of the last printed digit of the size at the end of a name, in parameters."""
    digits = name.str.normalize("NFKC").str.extract(_SIZE, 1)
    decimals = digits.str.extract(r"\.([0-9]+)", 1).str.len_chars().fill_null(0)
    return pl.lit(10.0).pow(-decimals.cast(pl.Float64)) / 2 * _scale(name)


def _scale(name: pl.Expr) -> pl.Expr:
    unit = name.str.normalize("NFKC").str.extract(_SIZE, 2).str.to_lowercase()
    return unit.replace_strict(SCALES, default=None, return_dtype=pl.Float64)


def without_parentheses(name: pl.Expr) -> pl.Expr:
    """The part of a name outside its parentheses, null if it has none or nothing stands outside."""
    rest = name.str.normalize("NFKC").str.replace_all(r"\s*\([^()]*\)", "").str.strip_chars()
    return pl.when(name.str.normalize("NFKC").str.contains(r"\([^()]*\)") & (rest != "")).then(rest)


def in_parentheses(name: pl.Expr) -> pl.Expr:
    """What stands in the first parentheses of a name, null if it has none."""
    return name.str.normalize("NFKC").str.extract(r"\(([^()]*)\)", 1)
