"""The data dictionary: each column is described as it is to be understood in its table, with the values that it can have."""

import re

import pytest

from flows.derive.products import products
from flows.release_files.checking import how_to_check
from flows.release_files.data_package import table_schemas
from flows.release_files.readme import readme
from schemas.fields import AXES, COLUMNS
from schemas.meanings import MEANINGS
from schemas.products import CHANGES, FILES, arrow_schema, column_of
from support.axis_cases import AS_OF, ingested, record, source
from support.release_folder import IDENTITY


@pytest.fixture(scope="module")
def text() -> str:
    made = products(ingested({"maker/model": record(source("paper", states={"announced": {"value": AS_OF}}))}), AS_OF)
    return readme({**made, "changes": arrow_schema(CHANGES).empty_table()}, IDENTITY)


@pytest.fixture(scope="module")
def rows(text: str) -> dict[tuple[str, str], str]:
    """What the dictionary says, by table and column."""
    dictionary = text.split("## Data dictionary\n")[1].split("\n## ")[0]
    found = {}
    for section in dictionary.split("\n### ")[1:]:
        table = section.split("\n", 1)[0]
        for name, said in re.findall(r"^\| `(\w+)` \| [^|]* \| (.*) \|$", section, re.MULTILINE):
            found[table, name] = said
    return found


def test_every_column_of_every_table_is_in_the_dictionary(rows: dict[tuple[str, str], str]) -> None:
    assert list(rows) == [(name, column) for name, product in FILES.items() for column in product.columns]


def test_words_for_one_table_are_of_a_column_of_it_and_not_those_of_all_tables() -> None:
    for (table, name), words in MEANINGS.items():
        assert name in FILES[table].columns
        assert all(words) and words != (COLUMNS[name].en, COLUMNS[name].ja)


@pytest.mark.parametrize(
    ("table", "name", "said"),
    [
        ("models", "parameters", "Total parameters of the largest published variant [parameter] |"),
        ("variants", "parameters", "Total parameters of the variant [parameter] |"),
        ("axes", "position", "Order of the axes |"),
        ("axis_labels", "position", "Order among the labels of the axis |"),
        ("licences", "url", "Address of the licence's text |"),
        ("identifiers", "accessed", "Day on which a curator saw the id there |"),
    ],
)
def test_a_column_that_several_tables_have_is_described_as_each_means_it(
    rows: dict[tuple[str, str], str], table: str, name: str, said: str
) -> None:
    assert rows[table, name].startswith(said)


def test_what_is_not_of_the_maker_of_a_model_is_not_said_to_be_written_by_it(
    rows: dict[tuple[str, str], str],
) -> None:
    of_makers = {table for (table, _), said in rows.items() if "as the maker writes it" in said}
    assert of_makers == {"models", "models_flat"}


@pytest.mark.parametrize("name", [name for name, field in COLUMNS.items() if field.values])
def test_the_dictionary_lists_the_values_that_a_coded_column_can_have(
    rows: dict[tuple[str, str], str], name: str
) -> None:
    values = ", ".join(COLUMNS[name].values or ())
    assert all(f": {values} |" in said for (_, column), said in rows.items() if column == name)


def test_the_dictionary_lists_the_labels_of_each_axis_where_it_is_a_column(
    rows: dict[tuple[str, str], str], text: str
) -> None:
    for axis in AXES:
        after = text.split(f"| **`{axis}`**")[1].split("| **`")[0].split("\n\n")[0]
        labels = re.findall(r"^\| \| `([\w-]+)`", after, re.MULTILINE)
        assert rows["models", axis].split(" |")[0].endswith(": " + ", ".join(labels))


def test_all_descriptions_of_a_release_use_the_same_words() -> None:
    product = FILES["variants"]
    words = column_of(product, "parameters")
    (package,) = [f for f in table_schemas()["variants"]["fields"] if f["name"] == "parameters"]
    arrow = arrow_schema(product).field("parameters").metadata
    assert package["description"] == "Total parameters of the variant [parameter]"
    assert (package["description:ja"], arrow[b"description:ja"].decode()) == (words.ja, words.ja)
    assert arrow[b"description"].decode() == package["description"]


def test_how_to_check_a_release_has_a_file_of_its_own(text: str) -> None:
    assert "`CHECK.md`" in text and "## Check it" not in text
    assert text.index("\n## Tables") < text.index("\n## Data dictionary")
    assert how_to_check().startswith("# Check it without any code of ours\n")
