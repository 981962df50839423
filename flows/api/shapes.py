"""What the documents of the JSON hold: which columns of which tables, under which keys.

Nothing of a column is said here but where it goes. So a column that comes to a table, or goes,
comes and goes in the JSON as well, under the same version of the schema.
"""

from dataclasses import dataclass

from schemas.fields import AXES, STATED
from schemas.products import PRODUCTS

#: columns that hold one value by its type; in JSON, which has types of its own, they are one key, `value`
TYPED = ("value_number", "value_date", "value_text", "value_list", "value_boolean")
#: columns whose texts are addresses
ADDRESSES = ("url", "read_at", "link", "ids_seen_at")

#: columns of `models` that a row of `models.json` has
SUMMARY = (
    *("model_id", "name", "name_ja", "aliases", "organisations", "organisation_names", "countries", "family"),
    *("announced", "announced_precision", "known_since", "known_since_precision"),
    *("parameters", "active_parameters", "context_length", "training_tokens"),
    *AXES,
    *("licence", "commercial_use", "hub_id", "link", "known_until"),
)


@dataclass(frozen=True)
class Part:
    """Rows of a table that belong to one row of another, as a list under a key; `by` is the column that says to which."""

    key: str
    table: str
    by: str
    en: str
    ja: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of its rows; that by which they belong is known from where they stand."""
        return tuple(column for column in PRODUCTS[self.table].columns if column != self.by)


def _of_model(table: str) -> Part:
    return Part(table, table, "model_id", PRODUCTS[table].en, PRODUCTS[table].ja)


#: lists in the document of a model
PARTS = (
    *map(_of_model, ("labels", "access_periods", "variants", "hardware", "language_shares", "relations")),
    Part(
        "referred_by",
        "relations",
        "other_id",
        "Relations of other models with this one: what was made from it, is replaced by it, or is compared with it",
        "他のモデルから見たこのモデルとの関係",
    ),
    *map(_of_model, ("identifiers", "statements", "sources")),
)

#: lists at each axis in `labels.json`
AXIS_PARTS = (
    Part("labels", "axis_labels", "axis", PRODUCTS["axis_labels"].en, PRODUCTS["axis_labels"].ja),
    Part("thresholds", "thresholds", "axis", PRODUCTS["thresholds"].en, PRODUCTS["thresholds"].ja),
)

#: what the document of a model says of each of `STATED`
FACT = tuple(column for column in PRODUCTS["facts"].columns if column not in ("model_id", "field"))


def keys_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The keys that columns have in JSON: their names, in their order, and `value` for all columns of one value."""
    return tuple(dict.fromkeys("value" if column in TYPED else column for column in columns))


#: fields whose numbers are whole
COUNTS = tuple(name for name, field in STATED.items() if field.kind == "count")

#: keys of an entry of the index's list of documents
ENTRY = {
    "path": (
        "Where it lies, from the folder of the index; {model_id} stands for the id of a model",
        "索引のフォルダからの所在({model_id} はモデルの識別子)",
    ),
    "schema": ("Where its JSON Schema lies", "JSON Schemaの所在"),
    "en": ("What it holds", "内容(英語)"),
    "ja": ("What it holds, in Japanese", "内容(日本語)"),
}

#: tables that are documents as they are
CODEBOOKS = ("licences", "organisations")

#: documents by name: what each holds
DOCUMENTS = {
    "index": (
        "What there is: the release, its documents, the ids of its models",
        "索引。リリース、文書、モデルの識別子",
    ),
    "labels": ("Axes, their labels and thresholds", "分類軸とそのラベル、しきい値"),
    **{name: (PRODUCTS[name].en, PRODUCTS[name].ja) for name in CODEBOOKS},
    "models": ("One row a model: what is asked for first", "モデルごとに1行。主な項目"),
    "model": (
        "All that is known of one model: its row, facts, labels over time, access, sources",
        "1つのモデルについて分かっていることすべて",
    ),
}
