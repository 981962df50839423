"""JSON Schema (2020-12) of each document, made from the columns that it holds: types, units, codes, words in both languages."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import flows.about as about
from flows.api.shapes import ADDRESSES, AXIS_PARTS, CODEBOOKS, DOCUMENTS, ENTRY, FACT, PARTS, SUMMARY, Part, keys_of
from schemas.fields import AXES, STATED, Field
from schemas.products import PRODUCTS, SCHEMA_VERSION, Product, column_of, describe
from schemas.tables import Tables, frame

Schema = dict[str, object]
#: labels of each axis, in their order
Labels = Mapping[str, tuple[str, ...]]

_VALUE = ("The value, in the type of its field; null if there is none", "値(項目に応じた型。なければ null)")


def _said(en: str, ja: str) -> str:
    """Words in both languages; JSON Schema has one place for them."""
    return f"{en}\n{ja}"


def _object(properties: Mapping[str, Schema], en: str, ja: str) -> Schema:
    """An object with these keys, all of them and no other: what is missing is null."""
    return {
        "type": "object",
        "description": _said(en, ja),
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(items: Schema, en: str, ja: str) -> Schema:
    return {"type": "array", "description": _said(en, ja), "items": items}


def _scalar(field: Field, codes: tuple[str, ...] | None) -> Schema:
    schema: Schema = {"type": "string" if field.type.package == "date" else field.type.package}
    if field.type.package == "date":
        schema["format"] = "date"
    if field.name in ADDRESSES:
        schema["format"] = "iri"
    if codes:
        schema["enum"] = list(codes)
    return schema


def _typed(field: Field, nullable: bool, labels: Labels) -> Schema:
    """Type of a column; codes of an axis are its labels, and what counts things by code is no code."""
    codes = labels.get(field.name, field.values) if field.kind != "counted" else None
    schema = _scalar(field, codes)
    if field.type.is_list:
        schema = {"type": "array", "items": schema}
    if nullable:
        schema["type"] = [schema["type"], "null"]
        if codes and not field.type.is_list:
            schema["enum"] = [*codes, None]
    return schema


def _column(product: Product, name: str, labels: Labels) -> Schema:
    field = column_of(product, name)
    if name == "axis":
        field = replace(field, values=tuple(AXES))
    nullable = name not in (*product.key, *product.required)
    return {**_typed(field, nullable, labels), "description": _said(describe(field), field.ja)}


def _any_value() -> Schema:
    return {
        "type": ["number", "string", "boolean", "array", "null"],
        "items": {"type": "string"},
        "description": _said(*_VALUE),
    }


def _row(table: str, columns: Iterable[str], labels: Labels, more: Mapping[str, Schema] | None = None) -> Schema:
    """Schema of a row of a table, with `more` keys, or keys that are said otherwise."""
    product = PRODUCTS[table]
    own = {key: _any_value() if key == "value" else _column(product, key, labels) for key in keys_of(tuple(columns))}
    return _object(own | dict(more or {}), product.en, product.ja)


def _rows(table: str, columns: Iterable[str], labels: Labels, more: Mapping[str, Schema] | None = None) -> Schema:
    product = PRODUCTS[table]
    return _list(_row(table, columns, labels, more), product.en, product.ja)


def _facts(labels: Labels) -> tuple[Schema, dict[str, Schema]]:
    """Schema of the facts of a model, by field, and the definitions that it refers to; `value` has the type of the field."""
    shared = {key: _column(PRODUCTS["facts"], key, labels) for key in keys_of(FACT) if key != "value"}
    refers: dict[str, Schema] = {key: {"$ref": f"#/$defs/fact_{key}"} for key in shared}
    properties = {}
    for name, field in STATED.items():
        value = {**_typed(field, True, labels), "description": _said(*_VALUE)}
        cells = {key: refers.get(key, value) for key in keys_of(FACT)}
        properties[name] = _object(cells, describe(field), field.ja)
    facts = _object(properties, PRODUCTS["facts"].en, PRODUCTS["facts"].ja)
    return facts, {f"fact_{key}": schema for key, schema in shared.items()}


def _parts(parts: Iterable[Part], labels: Labels) -> dict[str, Schema]:
    return {part.key: _list(_row(part.table, part.columns, labels), part.en, part.ja) for part in parts}


def _text(en: str, ja: str, **more: object) -> Schema:
    return {"type": "string", "description": _said(en, ja), **more}


def release_schema() -> Schema:
    """Schema of what every document says of the release that it is from."""
    day = {"format": "date"}
    return _object(
        {
            "name": _text("What it is a release of", "データセットの名称", const=about.NAME),
            "version": _text("Version of the release", "リリースの版"),
            "as_of": _text("Day that the labels are of", "ラベルの基準日", **day),
            "collected_until": {
                **_text("Models were looked for up to this day", "この日までのモデルを収集", **day),
                "type": ["string", "null"],
            },
            "schema_version": _text("SemVer of tables and documents", "表と文書のスキーマの版(SemVer)"),
            "licence": _text("Licence of the data (SPDX)", "データのライセンス(SPDX)", const=about.LICENCE),
            "licence_url": _text("Address of the licence", "ライセンスの所在", format="iri"),
            "author": _text("Who is to be named", "クレジット表記"),
        },
        "The release that the document is from",
        "この文書のリリース",
    )


def _document(name: str, en: str, ja: str, properties: Mapping[str, Schema]) -> Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{about.NAME}:schema:{SCHEMA_VERSION}:{name}",
        "title": f"{about.LABEL}: {name}",
        **_object({"release": release_schema(), **properties}, en, ja),
    }


def labels_by_axis(tables: Tables) -> Labels:
    """The labels of each axis, in the order of the codebook."""
    rows = frame(tables["axis_labels"]).sort("axis", "position").select("axis", "label").rows()
    return {axis: tuple(label for of, label in rows if of == axis) for axis in AXES}


def json_schemas(tables: Tables) -> dict[str, Schema]:
    """The JSON Schema of each of `DOCUMENTS`, by its name; of `tables` the codebooks are read."""
    labels = labels_by_axis(tables)
    entry = _object({key: _text(*words) for key, words in ENTRY.items()}, "A document", "文書")
    facts, shared = _facts(labels)
    bodies: dict[str, dict[str, Schema]] = {
        "index": {
            "horizon": _rows("horizon", PRODUCTS["horizon"].columns, labels),
            "documents": _list(entry, "The documents", "文書の一覧"),
            "models": _list({"type": "string"}, "Ids of all models", "全モデルの識別子"),
            "retired": _rows("retired", PRODUCTS["retired"].columns, labels),
        },
        "labels": {"axes": _rows("axes", PRODUCTS["axes"].columns, labels, _parts(AXIS_PARTS, labels))},
        **{name: {name: _rows(name, PRODUCTS[name].columns, labels)} for name in CODEBOOKS},
        "models": {"models": _rows("models", SUMMARY, labels)},
        "model": {
            "model": _row("models", PRODUCTS["models"].columns, labels),
            "facts": facts,
            **_parts(PARTS, labels),
        },
    }
    made = {name: _document(name, *words, bodies[name]) for name, words in DOCUMENTS.items()}
    made["model"]["$defs"] = shared
    return made
