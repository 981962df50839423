"""What a column means in one table, where the words that it has in all others would not be right.

By table and column: English and Japanese. The type, unit and allowed values stay those of `schemas/fields.py`.
"""

_ON_THE_DAY = (
    "Licence of the weights on the release's day: licence_id in the table licences",
    "リリース時点の重みのライセンス(表 licences の licence_id)",
)
_COUNTED = ("Label that is counted", "数える対象のラベル")

MEANINGS: dict[tuple[str, str], tuple[str, str]] = {
    ("models", "licence"): _ON_THE_DAY,
    ("models", "commercial_use"): (
        "The licence of the weights on the release's day permits commercial use",
        "リリース時点の重みのライセンスが商用利用を許すか",
    ),
    ("models_flat", "licence"): _ON_THE_DAY,
    ("models_flat", "commercial_use_text"): (
        "The licence of the weights on the release's day permits commercial use: yes or no",
        "リリース時点の重みのライセンスが商用利用を許すか(yes/no)",
    ),
    ("variants", "variant"): ("Name of the variant, as its maker writes it", "派生版の名称(開発元の表記)"),
    ("variants", "parameters"): ("Total parameters of the variant", "派生版の総パラメータ数"),
    ("variants", "weights"): (
        "Who can get the weights of the variant on the release's day; empty where no event names the variant",
        "リリース時点の派生版の重みの入手条件(派生版を名指す記述がなければ空)",
    ),
    ("variants", "licence"): (
        "Licence of the variant's weights on the release's day; empty where no event names the variant",
        "リリース時点の派生版の重みのライセンス(派生版を名指す記述がなければ空)",
    ),
    ("variants", "statement_ids"): ("Statements that the figures are taken from", "数値の根拠となる記述"),
    ("statements", "model_id"): ("Model that the statement is about", "記述の対象のモデル"),
    ("statements", "variant"): (
        "Variant that the statement is about; empty if it is about the model itself",
        "記述の対象の派生版(モデル自体についての記述では空)",
    ),
    ("statements", "field"): (
        "What is stated: a column of facts, a channel of access_periods, or relative_to, a claim against another model",
        "記述の項目(facts の項目、access_periods の経路、または他モデルに対する主張 relative_to)",
    ),
    ("statements", "other_id"): ("The model that is compared with", "比較の相手のモデル"),
    ("facts", "field"): ("What is concluded: a column of models", "確定した項目(models の列)"),
    ("facts", "statement_ids"): (
        "Statements that the fact was chosen from or follows from",
        "事実の根拠となる記述",
    ),
    ("labels", "valid_from"): ("First day on which the label holds", "ラベルの有効期間の初日"),
    ("labels", "valid_to"): (
        "First day on which the label no longer holds; empty if it still does",
        "ラベルの有効期間の終了日(この日を含まない。継続中は空)",
    ),
    ("trends", "label"): _COUNTED,
    ("years", "models_count"): ("Models of the year that count", "当年公表のうち該当するモデル数"),
    ("access_periods", "access"): ("Who could use it during the period", "当該期間の利用条件"),
    ("access_periods", "licence"): (
        "Licence of the weights during the period: licence_id in the table licences",
        "当該期間の重みのライセンス(表 licences の licence_id)",
    ),
    ("access_periods", "valid_from"): ("First day of the period", "期間の初日"),
    ("access_periods", "valid_to"): (
        "First day after the period; empty if nothing has changed since",
        "期間の終了日(この日を含まない。継続中は空)",
    ),
    ("hardware", "statement_ids"): ("Statements that name the accelerator", "演算装置を挙げる記述"),
    ("language_shares", "statement_ids"): ("Statements that give the share", "割合を示す記述"),
    ("relations", "field"): (
        "What is compared (training_cost, inference_flop, …); of the other kinds the field that says so, base or succeeded_by",
        "比較される量(training_cost、inference_flop など)。他の種類の関係では base または succeeded_by",
    ),
    ("relations", "other_id"): (
        "The model that this one was made from, is replaced by, or is compared with",
        "元になったモデル、後継のモデル、または比較の相手",
    ),
    ("sources", "model_id"): ("Model that the source was read for", "出典を閲覧した対象のモデル"),
    ("sources", "url"): ("Address of the source", "出典の所在(URL)"),
    ("identifiers", "url"): ("Address at which the id was seen", "識別子を確認したURL"),
    ("identifiers", "accessed"): ("Day on which a curator saw the id there", "識別子を確認した日"),
    ("licences", "url"): ("Address of the licence's text", "ライセンス本文の所在(URL)"),
    ("axes", "position"): ("Order of the axes", "軸の順序"),
    ("axes", "title_en"): ("Title of the axis in English", "軸の題名(英語)"),
    ("axes", "title_ja"): ("Title of the axis in Japanese", "軸の題名(日本語)"),
    ("axes", "meaning_en"): ("What the axis tells apart, in English", "軸が区別するもの(英語)"),
    ("axes", "meaning_ja"): ("What the axis tells apart, in Japanese", "軸が区別するもの(日本語)"),
    ("axis_labels", "title_en"): ("Title of the label in English", "ラベルの題名(英語)"),
    ("axis_labels", "title_ja"): ("Title of the label in Japanese", "ラベルの題名(日本語)"),
    ("axis_labels", "meaning_en"): ("What the label means, in English", "ラベルの意味(英語)"),
    ("axis_labels", "meaning_ja"): ("What the label means, in Japanese", "ラベルの意味(日本語)"),
    ("thresholds", "axis"): ("Axis whose rules read the threshold", "しきい値を読む軸"),
    ("thresholds", "unit"): ("Unit of the threshold", "しきい値の単位"),
    ("thresholds", "meaning_en"): ("What the threshold divides, in English", "しきい値が分けるもの(英語)"),
    ("thresholds", "meaning_ja"): ("What the threshold divides, in Japanese", "しきい値が分けるもの(日本語)"),
    ("coverage", "table_name"): ("Table whose column is looked at", "対象の列を持つ表"),
    ("coverage", "column_name"): ("Column that is looked at; * stands for all", "対象の列(*は全体)"),
    ("errata", "table_name"): ("Table that has the fault, if it is in one", "誤りのある表(特定できる場合)"),
    ("draws", "statement_id"): ("Statement that was drawn", "抽出された記述"),
    ("source_audit", "source_id"): ("Source that was asked again", "再確認した出典"),
    ("changes", "table_name"): ("Table that the change is in", "変更のある表"),
    ("changes", "column_name"): (
        "Column of the cell, or that came or went; empty where there is none",
        "セルの列、または追加・削除された列(なければ空)",
    ),
}
