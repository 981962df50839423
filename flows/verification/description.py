"""What `datapackage.json` says of the tables: columns, keys and references.

A curated release describes the CSV file of each table, beside which a Parquet file lies; one of the hub layer describes the
Parquet files that a table is divided into.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.layout import DATA_PACKAGE, hub_path, table_path
from flows.verification.subject import Subject
from flows.verification.untrusted import UnfitError, items, mapping, mappings, text


@dataclass(frozen=True)
class Column:
    """A column by its description: name, type, whether it is never null, and its codes, if it has such."""

    name: str
    type: str
    required: bool
    is_list: bool
    codes: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Reference:
    """Columns of one table whose values, where given, are those of columns of another one."""

    columns: tuple[str, ...]
    table: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Description:
    """One table by its description, and its Parquet files in the order of its rows."""

    table: str
    files: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]


def resources(subject: Subject) -> list[Mapping[str, object]]:
    """Resources of the data package. Raises UnfitError if they are not of the known shape."""
    return mappings(subject.package.get("resources"), f"{DATA_PACKAGE}: resources")


def _names(value: object, place: str) -> tuple[str, ...]:
    return tuple(text(name, place) for name in ([value] if isinstance(value, str) else items(value, place)))


def _column(field: Mapping[str, object], key: tuple[str, ...], place: str) -> Column:
    name = text(field.get("name"), place)
    constraints = mapping(field.get("constraints", {}), place)
    kind = text(field.get("type"), place)
    codes = tuple(text(code, place) for code in items(constraints["enum"], place)) if "enum" in constraints else None
    required = name in key or constraints.get("required") is True
    return Column(name, kind, required, field.get("kiban:list") is True, codes)


def _references(schema: Mapping[str, object], own: str, tables: Mapping[str, str], place: str) -> Iterator[Reference]:
    given = [
        reference for key in ("foreignKeys", "kiban:foreignKeys") for reference in mappings(schema.get(key, []), place)
    ]
    for reference in given:
        to = mapping(reference.get("reference"), place)
        resource = text(to.get("resource", ""), place)
        if resource and resource not in tables:
            raise UnfitError(f"{place}: {resource[:80]!r} is no resource with a table")
        columns, keys = _names(reference.get("fields"), place), _names(to.get("fields"), place)
        if len(columns) != len(keys):
            raise UnfitError(f"{place}: a foreign key has {len(columns)} columns for {len(keys)}")
        yield Reference(columns, tables[resource] if resource else own, keys)


def _files(subject: Subject) -> Iterator[tuple[Mapping[str, object], str, tuple[str, ...]]]:
    """Each resource that describes a table, the name of the table, and its Parquet files."""
    csv = {table_path(table, "csv"): table for table in [*subject.contents, "changes"]}
    for resource in resources(subject):
        if subject.is_hub:
            table = text(resource.get("name"), f"{DATA_PACKAGE}: name")
            place = f"{DATA_PACKAGE}: {table[:80]}: path"
            paths = tuple(text(path, place) for path in items(resource.get("path"), place))
            if table not in subject.contents or paths != tuple(hub_path(table, number) for number in range(len(paths))):
                raise UnfitError(f"{place}: is no list of {table[:80]}-000.parquet and those that follow")
            yield resource, table, paths
        elif (table := csv.get(str(resource.get("path")), "")) != "":
            yield resource, table, (table_path(table, "parquet"),)


def descriptions(subject: Subject) -> dict[str, Description]:
    """Every table that is described. Raises UnfitError if the data package is not of the known shape."""
    found, tables, files = {}, {}, {}
    for resource, table, paths in _files(subject):
        files[table] = paths
        found[table] = mapping(resource.get("schema"), f"{DATA_PACKAGE}: {table}: schema")
        tables[text(resource.get("name"), f"{DATA_PACKAGE}: {table}: name")] = table
    made = {}
    for table, schema in found.items():
        place = f"{DATA_PACKAGE}: {table}"
        key = _names(schema.get("primaryKey", []), f"{place}: primaryKey")
        fields = mappings(schema.get("fields"), f"{place}: fields")
        columns = tuple(_column(field, key, f"{place}: fields") for field in fields)
        references = tuple(_references(schema, table, tables, f"{place}: foreignKeys"))
        made[table] = Description(table, files[table], columns, key, references)
    return made
