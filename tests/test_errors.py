"""How errors and counts are told."""

import pytest

from flows.errors import counted


@pytest.mark.parametrize(("count", "words"), [(0, "0 errors"), (1, "1 error"), (1750, "1,750 errors")])
def test_a_count_agrees_with_its_noun(count: int, words: str) -> None:
    assert counted(count, "error") == words
