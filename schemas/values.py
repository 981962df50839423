"""Values that people write in TOML, each checked for its type without any coercion."""

import difflib
import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints
from pydantic_core import PydanticCustomError

from schemas.codes import unknown_subtag
from schemas.version import VERSION

MAX_COUNT = 2**53  # up to here every count is exact where it is kept beside other numbers, as a DOUBLE
MAX_PRINTED = 40
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
MODEL_ID = re.compile(rf"{SLUG.pattern}/{SLUG.pattern}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
PARTIAL_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_PART = r"(?:[1-9][0-9]{0,14}(?:\.[0-9]{1,6})?|0\.[0-9]{0,5}[1-9])"
FRACTION = re.compile(rf"{_PART}/{_PART}")
ROR = re.compile(r"https://ror\.org/0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}")
WIKIDATA = re.compile(r"Q[1-9][0-9]*", re.ASCII)
_ROR_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"  # base 32 as Crockford writes it


class Shape(BaseModel):
    """A TOML table with a fixed set of keys; anything else in it is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def wrong(kind: str, message: str, remedy: str) -> PydanticCustomError:
    """Make the error of a validator: what is wrong, and what to write instead."""
    return PydanticCustomError(kind, "{message}", {"message": message, "remedy": remedy})


def did_you_mean(word: str, words: Sequence[str]) -> str:
    """Ask for the one of `words` that was probably meant; empty if none is near."""
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def closest(word: str, words: Sequence[str]) -> str:
    """Remedy for a word that is none of `words`: the one that was probably meant, or all of them."""
    return did_you_mean(word, words) or (f"use one of {', '.join(words)}" if words else "delete it")


def name_type(value: object) -> str:
    """Name the TOML type of a parsed value, as a curator would."""
    if isinstance(value, bool):
        return "true/false"
    if isinstance(value, datetime):
        return "date-time"
    names: dict[type, str] = {
        str: "text",
        int: "whole number",
        float: "number with a point",
        date: "date",
        list: "list",
        dict: "table",
    }
    return next((n for t, n in names.items() if isinstance(value, t)), "time")


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong(
            "wrong-type", f"a whole number belongs here, not a {name_type(value)}", "write it as 175_000_000_000"
        )
    if abs(value) > MAX_COUNT:
        raise wrong("out-of-range", "the number is larger than any count can be", "check the unit")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong("wrong-type", f"a number belongs here, not a {name_type(value)}", "write it as 3.14e23")
    if not math.isfinite(value):
        raise wrong("not-finite", "the number is not finite", "leave the field out if the figure is unknown")
    if isinstance(value, int) and abs(value) > MAX_COUNT:
        return float(value)
    return value


def _partial_date(value: object) -> date | str:
    if isinstance(value, datetime):
        raise wrong("date-time", "a date-time stands where a date belongs", "write the day alone, 2022-05-31")
    if isinstance(value, date):
        return value
    if isinstance(value, str) and PARTIAL_DATE.fullmatch(value) and value[:4] != "0000":
        return value
    raise wrong(
        "wrong-type",
        f"a date belongs here, not a {name_type(value)}",
        'write 2022-05-31 without quotes, or "2022-05" or "2022" where no more is known',
    )


def _true(value: object) -> bool:
    if value is not True:
        raise wrong("wrong-type", "only true makes sense here", "write true, or leave it out")
    return True


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, date):
        raise wrong("wrong-type", f"a day belongs here, not a {name_type(value)}", "write 2022-05-31 without quotes")
    return value


def _factor(value: object) -> float:
    if isinstance(value, str) and FRACTION.fullmatch(value):
        over, _, under = value.partition("/")
        return round(float(Fraction(over) / Fraction(under)), 9)
    if isinstance(value, str):
        raise wrong("wrong-type", "this is not a fraction", 'write "1/7" or 0.14')
    return _number(value)


def _pattern(pattern: re.Pattern[str], what: str, remedy: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if not isinstance(value, str):
            raise wrong("wrong-type", f"{what} belongs here, not a {name_type(value)}", remedy)
        if not pattern.fullmatch(value):
            raise wrong("bad-form", f"this is not {what}", remedy)
        return value

    return check


def code_of(values: Sequence[str]) -> PlainValidator:
    """Make the validator of a code: one of `values`."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise wrong(
                "wrong-type", f"a code belongs here, not a {name_type(value)}", f"use one of {', '.join(values)}"
            )
        if value not in values:
            raise wrong("unknown-code", "no such code", closest(value, values))
        return value

    return PlainValidator(check)


def counted(values: Sequence[str]) -> PlainValidator:
    """Make the validator of a code that can carry a number, such as nvidia-a100=1024: one of `values`."""

    def check(value: object) -> str:
        if not isinstance(value, str):
            raise wrong("wrong-type", f"a code belongs here, not a {name_type(value)}", f"write it as {values[0]}=1024")
        code, given, number = value.partition("=")
        if code not in values:
            raise wrong("unknown-code", "no such code", closest(code, values))
        if given and not re.fullmatch(r"[1-9][0-9]*", number):
            raise wrong("bad-form", "what stands after = is no number of them", f"write it as {code}=1024, or {code}")
        return value

    return PlainValidator(check)


_AS_ROR = "write https://ror.org/0… as the registry does, in lower-case letters and with its two check digits"
_ror_like = _pattern(ROR, "an id of the Research Organization Registry", _AS_ROR)


def _ror(value: object) -> str:
    """Check an id of ROR by its last two digits, which are those of ISO/IEC 7064, MOD 97-10, as ror.org documents."""
    ror = _ror_like(value)
    number = 0
    for digit in ror[-9:-2]:
        number = number * 32 + _ROR_DIGITS.index(digit)
    if 98 - number * 100 % 97 != int(ror[-2:]):
        raise wrong("bad-form", "the check digits do not fit this id of the Research Organization Registry", _AS_ROR)
    return ror


_SUCH_AS = "use BCP 47, such as en, ja or zh-Hans"
_language_like = _pattern(LANGUAGE, "a language code", _SUCH_AS)


def _language(value: object) -> str:
    language = _language_like(value)
    if unknown := unknown_subtag(language):
        raise wrong("unknown-code", f"there is no code for {unknown}", _SUCH_AS)
    return language


Text = str
True_ = Annotated[bool, PlainValidator(_true)]
Printed = Annotated[str, StringConstraints(max_length=MAX_PRINTED)]
Count = Annotated[int, PlainValidator(_count)]
Number = Annotated[float, PlainValidator(_number)]
Factor = Annotated[float, PlainValidator(_factor)]
Day = Annotated[date, PlainValidator(_day)]
PartialDate = Annotated[date | str, PlainValidator(_partial_date)]
Slug = Annotated[str, PlainValidator(_pattern(SLUG, "a slug", "use lower-case letters, digits and hyphens"))]
ModelId = Annotated[
    str, PlainValidator(_pattern(MODEL_ID, "the id of a model", "write organisation/model, as the file is named"))
]
AnyId = Annotated[
    str,
    PlainValidator(
        _pattern(
            re.compile(rf"{SLUG.pattern}(/{SLUG.pattern})?"),
            "an id",
            "write organisation/model, or the slug of an organisation or licence",
        )
    ),
]
RorId = Annotated[str, PlainValidator(_ror)]
WikidataId = Annotated[
    str, PlainValidator(_pattern(WIKIDATA, "an id of Wikidata", "write Q and the number, such as Q95"))
]
Version = Annotated[str, PlainValidator(_pattern(VERSION, "a version", "write it as YYYY.M.N"))]
Language = Annotated[str, PlainValidator(_language)]
