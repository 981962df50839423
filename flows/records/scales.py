"""Words of scale in the languages in which sources print figures, and how digits are grouped there.

A billion is 10^9 in English and Portuguese of Brazil (the short scale), and 10^12 in German, French, Spanish or Polish
(the long scale). Words that only one of them has, such as milliard or Billionen, leave no doubt; the English
ones are read as English unless a comma stands for the point before them, or the reader is told otherwise.
"""

import re

_WORDS = {
    1e2: "hundred",
    1e3: "k thousand thousands tsd tausend mille mila tys тыс тысяча тысячи тысяч",
    1e5: "lakh lakhs",
    1e6: (
        "m mn million millions mio mill millionen millón millon millones milhão milhao milhões milhoes milione milioni "
        "miljoen miljon miljoner millioner mln milion miliony milionów milyon juta triệu млн миллион миллиона миллионов"
    ),
    1e7: "crore crores",
    1e9: (
        "b bn g billion billions milliard milliards md mds mia milliarde milliarden mrd millardo millardos miliardo "
        "miliardi mld miljard miljarder milliarder miliard miliardy miliardów milyar miliar bilhão bilhao bilhões bilhoes "
        "tỷ млрд миллиард миллиарда миллиардов"
    ),
    1e12: (
        "t tn trillion trillions billionen billón billones bilión bilione bilioni bilião biliões biljoen biljoner bilion "
        "biliony bilionów trilhão trilhao trilhões trilhoes trilyon трлн триллион триллиона триллионов"
    ),
    1e15: "quadrillion quadrillions billiarde billiarden",
    1e18: "trillionen trillones",
}
#: what the word or letter behind a figure stands for
SCALES = {word: scale for scale, words in _WORDS.items() for word in words.split()}
#: words that are one number in one language and another in the next
_UNCLEAR = {"bln": (1e9, 1e12), "mil": (1e3, 1e6)}
_LONG = {
    **dict.fromkeys(("billion", "billions"), 1e12),
    **dict.fromkeys(("trillion", "trillions"), 1e18),
    **dict.fromkeys(("quadrillion", "quadrillions"), 1e24),
}

_LEAD = r"[1-9][0-9]{0,2}"
# code groups digits by _, as in 500_000
_GROUPED = {sign: re.compile(rf"{_LEAD}(?:{re.escape(sign)}[0-9]{{3}})+") for sign in ".,'_"}
_PIECE = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+")
#: digits with all that may group them or part off decimals; what they can mean says `numbers_in`
RUN = r"(?:[0-9]+(?:[.,'_][0-9]+)*|\.[0-9]+)"


def scales_of(word: str, comma: bool = False, scale: str | None = None) -> tuple[float, ...]:
    """What a word of scale can stand for; nothing if it is none.

    `comma` says that the figure before it has a comma for the point, `scale` ("short" or "long") how English words are
    meant where that is known.
    """
    word = word.casefold()
    if word in _UNCLEAR:
        return _UNCLEAR[word]
    if word in _LONG and scale != "short":
        if scale == "long":
            return (_LONG[word],)
        if comma:
            return SCALES[word], _LONG[word]
    return (SCALES[word],) if word in SCALES else ()


def pieces_of(run: str) -> list[str]:
    """The numbers of a run that is none as a whole, such as the list 12,24,96."""
    return _PIECE.findall(run)


def numbers_in(run: str, decimal: str | None = None, thousands: str | None = None) -> list[str]:
    """The numbers that a run of digits (`RUN`) can be as a whole, with a point and without grouping; the English one first.

    1.300 is 1.3 or 1300, and 1.300.000 only 1300000. `decimal` and `thousands` say what the signs mean where
    that is known.
    """
    signs = re.sub("[0-9]", "", run)
    if not signs:
        return [run]
    last = signs[-1]
    whole, _, rest = run.rpartition(last)

    def groups(sign: str, digits: str) -> bool:
        if sign == decimal or (thousands is not None and sign != thousands):
            return False
        return _GROUPED[sign].fullmatch(digits) is not None

    found = []
    if signs.count(last) == 1 and last in ".," and last != thousands and decimal in (None, last):
        grouped = signs[:-1]
        if not grouped or (grouped == grouped[0] * len(grouped) and groups(grouped[0], whole)):
            found.append(f"{re.sub(r'[^0-9]', '', whole)}.{rest}")
    if signs == last * len(signs) and groups(last, run):
        found.append(run.replace(last, ""))
    return found[::-1] if last == "," else found
