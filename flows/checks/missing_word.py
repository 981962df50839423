"""No id and no name is a word that readers of tables take for a missing value."""

from collections.abc import Iterator

from flows.checks.context import Context
from flows.records.findings import Finding, Rule

RULE = Rule(
    "cross.missing-word", "readers of tables take this for a missing value", "write it out, or add a word to it"
)

#: What `pandas.read_csv` reads as missing unless told otherwise (its parameter `na_values`), in lower case; R has "NA".
WORDS = frozenset(
    (
        "#n/a", "#n/a n/a", "#na", "-1.#ind", "-1.#qnan", "-nan", "1.#ind", "1.#qnan", "<na>", "n/a", "na", "null",
        "nan", "none",
    )
)  # fmt: skip
_NAMES = (("name",), ("name_ja",), ("aliases",), ("family",), ("sources", "variants", "name"))


def check(context: Context) -> Iterator[Finding]:
    """Yield an error for each such id or name of a model, variant, organisation or licence, in whatever case.

    A country is none of them: "NA" is the code of Namibia, and what a release says to readers of tables covers it.
    """
    for file in context.folder.records:
        if file.model_id in WORDS:  # n/a
            yield file.finding(RULE, (), file.model_id)
    for keys in _NAMES:
        for file, pointer, name in context.entries(*keys):
            if name.casefold() in WORDS:
                yield file.finding(RULE, pointer, name)
    for table, key in (("organisations", "organisation_id"), ("licences", "licence_id")):
        for row in context.rows(table):
            for column in (key, "organisation_name", "organisation_name_ja", "licence_name"):
                if str(row.get(column) or "").casefold() in WORDS:
                    yield context.finding(RULE, row, row[column])
