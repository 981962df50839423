"""Types of TypeScript, made from the JSON Schemas of the documents."""

import json
from collections.abc import Mapping
from typing import cast

Schema = Mapping[str, object]

_SCALARS = {"number": "number", "integer": "number", "string": "string", "boolean": "boolean", "null": "null"}


def _name(text: str) -> str:
    return "".join(part.capitalize() for part in text.split("_"))


def _comment(schema: Schema, indent: str) -> str:
    """The description of a schema as a comment; what would end it early cannot."""
    lines = str(schema.get("description", "")).replace("*/", "*\\/").split("\n")
    if lines == [""]:
        return ""
    return f"{indent}/**\n" + "".join(f"{indent} * {line}\n" for line in lines) + f"{indent} */\n"


def _object(schema: Schema, indent: str) -> str:
    deeper = f"{indent}  "
    required = set(cast(list[str], schema["required"]))
    cells = [
        f"{_comment(of, deeper)}{deeper}{json.dumps(key)}{'' if key in required else '?'}: {type_of(of, deeper)};\n"
        for key, of in cast("dict[str, Schema]", schema["properties"]).items()
    ]
    return "{\n" + "".join(cells) + f"{indent}}}"


def type_of(schema: Schema, indent: str = "") -> str:
    """The type of what fits a schema, of those that `flows/api/json_schemas.py` makes.

    Raises KeyError for a schema of another kind.
    """
    if "$ref" in schema:
        return _name(str(schema["$ref"]).removeprefix("#/$defs/"))
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(code) for code in cast(list[object], schema["enum"]))
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    found = []
    for kind in kinds:
        if kind == "object":
            found.append(_object(schema, indent))
        elif kind == "array":
            found.append(f"Array<{type_of(cast(Schema, schema['items']), indent)}>")
        else:
            found.append(_SCALARS[str(kind)])
    return " | ".join(dict.fromkeys(found))


def declarations(schemas: Mapping[str, Schema]) -> str:
    """Declarations of types: one of each document, such as `ModelDocument`, and of what their schemas define."""
    made = []
    for name, schema in schemas.items():
        for key, of in cast("dict[str, Schema]", schema.get("$defs", {})).items():
            made.append(f"{_comment(of, '')}export type {_name(key)} = {type_of(of)};\n")
        made.append(f"{_comment(schema, '')}export interface {_name(name)}Document {_object(schema, '')}\n")
    return "\n".join(made)
