"""Every column that Kiban reads or publishes, defined once: name, type, unit, meaning, allowed values.

`STATED` are the fields that a source can state of a model (they appear in records, in
`facts` and as columns of `models`); `COLUMNS` holds these and every other column of a
release. Checks, Parquet types, comments and the data dictionary are all made from here.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["count", "number", "date", "boolean", "code", "codes", "texts", "text", "shares", "counted"]


@dataclass(frozen=True)
class Type:
    """How one type of column is called in DuckDB, in Arrow (items of lists too), in Data Package and in Croissant.

    `value` is the one column of `statements` and `facts` that holds values of the type.
    """

    sql: str
    arrow: str
    package: str
    croissant: str
    value: str
    is_list: bool = False


_TEXT = Type("VARCHAR", "string", "string", "sc:Text", "value_text")
_LIST = Type("VARCHAR[]", "string", "string", "sc:Text", "value_list", is_list=True)

#: kind of field -> type of its column, whatever it is written to
TYPES: dict[Kind, Type] = {
    "count": Type("BIGINT", "int64", "integer", "sc:Integer", "value_number"),
    "number": Type("DOUBLE", "double", "number", "sc:Float", "value_number"),
    "date": Type("DATE", "date32", "date", "sc:Date", "value_date"),
    "boolean": Type("BOOLEAN", "bool", "boolean", "sc:Boolean", "value_boolean"),
    "code": _TEXT,
    "codes": _LIST,
    "texts": _LIST,
    "text": _TEXT,
    "shares": _LIST,
    "counted": _LIST,
}


@dataclass(frozen=True)
class Field:
    """One column: its name, kind, meaning in English and Japanese, unit and allowed values."""

    name: str
    kind: Kind
    en: str
    ja: str
    unit: str | None = None
    values: tuple[str, ...] | None = None

    @property
    def type(self) -> Type:
        """Type of the column in all that it is written to."""
        return TYPES[self.kind]

    @property
    def sql_type(self) -> str:
        """Type of the column in DuckDB, such as BIGINT."""
        return self.type.sql

    @property
    def value_column(self) -> str:
        """Name of the typed column that holds the value in `statements` and `facts`."""
        return self.type.value

    @property
    def is_number(self) -> bool:
        """Whether values are numbers, which must be given as printed."""
        return self.kind in ("count", "number")


#: hybrid: layers of attention beside recurrent, state-space or convolutional ones; diffusion: also of text; composite:
#: several networks joined, whatever each of them is
ARCHITECTURES = (
    "decoder",
    "encoder",
    "encoder-decoder",
    "prefix-decoder",
    "dual-encoder",
    "recurrent",
    "state-space",
    "hybrid",
    "diffusion",
    "composite",
)
ROUTINGS = ("dense", "mixture-of-experts")
OBJECTIVES = (
    "causal-lm",
    "masked-lm",
    "permutation-lm",
    "replaced-token-detection",
    "span-corruption",
    "denoising",
    "prefix-lm",
    "contrastive",
    "image-text-matching",
    "diffusion",
    "autoregressive-image",
    "masked-image",
    "masked-speech",
    "behaviour-cloning",
    "translation",
    "supervised-multitask",
    "self-distillation",
)
MODALITIES = ("text", "code", "image", "video", "speech", "audio", "action", "sensor")
TASKS = (
    "text-generation",
    "text-understanding",
    "dialogue",
    "translation",
    "summarisation",
    "question-answering",
    "code-generation",
    "text-retrieval",
    "image-classification",
    "image-generation",
    "image-editing",
    "image-captioning",
    "visual-question-answering",
    "image-text-matching",
    "object-detection",
    "segmentation",
    "video-understanding",
    "video-generation",
    "speech-recognition",
    "speech-translation",
    "audio-generation",
    "robot-control",
    "game-playing",
    "representation-learning",
)
PRECISIONS = ("day", "month", "year")
#: on-request: a person decides; click-through: whoever accepts the terms has them at once
WEIGHTS = ("none", "on-request", "click-through", "download", "withdrawn")
SERVICES = ("none", "waitlist", "free", "paid", "withdrawn")
#: how far a maker says that a model has come; what can be had of it is said by the other channels
STAGES = ("preview", "available", "deprecated", "retired")
THINKING = ("never", "always", "optional")
TOOLS = ("none", "harness", "trained")
#: gpu, tpu and ascend where the kind is not said; memory and form of a card make no kind of their own
ACCELERATORS = (
    "gpu",
    "nvidia-k80",
    "nvidia-gtx-1080",
    "nvidia-gtx-1080-ti",
    "nvidia-titan-v",
    "nvidia-p600",
    "nvidia-p6000",
    "nvidia-p100",
    "nvidia-t4",
    "nvidia-rtx-2080-ti",
    "nvidia-rtx-3090",
    "nvidia-rtx-4090",
    "nvidia-rtx-a6000",
    "nvidia-a10g",
    "nvidia-a40",
    "nvidia-l4",
    "nvidia-l40s",
    "nvidia-v100",
    "nvidia-a100",
    "nvidia-a800",
    "nvidia-h20",
    "nvidia-h100",
    "nvidia-h200",
    "nvidia-h800",
    "nvidia-gh200",
    "nvidia-b200",
    "nvidia-b300",
    "nvidia-gb200",
    "nvidia-gb300",
    "amd-mi50",
    "amd-mi250x",
    "amd-mi300a",
    "amd-mi300x",
    "amd-mi325x",
    "amd-mi355x",
    "tpu",
    "tpu-v2",
    "tpu-v3",
    "tpu-v4",
    "tpu-v5e",
    "tpu-v5p",
    "tpu-v6e",
    "tpu-v7",
    "trainium",
    "trainium-2",
    "trainium-3",
    "gaudi-2",
    "gaudi-3",
    "cerebras-cs-2",
    "cerebras-cs-3",
    "ascend",
    "ascend-910",
    "ascend-910b",
    "ascend-910c",
    "kunlun",
    "hygon-dcu",
    "a64fx",
    "ipu",
)
COMPONENTS = ("none", "partial", "open")
PRIMARY_KINDS = (
    "paper",
    "model-card",
    "licence",
    "code",
    "announcement",
    "documentation",
    "terms",
)
SECONDARY_KINDS = ("citing-paper", "news", "database", "article")
READ_AS = ("page", "stored-copy", "excerpt", "abstract-only", "citing-page")
ORGANISATION_KINDS = ("company", "university", "institute", "community", "consortium")
#: how others' ids of a model are written, by scheme: whole, as they stand there
SCHEMES = {
    "huggingface": r"[A-Za-z0-9][\w.-]*/[\w.-]+",
    "arxiv": r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}",
    "epoch": r"\S(.*\S)?",
    "models-dev": r"[a-z0-9-]+/[\w./:-]+",
    "openrouter": r"[\w.-]+/[\w.:-]+",
    "osai": r"[\w.-]+",
    "helm": r"[\w.-]+/[\w.-]+",
    "ecosystem-graphs": r"\S(.*\S)?",
    "wikidata": r"Q[1-9]\d*",
}
#: what of a model an id of others stands for: it itself, one of its variants, its family
IDENTIFIER_RELATIONS = ("exact", "variant", "family")
LICENCE_KINDS = (
    "permissive",
    "copyleft",
    "non-commercial",
    "research-only",
    "use-restricted",
    "proprietary",
)
#: of a source read like this, all of it was read: only then can it be silent on something
READ_WHOLE = ("page", "stored-copy")
STATES = (
    "stated",
    "disputed",
    "estimated",
    "undisclosed",
    "not_applicable",
    "not_mentioned",
    "unresearched",
)
STATEMENT_KINDS = ("value", "undisclosed", "not_applicable", "not_mentioned")
#: who a fact rests on
BASES = ("maker", "third-party", "estimate", "derived")
ASPECTS = (
    "parameters",
    "active_parameters",
    "training_tokens",
    "training_flop",
    "inference_flop",
    "training_energy_mwh",
    "training_co2e_t",
    "training_cost",
    "training_time",
)
VERDICTS = ("holds", "differs", "undecided")
#: what the table of years counts: weights that anyone can download, experts, sizes that nobody outside knows
MEASURES = ("open-weights", "sparse", "undisclosed-size")
RELATION_KINDS = ("base", "succeeded-by", "relative-to")
CHANGES = (
    "table-added",
    "table-removed",
    "column-added",
    "column-removed",
    "row-added",
    "row-removed",
    "row-renamed",
    "cell",
)
DRAW_VERDICTS = ("right", "wrong", "unreadable")
#: how a comparison with a table that others keep came out: ours rests on a source of the maker's (maker), or nobody settled it
COMPARISON_VERDICTS = ("agrees", "maker", "mended", "open", "only-theirs")
#: what of a model is compared with tables that others keep
COMPARED = ("parameters", "date", "access")
AUDIT_VERDICTS = ("confirmed", "moved", "changed", "gone", "unreachable", "unreadable")
#: axes on which a release of the hub layer, by the same rules, may give another label than the records
DRIFT_LABELS = ("density", "scale", "language_scope", "media", "multitask")
DRIFT_ASPECTS = ("repository", "weights", "licence", "parameters", "last-change", "unanswered", *DRIFT_LABELS)
CAUSES = ("fact", "correction", "rule", "threshold", "schema", "rename", "day", "unexplained")


def _f(
    name: str,
    kind: Kind,
    en: str,
    ja: str,
    unit: str | None = None,
    values: tuple[str, ...] | None = None,
) -> Field:
    return Field(name, kind, en, ja, unit, values)


_STATED = (
    _f("announced", "date", "First public announcement by the maker", "開発元による最初の公表日"),
    _f("paper_date", "date", "First version of the paper", "論文の初版の日付"),
    _f(
        "weights_date",
        "date",
        "Weights of the largest variant first obtainable, where a source dates it; `access_periods` has every event",
        "最大の派生版の重みの公開日(出典が示す場合)。全経緯は access_periods にある",
    ),
    _f(
        "service_date",
        "date",
        "Hosted service first open to people outside, where a source dates it; `access_periods` has every event",
        "外部向けサービスの開始日(出典が示す場合)。全経緯は access_periods にある",
    ),
    _f("withdrawn", "date", "Taken away again", "提供を取りやめた日"),
    _f(
        "parameters",
        "count",
        "Total parameters of the largest published variant",
        "公表された最大の派生版の総パラメータ数",
        "parameter",
    ),
    _f(
        "active_parameters",
        "count",
        "Parameters used for one token",
        "1トークンあたりに使われるパラメータ数",
        "parameter",
    ),
    _f(
        "experts",
        "count",
        "Experts in a mixture-of-experts layer",
        "混合エキスパート層1層あたりのエキスパート数",
        "expert",
    ),
    _f("layers", "count", "Transformer layers", "Transformerの層数", "layer"),
    _f("context_length", "count", "Longest input", "最大入力長", "token"),
    _f(
        "training_tokens",
        "count",
        "Tokens seen in training",
        "学習で処理したトークン数",
        "token",
    ),
    _f(
        "training_flop",
        "number",
        "Floating-point operations spent on training",
        "学習に要した浮動小数点演算数",
        "FLOP",
    ),
    _f(
        "training_energy_mwh",
        "number",
        "Energy spent on training",
        "学習に要した電力量",
        "MWh",
    ),
    _f(
        "training_co2e_t",
        "number",
        "Greenhouse gases emitted for training, as CO2 equivalent",
        "学習による温室効果ガス排出量(CO2換算)",
        "t",
    ),
    _f(
        "accelerator_hours",
        "number",
        "Hours of accelerators spent on training, all of them added up",
        "学習に要した演算装置の延べ時間",
        "h",
    ),
    _f("output_length", "count", "Longest output", "最大出力長", "token"),
    _f(
        "knowledge_cutoff",
        "date",
        "Day up to which the maker says that its training data reach",
        "開発元が述べる学習データの最終日",
    ),
    _f(
        "language_count",
        "count",
        "Natural languages that the maker claims",
        "開発元が対応をうたう自然言語の数",
        "language",
    ),
    _f(
        "base",
        "text",
        "Model that this one was tuned or continued from",
        "調整や継続学習の元になったモデル",
    ),
    _f(
        "succeeded_by",
        "text",
        "Model that its maker names as the one to use in its place",
        "開発元が後継とするモデル",
    ),
    _f(
        "architecture",
        "code",
        "Overall architecture; recurrent and state-space have no attention, hybrid has it beside such or convolutional "
        "layers, composite joins networks",
        "全体のアーキテクチャ(recurrent と state-space は注意機構なし、hybrid は併用、composite は複数網の結合)",
        values=ARCHITECTURES,
    ),
    _f(
        "routing",
        "code",
        "Whether every input takes the same route through the layers",
        "入力の通る経路の方式(密結合か混合エキスパートか)",
        values=ROUTINGS,
    ),
    _f("objective", "codes", "Training objectives", "学習の目的関数", values=OBJECTIVES),
    _f("modalities_in", "codes", "What goes in", "入力の種類", values=MODALITIES),
    _f("modalities_out", "codes", "What comes out", "出力の種類", values=MODALITIES),
    _f("tasks", "codes", "Tasks that the maker demonstrates", "開発元が実証したタスク", values=TASKS),
    _f(
        "languages",
        "codes",
        "Languages that the maker claims or trained for on purpose (BCP 47)",
        "開発元が対応をうたう、または意図して学習した言語(BCP 47)",
    ),
    _f(
        "language_shares",
        "shares",
        "Share of a language in the training data, as language=percent",
        "学習データに占める言語の割合(言語=百分率)",
        "%",
    ),
    _f(
        "hardware",
        "counted",
        "Accelerators used for training, with their number where it is stated, as accelerator=number",
        "学習に使われた演算装置(数が示される場合は 演算装置=数)",
        values=ACCELERATORS,
    ),
    _f(
        "instruction_tuning",
        "boolean",
        "Tuned on many tasks phrased as instructions",
        "命令文の形をした多数のタスクで調整されたか",
    ),
    _f(
        "explicit_multitask",
        "boolean",
        "Trained on many supervised tasks at once, on purpose",
        "多数の教師ありタスクで明示的に学習されたか",
    ),
    _f(
        "retrieval",
        "boolean",
        "Looks things up in a text database while running",
        "実行時にテキストデータベースを検索するか",
    ),
    _f(
        "preference_tuning",
        "boolean",
        "Tuned with human preferences",
        "人間の選好を使って調整されたか",
    ),
    _f(
        "safety_filter",
        "boolean",
        "A safety classifier or filter is part of the system or of its tuning",
        "安全性の分類器やフィルタを備えるか",
    ),
    _f(
        "grounding_tools",
        "boolean",
        "Consults outside knowledge so that answers agree with facts",
        "事実との一致のために外部の知識源を参照するか",
    ),
    _f(
        "thinking",
        "code",
        "Writes out its thoughts before it answers: never, always, or by the caller's choice",
        "回答の前に思考を書き出すか(しない、常に、選択可)",
        values=THINKING,
    ),
    _f(
        "tools",
        "code",
        "Calls tools: never, where its maker's own system around it does, or by training",
        "ツールを呼び出すか(しない、開発元の仕組みによる、学習による)",
        values=TOOLS,
    ),
    _f(
        "supervised_tuning",
        "boolean",
        "Tuned on answers or demonstrations that were written for it",
        "模範となる回答や実演で調整されたか",
    ),
    _f(
        "verifiable_rewards",
        "boolean",
        "Tuned by reinforcement with rewards that can be checked, such as tests and right answers",
        "検証できる報酬(正解やテスト)による強化学習で調整されたか",
    ),
    _f(
        "distillation",
        "boolean",
        "Trained on the outputs of another model, on purpose",
        "他のモデルの出力から意図して学習されたか",
    ),
)

#: fields that a source can state of a model, by name, in the order of the tables
STATED: dict[str, Field] = {f.name: f for f in _STATED}

_CHANNELS = (
    _f("weights", "code", "Who can get the weights", "重みの入手条件", values=WEIGHTS),
    _f("licence", "code", "Licence of the weights", "重みのライセンス"),
    _f("api", "code", "Interface for programs, as a service", "API(プログラム向けサービス)", values=SERVICES),
    _f(
        "app",
        "code",
        "Application for people, such as a chat or a demonstration",
        "アプリ(対話・デモなど人向けサービス)",
        values=SERVICES,
    ),
    _f("training_code", "code", "Training code", "学習コードの公開度", values=COMPONENTS),
    _f("training_data", "code", "Training data", "学習データの公開度", values=COMPONENTS),
    _f("training_log", "code", "Log of the training", "学習記録の公開度", values=COMPONENTS),
    _f("stage", "code", "How far the maker says that it has come", "開発元が示す提供段階", values=STAGES),
)

#: channels of access, each a dated value
CHANNELS: dict[str, Field] = {f.name: f for f in _CHANNELS}

#: figures that a variant of a model can have of its own
VARIANT_FIELDS = ("parameters", "active_parameters", "layers", "context_length", "training_tokens")

_OTHER = (
    _f(
        "training_flop_estimate",
        "number",
        "6 x active parameters x training tokens, where both are known and the model is one of text or code",
        "有効パラメータ数×学習トークン数×6(テキスト・コードのモデルで両者が判明している場合)",
        "FLOP",
    ),
    _f("model_id", "text", "Model: organisation/model", "モデルの識別子(組織/モデル)"),
    _f("name", "text", "Name as the maker writes it", "開発元の表記による名称"),
    _f("name_ja", "text", "Name in Japanese", "日本語名"),
    _f("aliases", "texts", "Other names in use", "別名"),
    _f("organisations", "codes", "Makers", "開発組織"),
    _f("family", "code", "Family of models", "モデルの系列"),
    _f("reviewed", "boolean", "A second reader has checked the record", "第二の読み手が確認済みか"),
    _f("reviewed_on", "date", "Day of the second reading", "第二の読みの日付"),
    _f(
        "corrected",
        "codes",
        "Fields that the second reading changed",
        "第二の読みで訂正された項目",
    ),
    _f(
        "known_since",
        "date",
        "Announcement, or the first dated trace where no source dates it",
        "公表日。公表日を示す出典がなければ最初の日付のある痕跡",
    ),
    _f(
        "known_since_precision",
        "code",
        "How exactly known_since is known",
        "known_since の精度",
        values=PRECISIONS,
    ),
    _f("variant", "text", "Size of a model announced with it", "同時に公表された派生版の名称"),
    _f("statement_id", "text", "What one source says of one field", "出典の1記述の識別子"),
    _f("source_id", "text", "Source: model#key", "出典の識別子(モデル#キー)"),
    _f("source_kind", "code", "Kind of source", "出典の種類", values=PRIMARY_KINDS + SECONDARY_KINDS),
    _f("is_primary", "boolean", "The maker's own source", "開発元自身の出典か"),
    _f("is_database", "boolean", "A database of models", "モデルのデータベースか"),
    _f("title", "text", "Title of the source", "出典の題名"),
    _f("url", "text", "Address", "所在(URL)"),
    _f("published", "date", "Publication; first day of the period known", "公開日(判明している期間の初日)"),
    _f(
        "published_precision",
        "code",
        "How exactly the publication is known",
        "公開日の精度",
        values=PRECISIONS,
    ),
    _f("accessed", "date", "Day on which a curator read it", "閲覧日"),
    _f("read_as", "code", "What of it was read", "閲覧の形態", values=READ_AS),
    _f("read_at", "text", "Address of the copy that was read", "閲覧した写しの所在"),
    _f("field", "code", "Field of a model", "項目名"),
    _f("value_number", "number", "Value, if the field is a number", "値(数値)"),
    _f("value_date", "date", "Value, if the field is a date", "値(日付、判明している期間の初日)"),
    _f("value_text", "text", "Value, if the field is a text or code", "値(文字列)"),
    _f("value_list", "texts", "Value, if the field is a list", "値(一覧)"),
    _f("value_boolean", "boolean", "Value, if the field is true or false", "値(真偽)"),
    _f(
        "date_precision",
        "code",
        "How exactly the date is known",
        "日付の精度",
        values=PRECISIONS,
    ),
    _f(
        "statement_kind",
        "code",
        "Whether the source gives a value, withholds it, it makes no sense, or all of the source was read and says nothing",
        "記述の種類(値、非公開、該当なし、全文に言及なし)",
        values=STATEMENT_KINDS,
    ),
    _f("unit", "text", "Unit of the value", "単位"),
    _f("printed", "text", "Figure or term as the source prints it", "出典の表記"),
    _f("location", "text", "Where in the source", "出典内の位置"),
    _f("is_estimate", "boolean", "A third party's estimate", "第三者の推定か"),
    _f("is_preferred", "boolean", "Preferred by the curator among equals", "編者が優先したか"),
    _f("is_chosen", "boolean", "This statement decides the fact", "事実として採用されたか"),
    _f("since", "date", "Holds from this day on", "開始日"),
    _f(
        "since_precision",
        "code",
        "How exactly the start is known",
        "開始日の精度",
        values=PRECISIONS,
    ),
    _f("until", "date", "Ended on this day", "終了日"),
    _f("aspect", "code", "What is compared", "比較の対象", values=ASPECTS),
    _f("other_id", "text", "The other model", "相手のモデル"),
    _f("factor", "number", "This model = factor x the other", "相手に対する倍率"),
    _f("state", "code", "How the value is known", "値の確かさ", values=STATES),
    _f(
        "basis",
        "code",
        "Who says so: the maker, others, others who estimate; or it follows from other facts of the model",
        "根拠(開発元、第三者、第三者の推定、他の事実からの導出)",
        values=BASES,
    ),
    _f("source_count", "count", "Sources that state it", "記述のある出典の数", "source"),
    _f(
        "spread",
        "number",
        "(largest - smallest) / smallest of the stated numbers",
        "記述された数値の開き((最大-最小)/最小)",
    ),
    _f("statement_ids", "texts", "Statements that this rests on", "根拠となる記述"),
    _f("axis", "code", "Axis of classification", "分類軸"),
    _f("label", "code", "Label on the axis", "分類ラベル"),
    _f("detail", "text", "What the label leaves open, such as the language", "補足(言語など)"),
    _f("valid_from", "date", "First day on which it holds", "有効期間の初日"),
    _f("valid_to", "date", "First day on which it no longer holds", "有効期間の終了日(この日を含まない)"),
    _f("rule_id", "code", "Rule that gave the label", "適用された規則"),
    _f("missing_field", "code", "Fact that is missing", "不足している事実"),
    _f("quarter", "text", "Quarter, such as 2022Q2", "四半期"),
    _f(
        "announced_count",
        "count",
        "Models known since a day in the quarter (known_since: announcement, else first dated trace) that carry the label at its end",
        "当期に公表され(known_since による)期末にラベルを持つモデル数",
        "model",
    ),
    _f(
        "announced_share",
        "number",
        "Part of all models known since a day in the quarter",
        "当期公表モデルに占める割合",
    ),
    _f(
        "cumulative_count",
        "count",
        "Models known by the quarter's end (known_since) that carry the label then",
        "期末までに公表されラベルを持つモデルの累計",
        "model",
    ),
    _f(
        "cumulative_share",
        "number",
        "Part of all models known by the quarter's end",
        "公表済みモデルに占める割合",
    ),
    _f(
        "largest_parameters",
        "count",
        "Largest of those that announced_count counts",
        "当期公表モデルの最大パラメータ数",
        "parameter",
    ),
    _f(
        "median_parameters",
        "number",
        "Median of those that announced_count counts",
        "当期公表モデルのパラメータ数の中央値",
        "parameter",
    ),
    _f("announced_year", "count", "Year of the announcement", "公表の年"),
    _f("year", "text", "Year of the announcement, or of the first trace, such as 2022", "公表(または最初の痕跡)の年"),
    _f("measure", "code", "What is counted", "数える対象", values=MEASURES),
    _f(
        "out_of_count",
        "count",
        "Models of the year of which it is known whether they count",
        "当否が分かっている当年公表のモデル数",
        "model",
    ),
    _f("year_count", "count", "All models of the year", "当年公表の全モデル数", "model"),
    _f(
        "share",
        "number",
        "Part of those of which it is known; empty where it is known of none",
        "当否が分かっているモデルに占める割合",
    ),
    _f("accelerator", "code", "Accelerator used for training", "学習に使われた演算装置", values=ACCELERATORS),
    _f(
        "accelerator_count",
        "count",
        "How many of them, where a source says so",
        "その数(出典が示す場合)",
        "accelerator",
    ),
    _f("language", "code", "Language (BCP 47)", "言語(BCP 47)"),
    _f("language_share", "number", "Share of the language in the training data", "学習データに占める言語の割合", "%"),
    _f("relation_kind", "code", "Kind of relation", "関係の種類", values=RELATION_KINDS),
    _f("organisation_id", "text", "Organisation", "組織の識別子"),
    _f("country", "code", "Country of the seat (ISO 3166-1)", "所在国(ISO 3166-1)"),
    _f("organisation_kind", "code", "Kind of organisation", "組織の種類", values=ORGANISATION_KINDS),
    _f("licence_id", "text", "Licence", "ライセンスの識別子"),
    _f("spdx_id", "text", "Identifier in the SPDX licence list", "SPDX識別子"),
    _f("licence_kind", "code", "Kind of licence", "ライセンスの種類", values=LICENCE_KINDS),
    _f("commercial_use", "boolean", "Commercial use is permitted", "商用利用が許されるか"),
    _f(
        "use_restrictions",
        "boolean",
        "Conditions on who may use it or what for",
        "利用者や用途に条件があるか",
    ),
    _f("title_en", "text", "Title in English", "題名(英語)"),
    _f("title_ja", "text", "Title in Japanese", "題名(日本語)"),
    _f("meaning_en", "text", "Meaning in English", "意味(英語)"),
    _f("meaning_ja", "text", "Meaning in Japanese", "意味(日本語)"),
    _f("time_en", "text", "For which time the axis makes sense, in English", "軸が意味を持つ時期(英語)"),
    _f("time_ja", "text", "For which time the axis makes sense, in Japanese", "軸が意味を持つ時期(日本語)"),
    _f("is_dated", "boolean", "Labels change over time", "時間とともに変わるか"),
    _f("is_multiple", "boolean", "A model can carry several labels at once", "複数のラベルを持てるか"),
    _f("position", "count", "Order among the labels of the axis", "軸内の順序"),
    _f("threshold", "code", "Threshold that the rules of the axis read", "規則が読むしきい値"),
    _f("threshold_value", "number", "Value of the threshold", "しきい値の値"),
    _f("origin", "text", "Where the threshold comes from", "しきい値の由来"),
    _f("claim_id", "text", "Claim of a text about the landscape", "主張の識別子"),
    _f("reading", "text", "Text that makes the claim", "主張を含む文章"),
    _f("claim_en", "text", "The claim in our own words, in English", "主張の要約(英語)"),
    _f("claim_ja", "text", "The claim in our own words, in Japanese", "主張の要約(日本語)"),
    _f("sql", "text", "Query over the release that tests it", "検証に使う問い合わせ"),
    _f("expected", "text", "What the text leads one to expect", "文章から期待される結果"),
    _f("found", "text", "What the records say", "記録から得られた結果"),
    _f("verdict", "code", "Holds, differs or cannot be decided", "判定", values=VERDICTS),
    _f("evidence_en", "text", "Why, in English", "根拠(英語)"),
    _f("evidence_ja", "text", "Why, in Japanese", "根拠(日本語)"),
    _f("table_name", "text", "Table", "表"),
    _f("column_name", "text", "Column; * stands for all", "列(*は全体)"),
    _f("models_count", "count", "Models counted", "対象のモデル数", "model"),
    _f("stated_share", "number", "Part that is stated", "記述ありの割合"),
    _f("disputed_share", "number", "Part that is disputed", "記述が食い違う割合"),
    _f("estimated_share", "number", "Part that is only estimated", "推定のみの割合"),
    _f("undisclosed_share", "number", "Part that is withheld", "非公開の割合"),
    _f("not_applicable_share", "number", "Part that makes no sense", "該当なしの割合"),
    _f(
        "not_mentioned_share", "number", "Part on which all that was read whole is silent", "全文を読んで言及のない割合"
    ),
    _f("unresearched_share", "number", "Part that nobody has looked up", "未調査の割合"),
    _f("reviewed_share", "number", "Part of the statements read twice", "第二の読みを経た記述の割合"),
    _f(
        "error_rate",
        "number",
        "Part of the cells of records with a second reading that it changed",
        "第二の読みで訂正された割合",
    ),
    _f(
        "licence_basis",
        "code",
        "Kind of source that the licence is taken from: of the weights themselves, or of the repository that offers them",
        "ライセンスの根拠となる出典の種類",
        values=PRIMARY_KINDS + SECONDARY_KINDS,
    ),
    _f("open_variants", "texts", "Variants that anyone could download", "誰でも入手できた派生版"),
    _f("organisation_name", "text", "Name of the organisation as it writes it", "組織名(当該組織の表記)"),
    _f("organisation_name_ja", "text", "Name of the organisation in Japanese", "組織名(日本語)"),
    _f("licence_name", "text", "Name of the licence", "ライセンスの名称"),
    _f("organisation_names", "texts", "Names of the makers", "開発組織の名称"),
    _f("countries", "codes", "Countries of the makers' seats (ISO 3166-1), each once", "開発組織の所在国(ISO 3166-1)"),
    _f(
        "link",
        "text",
        "The maker's own page to begin with: announcement, paper, card, documentation or code",
        "最初に見るべき開発元のページ",
    ),
    _f(
        "hub_id",
        "text",
        "Repository of the model itself on the Hugging Face hub",
        "Hugging Face上のモデル自体のリポジトリ",
    ),
    _f("sources_read", "count", "Sources of the model that were read", "閲覧した出典の数", "source"),
    _f("scheme", "code", "Who calls it so", "識別子の体系", values=tuple(SCHEMES)),
    _f("identifier", "text", "Id as it is written there", "その体系での識別子"),
    _f(
        "identifier_relation",
        "code",
        "What of the model it stands for: the model itself, a variant, the family",
        "識別子が指すもの(モデル自体、派生版、系列)",
        values=IDENTIFIER_RELATIONS,
    ),
    _f("ror_id", "text", "Id in the Research Organization Registry", "ROR識別子"),
    _f("wikidata_id", "text", "Id in Wikidata", "Wikidata識別子"),
    _f("ids_seen_at", "text", "Page that shows these ids beside the name", "識別子を組織名とともに確認したページ"),
    _f("collected_until", "date", "Models were looked for up to this day", "この日までのモデルを収集"),
    _f("horizon_en", "text", "What was looked for, in English", "収集の範囲(英語)"),
    _f("horizon_ja", "text", "What was looked for, in Japanese", "収集の範囲(日本語)"),
    _f(
        "known_until",
        "date",
        "Day on which a source of this was last read; what came later is not known",
        "出典を最後に閲覧した日(以後の変化は不明)",
    ),
    _f("retired_id", "text", "Id that is no longer used", "使われなくなった識別子"),
    _f("renamed_to", "text", "Id that took its place", "後継の識別子"),
    _f("reason", "text", "Why", "理由"),
    _f("retired_on", "date", "When", "廃止日"),
    _f("erratum_id", "text", "Known fault of a release", "正誤の識別子"),
    _f("version", "text", "Release that has the fault", "誤りのあるリリース"),
    _f("erratum_en", "text", "What is wrong, in English", "誤りの内容(英語)"),
    _f("erratum_ja", "text", "What is wrong, in Japanese", "誤りの内容(日本語)"),
    _f("corrected_in", "text", "Release that has it right", "訂正されたリリース"),
    _f("noted_on", "date", "When it was noted", "記載日"),
    _f("wave", "count", "Wave of records after which it was drawn", "抽出の対象となった記録の回"),
    _f(
        "draw_verdict",
        "code",
        "Whether the source says what was entered; unreadable if it could not be read again",
        "再読の結果(正しい、誤り、再読不能)",
        values=DRAW_VERDICTS,
    ),
    _f("draw_note", "text", "What was wrong, in one line", "誤りの内容(1行)"),
    _f("comparison", "text", "Table that somebody else keeps", "比較した他者の表"),
    _f(
        "compared_field",
        "code",
        "What was compared: size, first day or access",
        "比較した項目(規模、最初の日、利用形態)",
        values=COMPARED,
    ),
    _f("their_day", "date", "Day of their table", "相手の表の日付"),
    _f(
        "comparison_verdict",
        "code",
        "How values came out: agrees; maker: differs, and ours rests on a source of the maker's; mended: ours was wrong; "
        "open: differs, and nobody settled it; only-theirs: we know none",
        "比較の結果: agrees 一致、maker 相違(当方は開発元の出典による)、mended 当方を訂正、open 未解決の相違、only-theirs 相手のみに値がある",
        values=COMPARISON_VERDICTS,
    ),
    _f("cells_count", "count", "Number of values that came out so", "該当する値の数"),
    _f("compared_on", "date", "Day on which the tables were compared", "比較した日"),
    _f("drawn_on", "date", "Day on which it was drawn and read again", "抽出して再読した日"),
    _f("audit_verdict", "code", "Whether the source still says it", "出典の現状", values=AUDIT_VERDICTS),
    _f("audited_on", "date", "Day on which the source was last asked", "最終確認日"),
    _f("http_status", "count", "HTTP status of the last answer", "最後のHTTPステータス"),
    _f("final_url", "text", "Address after redirects, where it is another", "転送後の所在(異なる場合)"),
    _f("media_type", "text", "Media type of what the address gives", "メディアタイプ"),
    _f("text_sha256", "text", "SHA-256 of the text that was searched", "検索した本文のSHA-256"),
    _f("sought_count", "count", "Printed figures and terms that were looked for", "照合した表記の数"),
    _f(
        "missing_statements",
        "texts",
        "Statements whose printed figure the page does not have",
        "表記が見つからない記述",
    ),
    _f("audit_note", "text", "What stood in the way, in one line", "備考"),
    _f(
        "repository",
        "text",
        "Repository on the Hugging Face hub: owner/name",
        "Hugging Faceハブのリポジトリ(所有者/名称)",
    ),
    _f(
        "drift_aspect",
        "code",
        "In what record and hub differ",
        "記録とハブが食い違う点",
        values=DRIFT_ASPECTS,
    ),
    _f("recorded", "text", "What the records say", "記録の内容"),
    _f("observed", "text", "What the hub says", "ハブの内容"),
    _f("observed_on", "date", "Day on which the hub was asked", "ハブを照会した日"),
    _f("proposal", "text", "What a curator might look at, in one line", "編者への提案(1行)"),
    _f("change_number", "count", "Order in which changes are applied", "適用する順序"),
    _f("change", "code", "Kind of change", "変更の種類", values=CHANGES),
    _f(
        "row_key",
        "texts",
        "Key of the row as in the previous release, in the order of the table's key",
        "行のキー(変更前)",
    ),
    _f("new_key", "texts", "Key that the row has now, if it was renamed", "行の新しいキー(改名時)"),
    _f("old_value", "text", "Cell as the previous CSV has it", "変更前の値(CSV表記)"),
    _f("new_value", "text", "Cell as this CSV has it", "変更後の値(CSV表記)"),
    _f("causes", "codes", "Why a derived value changed", "派生値が変わった理由", values=CAUSES),
)

#: axes by code, in the order of the article: the column of `models` that holds the label
_AXES = (
    _f("density", "code", "Dense or sparse", "密結合か疎結合か"),
    _f("scaling_route", "code", "Route by which a large model grew", "大規模化の経路"),
    _f("scale", "code", "Size against GPT-3 and a trillion", "GPT-3と1兆を基準にした規模"),
    _f("efficiency", "codes", "Claims to need less than another model", "他モデルに対する効率化の主張"),
    _f("compute_balance", "code", "Training tokens for the size", "規模に対する学習トークン量"),
    _f("multitask", "codes", "How it came to do many tasks", "マルチタスク化の手段"),
    _f("language_scope", "code", "Natural languages that it is for", "対応する自然言語"),
    _f("access", "code", "Who can use it on the release's day", "リリース時点の利用条件"),
    _f("openness", "codes", "Components that are open on the release's day", "リリース時点で公開されている構成要素"),
    _f("safety", "codes", "What is done about values and facts", "価値観・事実への対処"),
    _f("media", "codes", "Kinds of input and of output", "入力と出力それぞれの種類"),
    _f("multimodal_stage", "code", "How far a multimodal model has come", "マルチモーダルモデルの段階"),
    _f("reasoning", "code", "Whether it thinks before it answers", "回答の前に思考するか"),
    _f("post_training", "codes", "Kinds of tuning after pre-training", "事前学習後の調整の種類"),
    _f("tool_use", "code", "Whether it calls tools", "ツールを呼び出すか"),
    _f("context", "code", "How much it can read at once", "一度に読める長さ"),
    _f("compute_tier", "code", "Computation of training against legal lines", "学習計算量と法令上の基準"),
    _f("lifecycle", "code", "From announcement to retirement, on the release's day", "リリース時点の提供段階"),
)
AXES: dict[str, Field] = {f.name: f for f in _AXES}

_DATE_PRECISIONS = tuple(
    _f(f"{f.name}_precision", "code", f"How exactly {f.name} is known", f"{f.name} の精度", values=PRECISIONS)
    for f in _STATED
    if f.kind == "date"
)

#: lists and truths of `models` that `models_flat` has as texts
FLAT = (
    "aliases",
    "organisations",
    "organisation_names",
    "countries",
    "languages",
    *(f.name for f in _AXES if f.kind == "codes"),
    "commercial_use",
    "reviewed",
)
_FLAT = tuple(
    _f(
        f"{f.name}_text",
        "text",
        f"{f.en}: yes or no" if f.kind == "boolean" else f"{f.en}, joined by ;",
        f"{f.ja}(yes/no)" if f.kind == "boolean" else f"{f.ja}(;区切り)",
    )
    for f in (*_STATED, *_AXES, *_OTHER)
    if f.name in FLAT
)

_ALL = (*_STATED, *_DATE_PRECISIONS, *_CHANNELS, *_AXES, *_OTHER, *_FLAT)

#: every column of a release by name
COLUMNS: dict[str, Field] = {f.name: f for f in _ALL}

# One place per name: a second definition would silently win.
if len(COLUMNS) != len(_ALL):
    raise RuntimeError("a column is defined twice in schemas/fields.py")
