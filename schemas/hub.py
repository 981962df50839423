"""Tables of a release of the hub layer: columns, keys, references and what they mean.

A column that is not here is that of `schemas/fields.py`; the codebooks are those of the curated releases.
"""

from dataclasses import replace

from schemas.fields import COLUMNS, Field
from schemas.products import PRODUCTS, Product, Reference, column_of

#: what a value of the hub layer can rest on
HUB_BASES = ("declared", "counted", "inferred")
GATES = ("no", "some", "auto", "manual")
AGREEMENTS = ("agrees", "differs", "only-curated", "only-hub")
HUB_CHANGES = ("new", "gone", "relicensed", "regated", "relabelled")

_FIELDS = (
    Field("hub_id", "text", "Repository on the hub: owner/name", "ハブ上のリポジトリ(所有者/名称)"),
    Field("author", "text", "Owner of the repository", "リポジトリの所有者"),
    Field("created_on", "date", "Day on which the repository was made", "リポジトリの作成日"),
    Field("changed_on", "date", "Day of its last change", "最終更新日"),
    Field("downloads", "count", "Downloads of the last thirty days, as the hub counts", "直近30日のダウンロード数(ハブの集計)"),
    Field("downloads_all_time", "count", "Downloads so far, as the hub counts", "累計ダウンロード数(ハブの集計)"),
    Field("likes", "count", "Likes", "「いいね」の数"),
    Field("pipeline", "code", "Task that the hub files it under", "ハブでのタスク分類"),
    Field("library", "code", "Library that it is made for", "対応ライブラリ"),
    Field("model_type", "code", "Type of the model in its configuration", "設定に書かれたモデル型"),
    Field("architecture", "code", "First architecture that its configuration names", "設定に書かれた最初のアーキテクチャ"),
    Field("experts", "count", "Experts, as its configuration declares", "設定で宣言されたエキスパート数", "expert"),
    Field("layers", "count", "Layers, as its configuration declares", "設定で宣言された層数", "layer"),
    Field("parameters", "count", "Numbers in its files of weights", "重みファイル中の数値の個数", "parameter"),
    Field("parameters_basis", "code", "What the parameters rest on", "パラメータ数の根拠", values=HUB_BASES),
    Field("routing_basis", "code", "What the routing rests on", "ルーティングの根拠", values=HUB_BASES),
    Field("languages", "codes", "Languages that tags declare", "タグで宣言された言語"),
    Field("modalities_in", "codes", "What goes in, by the task", "入力(タスクによる)"),
    Field("modalities_out", "codes", "What comes out, by the task", "出力(タスクによる)"),
    Field("instruction_tuning", "boolean", "Tags say that it follows instructions", "指示追従の調整を示すタグの有無"),
    Field("licence_tag", "code", "Licence as tagged, in small letters and hyphens", "ライセンスのタグ(小文字とハイフンに正規化)"),
    Field("licence", "code", "Licence that the tag means, in the table licences", "タグが指すライセンス(表 licences)"),
    Field("gated", "code", "Gate before the files, 'some' of a kind that is not said; empty if nothing is", "入手時の承認(some は種類不明、不明なら空)", values=GATES),
    Field("gated_basis", "code", "What the gate rests on: the setting, or words of the card", "承認の根拠(設定、またはカードの記述)", values=HUB_BASES),
    Field("has_weights", "boolean", "It seems to hold weights", "重みを含むとみられるか"),
    Field("basis", "code", "What the label rests on; empty if unknown", "ラベルの根拠(不明なら空)", values=HUB_BASES),
    Field("relation", "code", "How it was made from the other", "派生の方法"),
    Field("base_id", "text", "Repository that it was made from", "派生元のリポジトリ"),
    Field("repositories_count", "count", "Repositories made directly from it", "直接の派生リポジトリ数", "repository"),
    Field("descendants_count", "count", "Repositories made from it in any number of steps", "段数を問わない派生リポジトリ数", "repository"),
    Field("created_in", "text", "Month in which repositories were made, such as 2026-11", "作成月"),
    Field("created_count", "count", "Repositories of the month with the label", "その月のラベル付きリポジトリ数", "repository"),
    Field("created_share", "number", "Their share of all of the month", "その月の全体に占める割合"),
    Field("cumulative_count", "count", "Repositories so far with the label", "それまでの累計", "repository"),
    Field("cumulative_share", "number", "Their share of all so far", "累計に占める割合"),
    Field("aspect", "code", "What is compared: an axis, a fact, or the repository itself", "比較の対象(軸、事実、リポジトリ)"),
    Field("curated", "text", "What the curated records say; several joined by ;", "人手による記録の値"),
    Field("hub", "text", "What the hub layer says; several joined by ;", "ハブ層の値"),
    Field("agreement", "code", "How the two compare", "比較の結果", values=AGREEMENTS),
    Field("hub_change", "code", "What happened since the release before", "前の版からの変化", values=HUB_CHANGES),
    Field("old_value", "text", "In the release before", "前の版の値"),
    Field("new_value", "text", "In this release", "この版の値"),
)  # fmt: skip
HUB_COLUMNS: dict[str, Field] = {field.name: field for field in _FIELDS}

_REPOSITORY = Reference("hub_id", "hub_models", "hub_id")

_TABLES = (
    Product(
        "hub_models",
        (
            "hub_id",
            "author",
            "created_on",
            "changed_on",
            "downloads",
            "downloads_all_time",
            "likes",
            "pipeline",
            "library",
            "model_type",
            "architecture",
            "experts",
            "layers",
            "parameters",
            "parameters_basis",
            "routing",
            "routing_basis",
            "languages",
            "modalities_in",
            "modalities_out",
            "instruction_tuning",
            "licence_tag",
            "licence",
            "gated",
            "gated_basis",
            "has_weights",
        ),
        ("hub_id",),
        ("author", "created_on", "has_weights"),
        "A repository of models, as the hub listed it",
        "ハブに載っているモデルのリポジトリ",
        (Reference("licence", "licences", "licence_id"),),
    ),
    Product(
        "hub_labels",
        ("hub_id", "axis", "label", "rule_id", "basis"),
        ("hub_id", "axis", "label"),
        ("rule_id",),
        "A label of a repository on an axis, and the rule that gave it",
        "リポジトリの軸ごとのラベルと規則",
        (_REPOSITORY,),
    ),
    Product(
        "hub_relations",
        ("hub_id", "relation", "base_id"),
        ("hub_id", "relation", "base_id"),
        (),
        "What a repository was made from, as its card declares",
        "リポジトリの派生元(カードの宣言)",
        (_REPOSITORY,),
    ),
    Product(
        "hub_trends",
        ("axis", "label", "created_in", "created_count", "created_share", "cumulative_count", "cumulative_share"),
        ("axis", "label", "created_in"),
        ("created_count", "created_share", "cumulative_count", "cumulative_share"),
        "How many repositories made in a month carry a label",
        "作成月ごとのラベル別リポジトリ数",
    ),
    Product(
        "hub_families",
        ("base_id", "relation", "repositories_count", "descendants_count"),
        ("base_id", "relation"),
        ("repositories_count", "descendants_count"),
        "How many repositories were made from another, directly and in any number of steps, and how",
        "派生元と方法ごとの派生リポジトリ数",
    ),
    Product(
        "hub_agreement",
        ("model_id", "hub_id", "aspect", "curated", "hub", "agreement"),
        ("model_id", "hub_id", "aspect"),
        ("agreement",),
        "The curated record of a model against its repository here",
        "人手による記録とハブ層の照合",
    ),
    Product(
        "hub_changes",
        ("hub_id", "aspect", "hub_change", "old_value", "new_value"),
        ("hub_id", "aspect"),
        ("hub_change",),
        "What happened to a repository since the release before",
        "前の版からのリポジトリの変化",
    ),
    Product(
        "hub_codes",
        ("axis", "label", "meaning_en", "meaning_ja"),
        ("axis", "label"),
        ("meaning_en", "meaning_ja"),
        "Labels of the axes, and what they mean",
        "各軸のラベルとその意味",
    ),
    replace(PRODUCTS["licences"], references=()),
    replace(PRODUCTS["thresholds"], references=()),
)

#: the tables of a release of the hub layer, in the order in which they are listed
HUB_TABLES: dict[str, Product] = {table.name: table for table in _TABLES}
#: tables whose axis and label are a row of `hub_codes`
CODED = ("hub_labels", "hub_trends")


def hub_column_of(product: Product, name: str) -> Field:
    """A column as it is to be understood in a table of the hub layer."""
    if product.name in PRODUCTS:
        return column_of(product, name)
    return HUB_COLUMNS.get(name) or COLUMNS[name]
