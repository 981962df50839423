"""pandera models of tables: the rules of ingested rows that are broken, and all that a published table must be.

pandera takes long to load, so who only reads tables, or finds no rule broken, does without this module.
"""

from collections.abc import Iterable, Iterator
from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData
from pandera.errors import SchemaErrors

from schemas.fields import COLUMNS
from schemas.products import PRODUCTS, Product
from schemas.tables import RowRule, Tables, frame, polars_types


def schema_of(table: str, rules: Iterable[RowRule]) -> pa.DataFrameSchema:
    """The pandera schema of an ingested table. Every check is lazy and names its rule in `schemas.tables.RULES`.

    That a table has the columns and types of `polars_types` is not asked here: column by column, pandera takes as long
    for it as for all rules.
    """

    def check(rule: RowRule) -> pa.Check:
        def holds(data: PolarsData) -> pl.LazyFrame:
            return rule.rows(data.lazyframe).collect().lazy()  # worked out here, where pandera catches what fails

        return pa.Check(holds, error=rule.name, n_failure_cases=100_000)

    return pa.DataFrameSchema(checks=[check(rule) for rule in rules], name=table)


def _nothing_empty(product: Product) -> pa.Check:
    """A check over whole rows: no text is empty, no list is empty or holds an empty text or a `;`, which joins it in CSV."""
    texts = [name for name in product.columns if COLUMNS[name].sql_type == "VARCHAR"]
    lists = [name for name in product.columns if COLUMNS[name].sql_type == "VARCHAR[]"]
    full = [pl.col(name) != "" for name in texts]
    full += [
        (pl.col(name).list.len() > 0)
        & ~pl.col(name).list.contains("")
        & ~pl.col(name).list.eval(pl.element().str.contains(";", literal=True)).list.any()
        for name in lists
    ]

    def holds(data: PolarsData) -> pl.LazyFrame:
        return data.lazyframe.select(pl.all_horizontal(expression.fill_null(True) for expression in full))

    return pa.Check(holds, error="empty text or list, or a ; in a list", n_failure_cases=20)


@cache
def schema(product: Product) -> pa.DataFrameSchema:
    """Make the pandera schema of a published table that has the columns and types of `polars_types`.

    The key is unique and never null, codes are of their allowed values,
    and no text or list is empty (in CSV nothing could tell it from a missing one).
    """
    columns = {}
    for name in product.columns:
        field = COLUMNS[name]
        checks = []
        if field.values is not None and field.sql_type == "VARCHAR":
            checks.append(pa.Check.isin(field.values, error="unknown code", n_failure_cases=20))
        nullable = name not in (*product.key, *product.required)
        if checks or not nullable:  # of the others there is nothing to ask, and each takes its time
            columns[name] = pa.Column(checks=checks, nullable=nullable)
    return pa.DataFrameSchema(
        columns,
        checks=[_nothing_empty(product)],
        unique=list(product.key),
        name=product.name,
    )


class ProductError(ValueError):
    """A table is not fit to be published; the message lists everything that is wrong."""


def _dangling(made: Tables, product: Product) -> Iterator[str]:
    for reference in product.references:
        values = frame(made[product.name].select([reference.column])).drop_nulls()
        if values.schema[reference.column] == pl.List(pl.String()):
            values = values.explode(reference.column).drop_nulls()
        keys = frame(made[reference.table].select([reference.key])).unique().rename({reference.key: reference.column})
        lost = values.unique().join(keys, on=reference.column, how="anti")[reference.column].sort().to_list()
        if lost:
            yield f"{product.name}.{reference.column}: no such row in {reference.table}: {', '.join(lost[:5])}"


def _unlisted_labels(made: Tables) -> Iterator[str]:
    codebook, given = (frame(made[name].select(["axis", "label"])) for name in ("axis_labels", "labels"))
    lost = given.unique().join(codebook, on=["axis", "label"], how="anti")
    for axis, label in lost.sort("axis", "label").rows():
        yield f"labels.label: {axis} has no label {label} in raw/axes.toml"


def _columns(product: Product, table: pl.DataFrame) -> Iterator[str]:
    """What is wrong with the columns of a table: there are those of the product, in their order, of their types."""
    wanted, there = polars_types(product.columns), table.schema
    for name in dict.fromkeys([*wanted, *there]):
        if name not in there:
            yield f"{product.name}.{name}: the column is missing"
        elif name not in wanted:
            yield f"{product.name}.{name}: no such column"
        elif there[name] != wanted[name]:
            yield f"{product.name}.{name}: the type is {there[name]}, not {wanted[name]}"
    if set(wanted) == set(there) and list(wanted) != list(there):
        yield f"{product.name}: columns are in another order: {', '.join(there)}"


def _unfit(made: Tables, product: Product) -> Iterator[str]:
    """What is wrong with one table. Polars keeps texts in another way than Arrow, so its copy is let go at the end."""
    table = frame(made[product.name])
    if ill := list(_columns(product, table)):
        yield from ill
        return
    if table.is_empty():  # all rules are of rows
        return
    try:
        schema(product).validate(table, lazy=True)
    except SchemaErrors as error:
        for column, check, case in error.failure_cases.select("column", "check", "failure_case").rows():
            yield f"{product.name}.{column}: {check}: {case}"
    else:
        if not table.select(product.key).equals(table.select(product.key).sort(product.key)):
            yield f"{product.name}: rows are not in the order of the key"
        yield from _dangling(made, product)


def validate_products(made: Tables) -> None:
    """Validate every table of a release: types, keys, codes, references, labels in the codebook.

    Raises ProductError with everything that is wrong.
    """
    wrong = [f"{name}: the table is missing" for name in PRODUCTS if name not in made]
    wrong += [f"{name}: no such table" for name in made if name not in PRODUCTS]
    if wrong:
        raise ProductError("\n".join(wrong))
    for product in PRODUCTS.values():
        wrong.extend(_unfit(made, product))
    if not wrong:
        wrong.extend(_unlisted_labels(made))
    if wrong:
        raise ProductError("\n".join(wrong))
