"""`datapackage.json` of a release of the hub layer: its tables, each a list of Parquet files, for tools that read it."""

from collections.abc import Mapping, Sequence
from datetime import date

import flows.about as about
from flows.canonical import to_json
from flows.layout import HUB_NAME
from flows.release_files.data_package import table_schema
from schemas.hub import CODED, HUB_TABLES, hub_column_of

_CODES = {"fields": ["axis", "label"], "reference": {"resource": "hub_codes", "fields": ["axis", "label"]}}


def _schema(table: str) -> dict[str, object]:
    schema = table_schema(HUB_TABLES[table], hub_column_of, suffix="")
    del schema["missingValues"]  # Parquet has nulls of its own
    if table in CODED:
        known = schema.get("foreignKeys", [])
        schema["foreignKeys"] = [*(known if isinstance(known, list) else []), _CODES]
    return schema


def hub_package(version: str, as_of: date, files: Mapping[str, Sequence[str]]) -> str:
    """Text of `datapackage.json`; `files` are the paths of each table's files, in the order of its rows."""
    return to_json(
        {
            "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
            "name": HUB_NAME,
            "title": f"{about.LABEL}: the Hugging Face hub",
            "title:ja": "基盤:Hugging Faceハブ",
            "version": version,
            "created": f"{as_of.isoformat()}T00:00:00Z",
            "licenses": [{"name": about.LICENCE, "path": about.LICENCE_URL, "title": about.LICENCE_TITLE}],
            "resources": [
                {  # without `type`: tools that know no Parquet take it for files
                    "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
                    "name": name,
                    "title": HUB_TABLES[name].en,
                    "description": HUB_TABLES[name].en,
                    "description:ja": HUB_TABLES[name].ja,
                    "path": list(paths),
                    "format": "vnd.apache.parquet",
                    "mediatype": "application/vnd.apache.parquet",
                    "schema": _schema(name),
                }
                for name, paths in files.items()
            ],
        }
    )
