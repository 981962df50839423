"""The JSON of a release: an index, a small row of every model, a document of each model, the codebook, and their schemas.

Made by SQL from the tables of a release, so that thousands of models take seconds. The same
tables give the same bytes. Documents hold texts of the world: what could open markup in a page
that quotes them is escaped.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge

import duckdb

import flows.about as about
from flows.api.json_schemas import json_schemas
from flows.api.shapes import AXIS_PARTS, CODEBOOKS, COUNTS, DOCUMENTS, FACT, PARTS, SUMMARY, TYPED, Part, keys_of
from flows.canonical import to_json
from flows.derive.quoting import literal, quoted
from flows.errors import UserError
from flows.layout import Identity
from schemas.products import PRODUCTS, SCHEMA_VERSION
from schemas.tables import Tables
from schemas.values import MODEL_ID

#: models whose documents are made at once: lists of rows take much memory
_BATCH = 250
#: in this order ids are in the order of their paths
_PATH_ORDER = "{} || '.json'"
#: where the documents lie
FOLDER = "api"
#: where each document lies, from that folder
PATHS = {name: f"{name}.json" for name in DOCUMENTS} | {"model": "models/{model_id}.json"}


def schema_path(document: str) -> str:
    """Where the schema of a document lies, from the folder of the documents."""
    return f"schema/{document}.schema.json"


def _safe(text: str) -> str:
    """JSON in which no text can open or close an element of a page; outside of strings `<` does not stand in JSON."""
    return text.replace("<", "\\u003c")


def about_release(identity: Identity) -> dict[str, str | None]:
    """What every document says of the release that it is from."""
    return {
        "name": about.NAME,
        "version": identity.version,
        "as_of": identity.as_of.isoformat(),
        "collected_until": identity.collected_until.isoformat() if identity.collected_until else None,
        "schema_version": SCHEMA_VERSION,
        "licence": about.LICENCE,
        "licence_url": about.LICENCE_URL,
        "author": about.AUTHOR,
    }


def _value() -> str:
    """Expression of a value, whatever its type: `field` says which numbers are whole."""
    counts = ", ".join(map(literal, COUNTS))
    number = f"if(field in ({counts}), to_json(value_number::bigint), to_json(value_number))"
    return f"coalesce({number}, {', '.join(f'to_json({column})' for column in TYPED[1:])})"


def _struct(columns: Iterable[str], more: Mapping[str, str] | None = None) -> str:
    """Expression of an object with the keys of columns, and `more` keys with their expressions."""
    cells = {key: _value() if key == "value" else quoted(key) for key in keys_of(tuple(columns))}
    return "{" + ", ".join(f"{literal(key)}: {cell}" for key, cell in (cells | dict(more or {})).items()) + "}"


def _order(table: str) -> str:
    """The order of the rows of a table: as they are to be listed, if it says so, else by its key."""
    product = PRODUCTS[table]
    place = ("position",) if "position" in product.columns else ()
    return ", ".join(f"{quoted(table)}.{quoted(column)}" for column in (*place, *product.key))


def _grouped(part: Part, where: str) -> str:
    """Query of the lists of a part, one row for each row that they belong to; `where` is said of these."""
    return (
        f"select {quoted(part.by)} as owner, list({_struct(part.columns)} order by {_order(part.table)}) as items "
        f"from {quoted(part.table)}{where.format(quoted(part.by))} group by owner"
    )


def _joined(parts: Iterable[Part], to: str, where: str = "") -> tuple[dict[str, str], str]:
    """Expressions of the lists of parts by key, empty where there is nothing, and the joins that they need."""
    chosen = tuple(parts)
    cells = {part.key: f"coalesce({quoted(part.key)}.items, [])" for part in chosen}
    joins = "".join(
        f" left join ({_grouped(part, where)}) as {quoted(part.key)} on {quoted(part.key)}.owner = {to}"
        for part in chosen
    )
    return cells, joins


def _models_query() -> str:
    """Query of the id and the document, without the release, of every model in `chosen`, in the order of the paths."""
    where = " where {} in (from chosen)"
    row = PRODUCTS["models"].columns
    cells, joins = _joined(PARTS, "row.model_id", where)
    facts = (
        f"select model_id as owner, map(list(field order by field), list({_struct(FACT)} order by field)) as items "
        f"from facts{where.format('model_id')} group by owner"
    )
    whole = {"model": "row.cells", "facts": "facts.items", **cells}
    return (
        f"select row.model_id, to_json({_struct((), whole)})::varchar "
        f"from (select model_id, {_struct(row)} as cells from models{where.format('model_id')}) as row "
        f"inner join ({facts}) as facts on facts.owner = row.model_id{joins} "
        f"order by {_PATH_ORDER.format('row.model_id')}"
    )


def _rows(connection: duckdb.DuckDBPyConnection, table: str, columns: Iterable[str], parts: Iterable[Part] = ()) -> str:
    """Rows of a table as a list in JSON, a row a line."""
    cells, joins = _joined(parts, f"{quoted(table)}.{quoted(PRODUCTS[table].key[0])}")
    own = f"(select {_struct(columns, cells)} as cells from {quoted(table)}{joins} order by {_order(table)})"
    found = connection.execute(f"select to_json(cells)::varchar from {own}").fetchall()
    return "[\n" + ",\n".join(text for (text,) in found) + "\n]"


def _document(parts: Mapping[str, str]) -> str:
    """A document of parts that are JSON already, a part a line."""
    return "{\n" + ",\n".join(f'"{key}": {text}' for key, text in parts.items()) + "\n}\n"


def _plain(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _ids(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Ids of all models. Raises UserError if one cannot be the name of a file."""
    ids = [str(model_id) for (model_id,) in connection.execute("select model_id from models order by all").fetchall()]
    if wrong := next((model_id for model_id in ids if not MODEL_ID.fullmatch(model_id)), None):
        raise UserError(f"models: {wrong!r} is no id of a model, organisation/model; no file can bear its name")
    return ids


def _single(connection: duckdb.DuckDBPyConnection, release: str) -> Iterator[tuple[str, str]]:
    """Path and text of the documents that there is one of."""

    def rows(table: str, parts: Iterable[Part] = ()) -> str:
        return _rows(connection, table, PRODUCTS[table].columns, parts)

    listed = [
        {"path": PATHS[name], "schema": schema_path(name), "en": en, "ja": ja} for name, (en, ja) in DOCUMENTS.items()
    ]
    bodies = {
        "index": {
            "horizon": rows("horizon"),
            "documents": _plain(listed),
            "models": _plain(_ids(connection)),
            "retired": rows("retired"),
        },
        "labels": {"axes": rows("axes", AXIS_PARTS)},
        **{name: {name: rows(name)} for name in CODEBOOKS},
        "models": {"models": _rows(connection, "models", SUMMARY)},
    }
    for name, body in bodies.items():
        yield PATHS[name], _document({"release": release, **body})


def _models(connection: duckdb.DuckDBPyConnection, release: str) -> Iterator[tuple[str, str]]:
    """Path and text of the document of each model, in the order of the paths."""
    order = _PATH_ORDER.format("model_id")
    ids = connection.execute(f"select model_id from models order by {order}").to_arrow_table()
    for start in range(0, len(ids), _BATCH):
        connection.register("chosen", ids.slice(start, _BATCH))
        for model_id, text in connection.execute(_models_query()).fetchall():
            yield PATHS["model"].format(model_id=model_id), f'{{"release": {release},\n{text[1:]}\n'


def _register(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Give a connection the tables that documents are made from. Raises UserError if they are of another schema."""
    for name, product in PRODUCTS.items():
        there = tables[name].column_names if name in tables else []
        if missing := [column for column in product.columns if column not in there]:
            raise UserError(
                f"{name}: the table lacks {', '.join(missing)}, which schema {SCHEMA_VERSION} has; "
                "make the JSON with the code that made the release"
            )
        connection.register(name, tables[name].select(list(product.columns)))


def api_files(tables: Tables, identity: Identity) -> Iterator[tuple[str, str]]:
    """Path and text of every file of the JSON of a release, in the order of the paths.

    `tables` are those of PRODUCTS. Raises UserError if they are of another schema, or if the id of a model cannot be the
    name of a file.
    """
    release = _plain(about_release(identity))
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        _register(connection, tables)
        single = sorted(_single(connection, release))
        schemas = sorted((schema_path(name), to_json(schema)) for name, schema in json_schemas(tables).items())
        for path, text in merge(single, _models(connection, release), schemas):
            yield f"{FOLDER}/{path}", _safe(text)
