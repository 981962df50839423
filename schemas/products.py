"""What a release holds: the tables, their keys and their references. `schemas/validation.py` asks them of tables."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import pyarrow

from schemas.fields import AXES, CHANNELS, COLUMNS, STATED, VARIANT_FIELDS, Field
from schemas.meanings import MEANINGS
from schemas.tables import INGESTED, PLACE, arrow_type


@dataclass(frozen=True)
class Reference:
    """A column whose values, where given, are keys of another table."""

    column: str
    table: str
    key: str


@dataclass(frozen=True)
class Product:
    """One published table: columns in order, key, references, meaning, columns that may be null."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    required: tuple[str, ...]
    en: str
    ja: str
    references: tuple[Reference, ...] = ()


def _model_columns() -> Iterator[str]:
    yield from ("model_id", "name", "name_ja", "aliases", "organisations", "organisation_names", "countries", "family")
    for field in STATED.values():
        yield field.name
        if field.kind == "date":
            yield f"{field.name}_precision"
        if field.name == "announced":
            yield from ("known_since", "known_since_precision")
        if field.name == "training_flop":
            yield "training_flop_estimate"
    yield from AXES
    yield from ("licence", "commercial_use", "hub_id", "link", "sources_read")
    yield from ("reviewed", "reviewed_on", "known_until", "collected_until")


def _ingested(table: str, *without: str) -> tuple[str, ...]:
    return tuple(column for column in INGESTED[table] if column not in (*PLACE, *without))


_MODEL = Reference("model_id", "models", "model_id")
_OTHER = Reference("other_id", "models", "model_id")
_SOURCE = Reference("source_id", "sources", "source_id")
_AXIS = Reference("axis", "axes", "axis")
_STATEMENTS = Reference("statement_ids", "statements", "statement_id")
_LICENCE = Reference("licence", "licences", "licence_id")

_PRODUCTS = (
    Product(
        "models",
        tuple(_model_columns()),
        ("model_id",),
        (
            "name",
            "organisations",
            "organisation_names",
            "known_since",
            "known_since_precision",
            "sources_read",
            "reviewed",
            "known_until",
            "collected_until",
        ),
        "One row a model: resolved facts, and the labels on the release's day (null if it came later)",
        "モデルごとに1行。確定した事実と、リリース日時点のラベル(それ以降のモデルは空)",
        (
            Reference("organisations", "organisations", "organisation_id"),
            Reference("base", "models", "model_id"),
            Reference("succeeded_by", "models", "model_id"),
        ),
    ),
    Product(
        "models_flat",
        (
            "model_id",
            "name",
            "name_ja",
            "aliases_text",
            "organisations_text",
            "organisation_names_text",
            "countries_text",
            "family",
            "announced",
            "announced_year",
            "known_since",
            "parameters",
            "active_parameters",
            "experts",
            "layers",
            "context_length",
            "output_length",
            "training_tokens",
            "training_flop",
            "training_flop_estimate",
            "training_energy_mwh",
            "training_co2e_t",
            "knowledge_cutoff",
            "languages_text",
            "base",
            "succeeded_by",
            "architecture",
            "density",
            "scaling_route",
            "scale",
            "efficiency_text",
            "compute_balance",
            "multitask_text",
            "language_scope",
            "access",
            "openness_text",
            "safety_text",
            "media_text",
            "multimodal_stage",
            "reasoning",
            "post_training_text",
            "tool_use",
            "context",
            "compute_tier",
            "lifecycle",
            "licence",
            "commercial_use_text",
            "hub_id",
            "link",
            "sources_read",
            "reviewed_text",
            "known_until",
            "collected_until",
        ),
        ("model_id",),
        (
            "name",
            "organisations_text",
            "organisation_names_text",
            "known_since",
            "sources_read",
            "reviewed_text",
            "collected_until",
        ),
        "The table models without lists and truths, for spreadsheets and data frames",
        "表計算やデータフレーム向けに、リストと真偽値を文字列にした models",
        (Reference("model_id", "models", "model_id"),),
    ),
    Product(
        "variants",
        ("model_id", "variant", *VARIANT_FIELDS, "weights", "licence", "statement_ids"),
        ("model_id", "variant"),
        ("statement_ids",),
        "Sizes of a model that were announced together, with their own figures",
        "同時に公表された派生版とその数値",
        (_MODEL, _LICENCE, _STATEMENTS),
    ),
    Product(
        "statements",
        (*_ingested("statements", "is_primary", "is_database", "published"), "is_chosen"),
        ("statement_id",),
        ("model_id", "field", "source_id", "statement_kind", "is_estimate", "is_preferred", "is_chosen"),
        "Layer 1: what one source says of one field of one model",
        "第1層。1つの出典が1つの項目について述べること",
        (_MODEL, _SOURCE, _OTHER),
    ),
    Product(
        "facts",
        (
            "model_id",
            "field",
            "state",
            "basis",
            "value_number",
            "value_date",
            "value_text",
            "value_list",
            "value_boolean",
            "date_precision",
            "unit",
            "source_count",
            "spread",
            "statement_ids",
        ),
        ("model_id", "field"),
        ("state", "source_count"),
        "Layer 2: what we conclude for one field of one model",
        "第2層。1つのモデルの1つの項目について確定した事実",
        (_MODEL, _STATEMENTS),
    ),
    Product(
        "labels",
        (
            "model_id",
            "axis",
            "label",
            "valid_from",
            "valid_to",
            "rule_id",
            "detail",
            "missing_field",
            "statement_ids",
        ),
        ("model_id", "axis", "label", "valid_from"),
        ("rule_id",),
        "Layer 3: what one rule derives on one axis, over a stretch of time",
        "第3層。1つの規則が1つの軸について導くラベルと期間",
        (_MODEL, _AXIS, _STATEMENTS),
    ),
    Product(
        "trends",
        (
            "axis",
            "label",
            "quarter",
            "announced_count",
            "announced_share",
            "cumulative_count",
            "cumulative_share",
            "largest_parameters",
            "median_parameters",
        ),
        ("axis", "label", "quarter"),
        ("announced_count", "cumulative_count"),
        "Layer 4: how many models carry a label, quarter by quarter",
        "第4層。四半期ごとのラベル別モデル数",
        (_AXIS,),
    ),
    Product(
        "years",
        ("year", "measure", "models_count", "out_of_count", "year_count", "share"),
        ("year", "measure"),
        ("models_count", "out_of_count", "year_count"),
        "The landscape year by year: open weights, sparse models and undisclosed sizes, each with the models that it rests on",
        "年ごとの状況。公開された重み、疎結合、非公開の規模と、それぞれの根拠となるモデル数",
    ),
    Product(
        "access_periods",
        ("model_id", "valid_from", "valid_to", "access", *CHANNELS, "licence_basis", "open_variants", "known_until"),
        ("model_id", "valid_from"),
        ("access",),
        "Channels of access over time, beside the label",
        "利用経路の推移とラベル",
        (_MODEL, _LICENCE),
    ),
    Product(
        "hardware",
        ("model_id", "accelerator", "accelerator_count", "statement_ids"),
        ("model_id", "accelerator"),
        ("statement_ids",),
        "Accelerators that a model was trained on, one row each",
        "学習に使われた演算装置(1行に1種)",
        (_MODEL, _STATEMENTS),
    ),
    Product(
        "language_shares",
        ("model_id", "language", "language_share", "statement_ids"),
        ("model_id", "language"),
        ("language_share", "statement_ids"),
        "Shares of languages in the training data, one row each",
        "学習データに占める言語の割合(1行に1言語)",
        (_MODEL, _STATEMENTS),
    ),
    Product(
        "relations",
        ("model_id", "relation_kind", "other_id", "field", "factor", "statement_ids"),
        ("model_id", "relation_kind", "other_id", "field"),
        ("statement_ids",),
        "Lineage, and claims of a factor against another model",
        "系譜、および他モデルに対する倍率の主張",
        (_MODEL, _OTHER, _STATEMENTS),
    ),
    Product(
        "sources",
        _ingested("sources"),
        ("source_id",),
        ("model_id", "source_kind", "is_primary", "title", "url", "accessed", "read_as"),
        "What was read, when and how",
        "閲覧した出典",
        (_MODEL,),
    ),
    Product(
        "identifiers",
        _ingested("identifiers"),
        ("scheme", "identifier", "model_id"),
        ("identifier_relation", "url", "accessed"),
        "What others call a model: repositories, papers, databases",
        "他の体系でのモデルの識別子",
        (_MODEL,),
    ),
    Product(
        "organisations",
        _ingested("organisations"),
        ("organisation_id",),
        ("organisation_name", "organisation_kind"),
        "Makers of models",
        "開発組織",
    ),
    Product(
        "licences",
        _ingested("licences"),
        ("licence_id",),
        ("licence_name", "licence_kind", "commercial_use", "use_restrictions"),
        "Licences of weights, and what they permit",
        "重みのライセンスとその許諾内容",
    ),
    Product(
        "axes",
        _ingested("axes"),
        ("axis",),
        _ingested("axes", "axis"),
        "Axes of classification",
        "分類軸",
    ),
    Product(
        "axis_labels",
        _ingested("axis_labels"),
        ("axis", "label"),
        _ingested("axis_labels", "axis", "label"),
        "Labels of each axis, and what they mean",
        "各軸のラベルとその意味",
        (_AXIS,),
    ),
    Product(
        "thresholds",
        _ingested("thresholds"),
        ("axis", "threshold"),
        ("threshold_value", "origin", "meaning_en", "meaning_ja"),
        "Numbers that the rules read, and where they come from",
        "規則が読むしきい値とその由来",
        (_AXIS,),
    ),
    Product(
        "claims",
        (
            "claim_id",
            "reading",
            "claim_en",
            "claim_ja",
            "sql",
            "expected",
            "found",
            "verdict",
            "evidence_en",
            "evidence_ja",
        ),
        ("claim_id",),
        ("reading", "claim_en", "claim_ja", "sql", "expected", "verdict", "evidence_en", "evidence_ja"),
        "Claims of texts about the landscape, run as queries over this very release",
        "文章の主張を、このリリースへの問い合わせとして検証した結果",
    ),
    Product(
        "coverage",
        (
            "table_name",
            "column_name",
            "models_count",
            "stated_share",
            "disputed_share",
            "estimated_share",
            "undisclosed_share",
            "not_applicable_share",
            "not_mentioned_share",
            "unresearched_share",
            "reviewed_share",
            "error_rate",
        ),
        ("table_name", "column_name"),
        ("models_count", "stated_share", "unresearched_share"),
        "How much is known, and how sure it is",
        "どこまで分かっているか、どの程度確かか",
    ),
    Product(
        "horizon",
        _ingested("horizon"),
        ("collected_until",),
        ("horizon_en", "horizon_ja"),
        "Up to which day models were looked for, and which",
        "どの日までの、どのモデルを収集したか",
    ),
    Product(
        "retired",
        _ingested("retired"),
        ("retired_id",),
        ("reason", "retired_on"),
        "Ids that are no longer used, and why",
        "使われなくなった識別子とその理由",
    ),
    Product(
        "errata",
        _ingested("errata"),
        ("erratum_id",),
        ("version", "erratum_en", "erratum_ja", "noted_on"),
        "Known faults of releases, which stay as they were published",
        "公開済みリリースの既知の誤り",
    ),
    Product(
        "comparisons",
        _ingested("comparisons"),
        ("comparison", "compared_field", "comparison_verdict"),
        ("their_day", "cells_count", "compared_on"),
        "How tables that others keep compare with this one: values by field and verdict",
        "他者の表との比較結果(項目と判定ごとの件数)",
    ),
    Product(
        "draws",
        _ingested("draws"),
        ("wave", "statement_id"),
        ("draw_verdict", "drawn_on"),
        "Statements that were drawn at random after each wave of records and read again, and how many were wrong",
        "記録の追加ごとに無作為に抽出して再読した記述と、その結果",
    ),
    Product(
        "source_audit",
        (
            "source_id",
            "audit_verdict",
            "audited_on",
            "http_status",
            "final_url",
            "media_type",
            "text_sha256",
            "sought_count",
            "missing_statements",
            "audit_note",
        ),
        ("source_id",),
        ("audit_verdict", "audited_on", "sought_count"),
        "Whether the sources still say it: what came of asking each address again",
        "出典を再確認した結果",
        (_SOURCE, Reference("missing_statements", "statements", "statement_id")),
    ),
)

#: the tables of a release, in the order in which they are listed
PRODUCTS: dict[str, Product] = {product.name: product for product in _PRODUCTS}


#: tables of what was observed of the world on some day, not written by curators: see flows/observed/observations.py
OBSERVED = ("source_audit",)

#: what changed against the previous release; beside the tables, not one of them
CHANGES = Product(
    "changes",
    (
        "change_number",
        "table_name",
        "change",
        "row_key",
        "new_key",
        "column_name",
        "old_value",
        "new_value",
        "causes",
    ),
    ("change_number",),
    ("table_name", "change"),
    "What changed against the previous release, row by row and cell by cell; applied to it, gives this release",
    "前のリリースからの変更点(行・セル単位)。適用するとこのリリースになる",
)

#: where record and hub differ; proposals for curators, kept beside the records and no part of a release
DRIFT = Product(
    "drift",
    (
        "model_id",
        "repository",
        "drift_aspect",
        "recorded",
        "observed",
        "statement_ids",
        "observed_on",
        "proposal",
    ),
    ("model_id", "repository", "drift_aspect"),
    ("observed", "observed_on", "proposal"),
    "Where records and Hugging Face hub differ: proposals for curators, never changes",
    "記録とHugging Faceハブの食い違い(編者への提案)",
)


@dataclass(frozen=True)
class Deprecated:
    """A name of before: of a column of `table`, or of the table itself where `column` is None."""

    old: str
    table: str
    column: str | None = None


#: SemVer of the tables: what readers may rely on
SCHEMA_VERSION = "2.0.0"

#: names that were given up; the DuckDB file keeps them as views, in the schema `deprecated`
DEPRECATED: tuple[Deprecated, ...] = (
    Deprecated("access", "access_periods"),
    Deprecated("label", "access_periods", "access"),
    Deprecated("service", "access_periods", "api"),
    Deprecated("language", "models", "language_scope"),
    Deprecated("name", "organisations", "organisation_name"),
    Deprecated("name_ja", "organisations", "organisation_name_ja"),
    Deprecated("name", "licences", "licence_name"),
)

#: every table that has a file in a release, by name
FILES: dict[str, Product] = {**PRODUCTS, "changes": CHANGES}


@cache
def column_of(product: Product, name: str) -> Field:
    """A column as it is to be understood in one table: `schemas/fields.py`, with the words of `schemas/meanings.py`."""
    field = COLUMNS[name]
    en, ja = MEANINGS.get((product.name, name), (field.en, field.ja))
    return replace(field, en=en, ja=ja)


def describe(field: Field) -> str:
    """Meaning of a column in English, with its unit."""
    return f"{field.en} [{field.unit}]" if field.unit else field.en


@cache
def arrow_schema(product: Product) -> pyarrow.Schema:
    """Arrow schema of a published table: exact types, and a description of every column."""
    required = (*product.key, *product.required)
    return pyarrow.schema(
        pyarrow.field(
            name,
            arrow_type(field.type),
            nullable=name not in required,
            metadata={"description": describe(field), "description:ja": field.ja},
        )
        for name in product.columns
        for field in (column_of(product, name),)
    )
