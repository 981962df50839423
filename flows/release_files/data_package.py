"""`datapackage.json` (Data Package v2): files, columns, keys and references, for tools that read it."""

from collections.abc import Callable
from pathlib import Path

from flows.about import (
    DESCRIPTION,
    DESCRIPTION_JA,
    KEYWORDS,
    LICENCE,
    LICENCE_TITLE,
    LICENCE_URL,
    NAME,
    TITLE,
    TITLE_JA,
    places,
)
from flows.canonical import sha256, to_json
from flows.layout import Identity, table_path
from schemas.fields import Field
from schemas.products import FILES, Product, column_of, describe

#: what a column of a table is
ColumnOf = Callable[[Product, str], Field]


def _field(product: Product, column: str, field: Field) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": column,
        "type": field.type.package,
        "description": describe(field),
        "description:ja": field.ja,
    }
    if field.unit:
        entry["unit"] = field.unit
    if field.sql_type == "VARCHAR[]":  # CSV has no lists, so the type alone would say text
        entry["description"] = f"{describe(field)}; joined by ;"
        entry["kiban:list"] = True
    constraints: dict[str, object] = {}
    if column in (*product.key, *product.required):
        constraints["required"] = True
    if field.values is not None and field.sql_type == "VARCHAR":
        constraints["enum"] = list(field.values)
    if constraints:
        entry["constraints"] = constraints
    return entry


def table_schema(product: Product, column: ColumnOf = column_of, suffix: str = "-csv") -> dict[str, object]:
    """Table Schema of one table: `fields` (name, type, description in both languages, unit, constraints; lists carry
    `kiban:list`), `primaryKey`, `missingValues`, and where there are any `foreignKeys` and, of lists, `kiban:foreignKeys`.

    `column` gives the meaning of its columns; the resource of a table is called by its name and `suffix`.
    """
    schema: dict[str, object] = {
        "fields": [_field(product, name, column(product, name)) for name in product.columns],
        "primaryKey": list(product.key),
        "missingValues": [""],
    }
    # the format's own foreign keys cannot be of lists
    for place, lists in (("foreignKeys", False), ("kiban:foreignKeys", True)):
        references = [
            {"fields": [r.column], "reference": {"resource": f"{r.table}{suffix}", "fields": [r.key]}}
            for r in product.references
            if (column(product, r.column).sql_type == "VARCHAR[]") == lists
        ]
        if references:
            schema[place] = references
    return schema


def table_schemas() -> dict[str, dict[str, object]]:
    """Table Schema of every table that has a file in a release, by table name: the `schema` of `<table>-csv`."""
    return {name: table_schema(product) for name, product in FILES.items()}


def data_package(folder: Path, identity: Identity) -> str:
    """Text of `datapackage.json` for the CSV and Parquet files in `folder`.

    Raises FileNotFoundError if one of them is not there.
    """
    resources = []
    for name, schema in table_schemas().items():
        csv, parquet = table_path(name, "csv"), table_path(name, "parquet")
        about = {"title": FILES[name].en, "description": FILES[name].en, "description:ja": FILES[name].ja}
        resources += [
            {
                **about,
                "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
                "name": f"{name}-csv",
                "type": "table",
                "path": csv,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": (folder / csv).stat().st_size,
                "hash": f"sha256:{sha256(folder / csv)}",
                "schema": schema,
            },
            {  # without `type`: readers then take it for a file, and check its hash alone
                **about,
                "name": f"{name}-parquet",
                "path": parquet,
                "format": "vnd.apache.parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": (folder / parquet).stat().st_size,
                "hash": f"sha256:{sha256(folder / parquet)}",
            },
        ]
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": TITLE,
        "title:ja": TITLE_JA,
        "description": DESCRIPTION,
        "description:ja": DESCRIPTION_JA,
        "keywords": list(KEYWORDS),
        **{(name if name == "homepage" else f"kiban:{name}"): address for name, address in places().items()},
        "version": identity.version,
        "kiban:collected_until": identity.collected_until and identity.collected_until.isoformat(),
        "created": f"{identity.as_of.isoformat()}T00:00:00Z",
        "licenses": [{"name": LICENCE, "path": LICENCE_URL, "title": LICENCE_TITLE}],
        "resources": resources,
    }
    return to_json(package)
