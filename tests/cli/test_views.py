"""What commands print at their end."""

import pytest

from flows.cli.views import print_next, print_standing, print_store
from flows.publishing.publish import Published
from flows.verification.subject import Check


def test_a_release_says_what_can_be_done_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_next(Published("2026.11.1", "2026.11.0", None, "/srv/kiban", False))
    assert capsys.readouterr().out.splitlines() == [
        "verify:  kiban verify /srv/kiban 2026.11.1",
        "compare: kiban diff /srv/kiban/2026.11.0 /srv/kiban/2026.11.1",
        "query:   duckdb /srv/kiban/2026.11.1/kiban.duckdb",
        "look:    open /srv/kiban/2026.11.1/index.html in a browser",
    ]


def test_a_release_in_a_bucket_is_verified_and_nothing_changed_has_no_next_step(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_next(Published("2026.11.1", "2026.11.0", None, "s3://bucket/kiban", False))
    assert capsys.readouterr().out == "verify:  kiban verify s3://bucket/kiban 2026.11.1\n"
    print_next(Published(None, "2026.11.0", None, "/srv/kiban", False))
    assert capsys.readouterr().out == ""


def test_a_message_that_names_its_step_is_not_told_twice(capsys: pytest.CaptureFixture[str]) -> None:
    failure = {"step": "fetch records", "message": "fetch records: git fetch failed"}
    print_standing({"state": "failed", "last_failure": failure})
    assert capsys.readouterr().out.splitlines()[-1] == "fetch records: git fetch failed"


def test_a_whole_store_is_a_line_for_each_part_and_then_every_problem_once(capsys: pytest.CaptureFixture[str]) -> None:
    good, skipped = Check("checksums", "passed", "", []), Check("changes", "not run", "why", [])
    bad = Check("index", "failed", "", ["feed.atom: is missing", "[red]: odd"])
    assert not print_store(
        [
            ("store", [bad]),
            ("2026.11.0", [good, skipped]),
            ("2026.11.1", [good, Check("index", "failed", "", ["[red]: odd"])]),
        ]
    )
    assert capsys.readouterr().out.splitlines() == [
        "failed  store           0 passed; failed: index",
        "passed  2026.11.0       1 passed; not run: changes",
        "failed  2026.11.1       1 passed; failed: index",
        "store: index: feed.atom: is missing",
        "store and 1 other: index: [red]: odd",
        "2 releases, 2 problems",
    ]
    assert print_store([("store", [good])])
