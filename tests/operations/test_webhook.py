"""A webhook is promised only where the server would call it."""

import pytest

from flows.errors import UserError
from flows.operations.webhook import refuse_address


@pytest.mark.parametrize("url", ["ftp://example.org/hook", "example.org/hook", "https://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="write it as https://"):
        refuse_address(url, allow_private=True)


def test_an_address_of_a_private_network_is_refused_unless_it_is_meant() -> None:
    with pytest.raises(UserError, match="--allow-private"):
        refuse_address("http://127.0.0.1:8932/hook", allow_private=False)
    refuse_address("http://127.0.0.1:8932/hook", allow_private=True)
