"""`croissant.json`: the release as Croissant 1.1, which is a schema.org Dataset with columns and rows.

The files are named relative to the folder, since a release has no address of its own.
"""

from pathlib import Path

from flows.about import (
    AUTHOR,
    COLLECTION,
    DESCRIPTION,
    DESCRIPTION_JA,
    KEYWORDS,
    LANGUAGES,
    LICENCE_URL,
    LIMITATIONS,
    MAINTENANCE,
    MISSING_DATA,
    NAME,
    TITLE,
    places,
)
from flows.canonical import sha256, to_json
from flows.layout import Identity, table_path
from flows.release_files.citation import bibtex
from schemas.fields import COLUMNS
from schemas.products import FILES, Product, column_of, describe

# The context of the specification's appendix does not pass its own validator: schema.org must be
# https, and `repeated`, `path`, `replace` and `samplingRate` must be there too.
_TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
    *("fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5"),
    *("parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator"),
    *("source", "subField", "transform"),
)
_CONTEXT: dict[str, object] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    **{term: f"cr:{term}" for term in _TERMS},
}

# words of schema.org: the dataset's page, where it is talked about, and the series that releases are in
_PLACES = {"homepage": "url", "issues": "discussionUrl", "releases": "isPartOf"}

_ENCODINGS = {
    "csv": "text/csv",
    "parquet": "application/x-parquet",  # the registered vnd.apache.parquet validates but is not loaded
}


def _both(en: str, ja: str) -> dict[str, str]:
    return {"en": en, "ja": ja}


def _file(folder: Path, path: str, description: str, encoding: str) -> dict[str, object]:
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path,
        "description": description,
        "contentUrl": path,
        "contentSize": f"{(folder / path).stat().st_size} B",
        "encodingFormat": encoding,
        "sha256": sha256(folder / path),
    }


def _column(table: str, column: str) -> dict[str, object]:
    return {"fileObject": {"@id": table_path(table, "parquet")}, "extract": {"column": column}}


def _record_set(product: Product) -> dict[str, object]:
    # mlcroissant joins whatever is referred to, and cannot join lists, nor a table with itself. Named as a record
    # set, the other table would be used up by the first reading: the second gets no rows, without an error. So it
    # is named as a file.
    targets = {
        reference.column: reference
        for reference in product.references
        if COLUMNS[reference.column].sql_type != "VARCHAR[]" and reference.table != product.name
    }
    fields = []
    for column in product.columns:
        field = column_of(product, column)
        entry: dict[str, object] = {
            "@type": "cr:Field",
            "@id": f"{product.name}/{column}",
            "name": column,
            "description": _both(describe(field), field.ja),
            "dataType": field.type.croissant,
            "source": _column(product.name, column),
        }
        if field.sql_type == "VARCHAR[]":
            entry |= {"isArray": True, "arrayShape": "-1"}
        if column in targets:
            entry["references"] = _column(targets[column].table, targets[column].key)
        fields.append(entry)
    return {
        "@type": "cr:RecordSet",
        "@id": product.name,
        "name": product.name,
        "description": _both(product.en, product.ja),
        "key": [{"@id": f"{product.name}/{column}"} for column in product.key],
        "field": fields,
    }


def croissant(folder: Path, identity: Identity) -> str:
    """Text of `croissant.json` for the CSV and Parquet files in `folder`.

    Record sets are read from Parquet, which alone has types and lists. `kiban.duckdb` is left
    out: it never repeats to the byte. Raises FileNotFoundError if a file is not there.
    """
    author = {"@type": "sc:Organization", "name": AUTHOR}
    body: dict[str, object] = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": NAME,
        "alternateName": TITLE,
        "description": _both(DESCRIPTION, DESCRIPTION_JA),
        "version": identity.version,
        **({"temporalCoverage": f"../{identity.collected_until}"} if identity.collected_until else {}),
        "datePublished": identity.as_of.isoformat(),
        "license": LICENCE_URL,
        **{_PLACES[name]: address for name, address in places().items()},
        "creator": author,
        "publisher": author,
        "citeAs": bibtex(identity),
        "keywords": list(KEYWORDS),
        "inLanguage": list(LANGUAGES),
        "isAccessibleForFree": True,
        "isLiveDataset": False,
        "rai:dataCollection": COLLECTION,
        "rai:dataCollectionType": ["Manual Human Curator", "Document analysis"],
        "rai:dataCollectionMissingData": MISSING_DATA,
        "rai:dataLimitations": list(LIMITATIONS),
        "rai:dataReleaseMaintenancePlan": MAINTENANCE,
        "distribution": [
            _file(folder, table_path(name, kind), product.en, _ENCODINGS[kind])
            for name, product in FILES.items()
            for kind in ("parquet", "csv")
        ],
        "recordSet": [_record_set(product) for product in FILES.values()],
    }
    return to_json(body)
