"""The format of a record, as its docstring gives it."""

import inspect
import re

import pytest
import rtoml

import schemas.record
from schemas.fields import CHANNELS, STATED, VARIANT_FIELDS
from schemas.record import Access, Record, RelativeTo, Review, Source, Statement, Variant
from schemas.values import Shape

TEXT = inspect.getdoc(schemas.record) or ""
EXAMPLE = "\n".join(line.removeprefix("    ") for line in TEXT.splitlines() if line.startswith("    "))


def test_the_example_of_a_record_has_the_shape_of_one() -> None:
    Record.model_validate(rtoml.loads(EXAMPLE))


@pytest.mark.parametrize("model", [Record, Review, Source, Statement, Variant, Access, RelativeTo])
def test_the_format_of_a_record_names_every_key(model: type[Shape]) -> None:
    fields = {*STATED, *CHANNELS, *VARIANT_FIELDS}  # these are explained one by one in the data dictionary
    assert set(model.model_fields) - fields <= set(re.findall(r"\w+", TEXT))
