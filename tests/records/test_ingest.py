"""Ingest: what a codebook says is published under the names of its columns."""

from datetime import date

import pytest

from flows.check import check
from flows.checks.context import Context
from schemas.codebook import Axis, Claim, Erratum, Label, Licence, Organisation, RetiredId, Threshold
from schemas.tables import INGESTED, PLACE
from schemas.values import Shape
from support.project import ERRATA, TODAY, Project

#: table -> shape of its entries, and the columns that an entry does not hold itself
BOOKS: dict[str, tuple[type[Shape], set[str]]] = {
    "organisations": (Organisation, {"organisation_id"}),
    "licences": (Licence, {"licence_id"}),
    "axes": (Axis, {"axis", "position"}),
    "axis_labels": (Label, {"axis", "label", "position"}),
    "thresholds": (Threshold, {"axis", "threshold"}),
    "retired": (RetiredId, set()),
    "errata": (Erratum, set()),
    "readings": (Claim, {"claim_id", "reading"}),
}


@pytest.mark.parametrize("table", BOOKS)
def test_every_key_of_a_codebook_is_a_column_of_its_table(table: str) -> None:
    model, beside = BOOKS[table]
    keys = {field.serialization_alias or name for name, field in model.model_fields.items()}
    assert (keys - {"labels", "thresholds"}) | beside | set(PLACE) == set(INGESTED[table])


def test_an_entry_of_a_codebook_is_a_row_with_its_place(project: Project) -> None:
    checked = check(project.root, TODAY)
    assert Context(checked.folder, checked.tables).rows("errata") == [
        {
            "erratum_id": "layers-of-one",
            "version": "2022.5.0",
            "table_name": "facts",
            "erratum_en": "One was given 95 layers.",
            "erratum_ja": "ワンの層数が95となっていた。",
            "corrected_in": "2022.6.0",
            "noted_on": date(2022, 6, 2),
            "path": ERRATA,
            "pointer": "errata/#0",
        }
    ]
