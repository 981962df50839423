"""Every kind of character that nobody can see, or that is none, by itself and in the middle of a text."""

import pytest

from flows.records.characters import BIDI, CONTROL, NO_CHARACTER, ZERO_WIDTH, lone_mark, rule_of, unseen

WRONG = {
    BIDI: "\u061c\u200e\u202e\u2066",
    CONTROL: "\x00\x0b\r\x7f\x80\x9f",
    ZERO_WIDTH: "\u00ad\u034f\u115f\u17b4\u17b5\u180b\u180e\u200b\u200d\u2028\u2029\u2060\u2800\u3164\ufeff\uffa0\ufff9\ufffc\ufe0f\U0001d173\U000e0041\U000e0100",
    NO_CHARACTER: "\u0378\ue000\ufdd0\ufffd\uffff\U0001ffff\U000f0000\U0010fffd",
}
SEEN = "\t\n aA1é葛ー々゛×—‘α¥\u3000\u00a0\u0600😀"


@pytest.mark.parametrize("rule", WRONG, ids=[rule.id for rule in WRONG])
def test_what_cannot_be_seen_or_read_is_found_wherever_it_stands(rule: object) -> None:
    for char in WRONG[rule]:
        assert rule_of(char) == rule, f"U+{ord(char):04X}"
        assert unseen(f"a{char}b") == [char], f"U+{ord(char):04X}"


def test_what_is_seen_may_stand_in_a_text() -> None:
    assert [char for char in SEEN if rule_of(char)] == []
    assert unseen(SEEN) == []


@pytest.mark.parametrize(("text", "found"), [("⚠\ufe0f", []), ("1\ufe0f\u20e3", []), ("↔\ufe0e", []), ("a\ufe0f", ["\ufe0f"]), ("\ufe0f", ["\ufe0f"]),
                                            ("\u2800\ufe0f", ["\u2800", "\ufe0f"]), ("葛\U000e0100", ["\U000e0100"])], ids=range(7))  # fmt: skip
def test_a_selector_chooses_the_look_of_an_emoji_and_of_nothing_else(text: str, found: list[str]) -> None:
    assert unseen(text) == found


@pytest.mark.parametrize(("text", "mark"), [("e\u0301", None), ("か\u3099", None), ("\u0301e", "\u0301"), ("a \u0301", "\u0301"), ("", None)], ids=range(5))  # fmt: skip
def test_a_mark_stands_on_a_letter(text: str, mark: str | None) -> None:
    assert lone_mark(text) == mark
