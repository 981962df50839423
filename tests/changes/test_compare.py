"""What changed between two editions, why, and that applying it gives the newer one."""

import random
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from flows.changes.apply import apply_changes
from flows.changes.compare import Comparison, compare
from flows.changes.edition import ColumnShape, Edition, TableShape, read_edition
from flows.errors import UserError
from schemas.products import PRODUCTS
from schemas.tables import Tables, frame, frames
from support.editions import AS_OF, stage, tables_of
from support.project import FILES, LICENCES, ONE, ORGANISATIONS, READING, RETIRED, TWO, Project, make_project
from support.staged import small_releases
from support.tables import arrow

pytestmark = pytest.mark.xdist_group("real-records")

Rows = list[tuple[object, ...]]
TEXT = ColumnShape("string", False, None, False, None, "")


@pytest.fixture(scope="module", autouse=True)
def without_what_is_not_compared() -> Iterator[None]:
    """Editions of a module lack what neither a comparison nor who applies one opens."""
    with pytest.MonkeyPatch.context() as patch:
        small_releases(patch)
        yield


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The valid project as an edition."""
    root = tmp_path_factory.mktemp("before")
    project = make_project(root / "project")
    stage(project.root, tables_of(project), root / "2022.6.0", "2022.6.0")
    return root / "2022.6.0"


@pytest.fixture
def changed(project: Project, before: Path, tmp_path: Path) -> Callable[..., Comparison]:
    """Compare the project as it now is with the edition before, and check that the changes apply."""

    def compared(as_of: date = AS_OF) -> Comparison:
        tables = tables_of(project, as_of)
        folder = tmp_path / "2022.6.1"
        comparison = stage(project.root, tables, folder, "2022.6.1", before, as_of)
        assert comparison is not None
        made = apply_changes(before, folder)
        for name, table in made.items():
            assert frame(table).equals(frame(tables[name])), name
        assert set(made) == set(PRODUCTS)
        return comparison

    return compared


def rows(comparison: Comparison, table: str, *columns: str) -> Rows:
    return frame(comparison.changes).filter(pl.col("table_name") == table).select(columns).rows()


def causes(comparison: Comparison, table: str, key: list[str], column: str | None = None) -> list[str] | None:
    """The causes of the changes of one row, which all have the same."""
    found = frame(comparison.changes).filter(
        pl.col("table_name") == table, pl.col("row_key") == pl.lit(key, pl.List(pl.String))
    )
    if column is not None:
        found = found.filter(pl.col("column_name") == column)
    (one,) = {tuple(c) if c is not None else None for c in found["causes"].to_list()}
    return None if one is None else list(one)


def test_the_same_records_give_no_changes(changed: Callable[..., Comparison]) -> None:
    comparison = changed()
    assert comparison.nothing
    assert comparison.changes.num_rows == 0


def test_a_value_entered_otherwise_is_a_cell_and_a_correction(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.edit(
        ONE, 'layers            = { value = 96, printed = "96"', 'layers            = { value = 97, printed = "97"'
    )
    project.edit(ONE, 'value = 96, printed = "96 layers"', 'value = 97, printed = "97 layers"')
    comparison = changed()
    assert rows(comparison, "models", "change", "row_key", "column_name", "old_value", "new_value", "causes") == [
        ("cell", ["acme/one"], "layers", "96", "97", ["correction"])
    ]
    assert causes(comparison, "facts", ["acme/one", "layers"]) == ["correction"]
    assert causes(comparison, "statements", ["acme/one#paper/layers"], "value_number") == ["correction"]
    assert causes(comparison, "statements", ["acme/one#paper/layers"], "printed") is None


def test_a_new_statement_is_a_fact_and_so_are_the_labels_that_follow(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.edit(TWO, "base            =", 'routing         = { value = "mixture-of-experts" }\nbase            =')
    comparison = changed()
    assert causes(comparison, "labels", ["acme/two", "density", "sparse", "2021-03-01"]) == ["fact"]
    assert causes(comparison, "labels", ["acme/two", "density", "unknown", "2021-03-01"]) == ["fact"]
    assert causes(comparison, "models", ["acme/two"], "density") == ["fact"]
    assert causes(comparison, "statements", ["acme/two#card/routing"]) == ["fact"]


def test_terms_of_a_licence_that_were_wrong_correct_the_access_of_its_models(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.edit(LICENCES, "commercial_use   = true", "commercial_use   = false")
    comparison = changed()
    assert causes(comparison, "labels", ["acme/two", "access", "restricted", "2021-03-02"]) == ["correction"]
    assert causes(comparison, "models", ["acme/two"], "access") == ["correction"]


def test_a_model_under_a_licence_that_is_new_corrects_nothing(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.append(LICENCES, project.text(LICENCES).replace("[licences.apache-2-0]", "\n[licences.another]"))
    text = project.text(TWO).replace('"Two"', '"Three"').replace("two.test", "three.test")
    project.write("raw/models/acme/three.toml", text.replace('"apache-2-0"', '"another"'))
    comparison = changed()
    assert causes(comparison, "access_periods", ["acme/three", "2021-03-02"], "licence") == ["fact"]
    found = frame(comparison.changes)["causes"].explode().drop_nulls().unique().to_list()
    assert found == ["fact"]


def test_a_threshold_moves_labels(project: Project, changed: Callable[..., Comparison]) -> None:
    text = project.text("raw/axes.toml")
    assert text.count("1.75e11") == 1
    project.write("raw/axes.toml", text.replace("1.75e11", "1.76e11"))
    comparison = changed()
    assert causes(comparison, "models", ["acme/one"], "scale") == ["threshold"]
    assert ("cell", "threshold_value", "175000000000.0", "176000000000.0") in rows(
        comparison, "thresholds", "change", "column_name", "old_value", "new_value"
    )


def test_another_rule_moves_labels(before: Path, project: Project, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(before, old)
    rule = next((old / "rules").glob("*-facts.sql"))
    rule.write_text(rule.read_text().replace("select", "select /* otherwise */", 1))
    project.edit(ONE, 'value = "dense"', 'value = "mixture-of-experts"')
    tables = tables_of(project)
    comparison = stage(project.root, tables, tmp_path / "2022.6.1", "2022.6.1", old)
    assert comparison is not None
    assert comparison.rules == ["facts"]
    assert causes(comparison, "models", ["acme/one"], "density") == ["correction", "rule"]


def test_a_rule_that_differs_in_a_comment_is_no_cause_but_no_secret(
    before: Path, project: Project, tmp_path: Path
) -> None:
    old = tmp_path / "old"
    shutil.copytree(before, old)
    rule = next((old / "rules").glob("*-facts.sql"))
    rule.write_text("-- otherwise\n" + rule.read_text())
    project.edit(ONE, 'value = "dense"', 'value = "mixture-of-experts"')
    comparison = stage(project.root, tables_of(project), tmp_path / "2022.6.1", "2022.6.1", old)
    assert comparison is not None
    assert comparison.rules == ["facts"]
    assert causes(comparison, "models", ["acme/one"], "density") == ["correction"]


def test_the_day_alone_moves_labels_of_the_day(project: Project, changed: Callable[..., Comparison]) -> None:
    comparison = changed(date(2021, 6, 30))
    assert causes(comparison, "models", ["acme/one"], "access") == ["day"]
    assert rows(comparison, "labels", "change") == []


def test_a_new_record_is_rows_added_cell_by_cell(project: Project, changed: Callable[..., Comparison]) -> None:
    project.write(
        "raw/models/acme/three.toml", project.text(TWO).replace('"Two"', '"Three"').replace("two.test", "three.test")
    )
    comparison = changed()
    added = rows(comparison, "models", "change", "row_key", "column_name", "old_value", "new_value")
    assert {(change, tuple(key), old) for change, key, _, old, _ in added} == {("row-added", ("acme/three",), None)}
    assert ("organisations", "acme;institute") in {(column, new) for _, _, column, _, new in added}
    assert causes(comparison, "labels", ["acme/three", "scale", "small", "2021-03-01"]) == ["fact"]


def test_a_renamed_model_is_renamed_everywhere_and_nothing_else(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.write("raw/models/acme/uno.toml", project.text(ONE))
    project.path(ONE).unlink()
    project.write(TWO, project.text(TWO).replace("acme/one", "acme/uno"))
    project.write(
        RETIRED,
        project.text(RETIRED).replace("acme/one", "acme/uno")
        + '\n[[retired]]\nid = "acme/one"\nrenamed_to = "acme/uno"\nreason = "its name was Spanish"\non = 2022-06-30\n',
    )
    comparison = changed()
    # the id of Two's comparison names the other model, so it is another statement
    removed = frame(comparison.changes).filter(pl.col("change") == "row-removed")
    assert set(removed["table_name"].to_list()) == {"statements"}
    assert removed["row_key"].list.first().unique().to_list() == ["acme/two#card/relative_to/training_co2e_t/acme/one"]
    assert rows(comparison, "models", "change", "row_key", "new_key") == [
        ("row-renamed", ["acme/one"], ["acme/uno"]),
        ("cell", ["acme/two"], None),
    ]
    labels = frame(comparison.changes).filter(pl.col("table_name") == "labels", pl.col("change") == "cell")
    assert {tuple(c) for c in labels["causes"].to_list()} <= {("rename",), ("correction", "fact")}


def test_two_ids_that_become_one_are_no_renaming(project: Project, changed: Callable[..., Comparison]) -> None:
    project.path(ONE).unlink()
    text = project.text(TWO)
    start, end = text.index("[[sources.relative_to]]"), len(text)
    project.write(TWO, text.replace(text[start:end], "").replace('base            = { value = "acme/one" }\n', ""))
    project.write(
        RETIRED,
        project.text(RETIRED).replace("acme/one", "acme/two")
        + '\n[[retired]]\nid = "acme/one"\nrenamed_to = "acme/two"\nreason = "they are one"\non = 2022-06-30\n',
    )
    comparison = changed()
    assert "row-renamed" not in comparison.changes["change"].to_pylist()
    assert {row[0] for row in rows(comparison, "models", "change")} == {"row-removed", "cell"}


def test_a_model_that_is_gone_is_rows_removed_with_what_they_held(
    project: Project, changed: Callable[..., Comparison]
) -> None:
    project.path(TWO).unlink()
    project.write(ORGANISATIONS, project.text(ORGANISATIONS).split("[organisations.institute]")[0])
    project.write(LICENCES, "[licences]\n")
    comparison = changed()
    gone = rows(comparison, "models", "change", "column_name", "old_value", "new_value")
    assert ("row-removed", "name", "Two", None) in gone
    assert {change for change, *_ in gone} == {"row-removed"}


def test_texts_with_quotes_and_commas_survive(project: Project, changed: Callable[..., Comparison]) -> None:
    project.edit(READING, 'en          = "One is dense."', 'en          = "One, said \\"they\\", is dense."')
    comparison = changed()
    assert rows(comparison, "claims", "column_name", "new_value") == [("claim_en", 'One, said "they", is dense.')]


# --- editions made of bare tables ---


def edition(table: pa.Table, key: tuple[str, ...], kinds: dict[str, ColumnShape], name: str = "things") -> Edition:
    return Edition(
        "1", "2022-01-01", "1.0.0", {name: TableShape(key, kinds)}, {name: table}, {name: str(id(table))}, {}
    )


def shape(kind: str = "string", is_list: bool = False) -> ColumnShape:
    return ColumnShape(kind, is_list, None, False, None, "")


def test_columns_that_come_go_or_change_their_type_are_said_with_their_values() -> None:
    old = edition(
        pa.table({"k": ["a", "b"], "gone": ["x", None], "n": pa.array([1, 2])}),
        ("k",),
        {"k": shape(), "gone": shape(), "n": shape("integer")},
    )
    new = edition(
        pa.table({"k": ["a", "b"], "n": pa.array([1.5, 2.0]), "new": [None, "y"]}),
        ("k",),
        {"k": shape(), "n": shape("number"), "new": shape()},
    )
    found = (
        frame(compare(old, new).changes)
        .select("change", "row_key", "column_name", "old_value", "new_value", "causes")
        .rows()
    )
    assert found == [
        ("column-removed", None, "gone", "string", None, ["schema"]),
        ("column-removed", None, "n", "integer", None, ["schema"]),
        ("column-added", None, "n", None, "number", ["schema"]),
        ("column-added", None, "new", None, "string", ["schema"]),
        ("cell", ["a"], "gone", "x", None, ["schema"]),
        ("cell", ["a"], "n", "1", "1.5", ["schema"]),
        ("cell", ["b"], "n", "2", "2.0", ["schema"]),
        ("cell", ["b"], "new", None, "y", ["schema"]),
    ]


def test_tables_that_come_go_or_change_their_key_are_said_row_by_row() -> None:
    table = pa.table({"k": ["a"], "l": ["x"]})
    kinds = {"k": shape(), "l": shape()}
    found = compare(edition(table, ("k",), kinds), edition(table.slice(0), ("k", "l"), kinds)).changes
    assert frame(found).select("change", "row_key", "column_name", "old_value", "new_value").rows() == [
        ("row-removed", ["a"], "k", "a", None),
        ("row-removed", ["a"], "l", "x", None),
        ("table-removed", None, None, None, None),
        ("table-added", None, None, None, None),
        ("row-added", ["a", "x"], "k", None, "a"),
        ("row-added", ["a", "x"], "l", None, "x"),
    ]
    gone = compare(edition(table, ("k",), kinds), edition(table, ("k",), kinds, "others")).changes
    assert set(frame(gone).select("table_name", "change").rows()) == {
        ("others", "table-added"), ("others", "row-added"), ("things", "table-removed"), ("things", "row-removed")
    }  # fmt: skip


def test_labels_that_only_one_edition_has_are_of_the_schema() -> None:
    columns = {"model_id": ["a/b"], "axis": ["scale"], "missing_field": ["layers"], "statement_ids": [["a/b#c/layers"]]}
    kinds = {name: shape(is_list=name == "statement_ids") for name in columns}
    without = edition(pa.table({"k": ["a"]}), ("k",), {"k": shape()})
    labels = edition(pa.table(columns), ("model_id", "axis"), kinds, "labels")
    for old, new in ((without, labels), (labels, without)):
        found = frame(compare(old, new).changes).filter(pl.col("table_name") == "labels")
        assert found.height == 5
        assert set(found["causes"].list.join(";")) == {"schema"}


def test_changes_to_a_table_that_nobody_has_are_refused(before: Path, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    shutil.copytree(before, tmp_path / "other")
    changes = pq.read_table(tmp_path / "other" / "changes.parquet")
    row = dict.fromkeys(changes.column_names) | {"change_number": 1, "table_name": "ghosts", "change": "cell"}
    pq.write_table(pa.Table.from_pylist([row], changes.schema), tmp_path / "other" / "changes.parquet")
    with pytest.raises(UserError, match="ghosts"):
        apply_changes(before, tmp_path / "other")


#: rows of each table that are shuffled: more show nothing more
_ROWS = 500


def _shuffled(tables: Tables, seed: int) -> Tables:
    """Products with rows gone and cells swapped at random; keys stay keys."""
    rng = random.Random(seed)
    made = {}
    for name, whole in frames(tables).items():
        product, table = PRODUCTS[name], whole.head(_ROWS)
        kept = table.filter(pl.Series([rng.random() > 0.1 for _ in range(table.height)], dtype=pl.Boolean))
        for column in product.columns:
            if column not in product.key and kept.height > 1 and rng.random() < 0.3:
                kept = kept.with_columns(kept[column].shuffle(seed=rng.randrange(2**31)))
        made[name] = arrow(name, kept)
    return made


def test_whatever_changes_applying_it_gives_the_newer_edition(
    real_products: Tables, real_root: Path, tmp_path: Path
) -> None:
    keep = {name: real_products[name] for name in ("coverage", "claims", "axes", "axis_labels")}
    editions = [_shuffled(real_products, seed) | keep for seed in range(3)]
    before = None
    for number, edition in enumerate(editions):
        folder = tmp_path / str(number)
        stage(real_root, edition, folder, str(number), before)
        made = apply_changes(before, folder) if before else {}
        wrong = [name for name, table in made.items() if not frame(table).equals(frame(edition[name]))]
        assert not wrong, f"of edition {number}"
        before = folder


def test_the_changelog_says_it_in_words(project: Project, changed: Callable[..., Comparison], tmp_path: Path) -> None:
    project.edit(TWO, "base            =", 'routing         = { value = "mixture-of-experts" }\nbase            =')
    project.edit(
        ONE, 'layers            = { value = 96, printed = "96"', 'layers            = { value = 97, printed = "97"'
    )
    project.edit(ONE, 'value = 96, printed = "96 layers"', 'value = 97, printed = "97 layers"')
    changed()
    text = (tmp_path / "2022.6.1" / "CHANGELOG.md").read_text()
    assert "- `acme/one` layers: 96 became 97" in text
    assert "- `acme/two` density: unknown became sparse (fact)" in text
    assert text.index("## 2022.6.1") < text.index("## 2022.6.0")
    assert text.count("The first release.") == 1


def test_an_edition_is_read_from_a_folder_as_it_was_staged(before: Path) -> None:
    found = read_edition(before)
    assert (found.version, found.as_of) == ("2022.6.0", AS_OF.isoformat())
    assert set(found.tables) == set(PRODUCTS)
    assert set(found.shapes) == {*PRODUCTS, "changes"}
    assert FILES[ONE].count("[[sources]]") == 2
    with pytest.raises(UserError, match="holds no release"):
        read_edition(before / "data")
