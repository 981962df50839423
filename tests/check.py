"""Samples of the rules of `flows/check.py`."""

from collections.abc import Iterator

import pytest

from flows import checks
from flows.checks.context import Context
from flows.records.findings import Finding
from support.project import TWO, WAIVERS, Project, edited, written
from support.samples import bad


def _fails(context: Context) -> Iterator[Finding]:
    yield from ()
    raise KeyError("base")


_fails.__module__ = "flows.checks.dangling_model"


def with_a_check_that_fails(project: Project) -> list[Finding]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "CHECKS", (_fails, *checks.CHECKS))
        return project.check()


WAIVER = '[[waivers]]\nrule   = "cross.secondary-only"\npath   = "raw/models/acme/one.toml"\nfield  = "name"\nreason = "none is needed"\n'
BAD = [
    bad(
        written(WAIVERS, WAIVER),
        "raw/waivers.toml:{secondary-only} waivers[0].rule: the waiver silences nothing: no finding is of this rule, cross.secondary-only; delete it [waiver.unused]",
    ),
    bad(
        written(WAIVERS, WAIVER.replace("cross.secondary-only", "toml.syntax")),
        "raw/waivers.toml:{toml.syntax} waivers[0].rule: this cannot be waived, toml.syntax; mend the record; only rules that begin with table. or cross. or text. can be waived [waiver.forbidden]",
    ),
    bad(
        edited(TWO, '"acme/one" }', '"acme/none" }'),
        "flows/checks/dangling_model.py:0 dangling_model: the rules of dangling_model failed, KeyError: 'base'; the rule is at fault: report it with this line; meanwhile write otherwise what it fails at [rule.failed]",
        "raw/models/acme/two.toml:{acme/none} sources[0].states.base: there is no such model, acme/none; add its record, or mend the id [cross.dangling-model]",
        ask=with_a_check_that_fails,
    ),
]
