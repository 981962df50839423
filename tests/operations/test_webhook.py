"""A webhook is promised only where the server would call it."""

import json
from datetime import UTC, datetime

import pytest
from jinja2 import Environment

from flows.errors import UserError
from flows.operations.webhook import _BODY, refuse_address


@pytest.mark.parametrize("url", ["ftp://example.org/hook", "example.org/hook", "https://", ""])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UserError, match="write it as https://"):
        refuse_address(url, allow_private=True)


def test_an_address_of_a_private_network_is_refused_unless_it_is_meant() -> None:
    with pytest.raises(UserError, match="--allow-private"):
        refuse_address("http://127.0.0.1:8932/hook", allow_private=False)
    refuse_address("http://127.0.0.1:8932/hook", allow_private=True)


@pytest.mark.parametrize(
    ("more", "run"), [({"run": "http://h/runs/1"}, "http://h/runs/1"), ({"run": None}, None), ({}, None)]
)
def test_the_body_has_the_address_of_the_run_where_there_is_one(more: dict[str, object], run: str | None) -> None:
    said = {"version": None, "step": "start", "message": 'it "broke"', **more}
    event = {"event": "kiban.refresh.failed", "occurred": datetime(2026, 11, 26, tzinfo=UTC), "payload": said}
    body = json.loads(Environment(autoescape=False).from_string(_BODY).render(event=event))
    assert (body["message"], body["step"], body["run"]) == ('it "broke"', "start", run)
