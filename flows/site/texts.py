"""What the pages of the site say in their own words, in English and Japanese; codes in Japanese."""

#: words of the pages by name: English, Japanese
TEXTS: dict[str, tuple[str, str]] = {
    "models": ("Models", "モデル"),
    "organisations": ("Makers", "開発組織"),
    "explorer": ("Explorer", "エクスプローラー"),
    "sql": ("SQL", "SQL"),
    "dictionary": ("Dictionary", "データ辞書"),
    "methods": ("Methods and quality", "方法と品質"),
    "changes": ("Changes", "変更履歴"),
    "releases": ("Releases", "リリース"),
    "feed": ("Feed", "フィード"),
    "skip": ("To the content", "本文へ"),
    "menu": ("Pages", "ページ"),
    "other_language": ("日本語", "English"),
    "version": ("Version", "版"),
    "as_of": ("As of", "時点"),
    "as_of_day": ("As of {}", "{}時点"),
    "licence_of_data": ("Licence of the data", "データのライセンス"),
    "sources": ("Sources", "出典"),
    "statements": ("Statements", "記述"),
    "looked_until": ("Models were looked for up to", "モデルの収集期限"),
    "every_value": (
        "Every value has its source; every label names the rule that gave it and the statements that it rests on.",
        "すべての値に出典があり、すべてのラベルに付与した規則と根拠の記述がある。",
    ),
    "in_explorer": ("In the explorer", "エクスプローラーで見る"),
    "to_explorer": (
        "Search, filter and compare all models in the explorer",
        "エクスプローラーで全モデルを検索・絞り込み・比較する",
    ),
    "to_sql": ("Ask questions in SQL, in this browser", "このブラウザ上でSQLで問い合わせる"),
    "to_models": ("The list of all models", "全モデルの一覧"),
    "figures": ("Figures", "図"),
    "three_questions": ("Three questions", "三つの質問"),
    "more_questions": ("All questions with their queries", "全質問と問い合わせ"),
    "download": ("Download", "ダウンロード"),
    "stable": (
        "`latest/` is always the newest release; every release stays at the address of its version and never changes.",
        "`latest/` は常に最新のリリースを指す。各リリースは版ごとのアドレスに残り、変わることはない。",
    ),
    "file": ("File", "ファイル"),
    "bytes": ("Size", "大きさ"),
    "meaning": ("Meaning", "意味"),
    "from_duckdb": ("With DuckDB", "DuckDBで"),
    "from_python": ("With pandas", "pandasで"),
    "check_it": ("How to check what you have downloaded", "ダウンロードしたものを確かめる"),
    "checked_by": (
        "`SHA256SUMS` has the checksum of every file; the README of the release says how to check types, keys and signatures.",
        "`SHA256SUMS` に全ファイルのチェックサムがある。型・キー・署名の確かめ方はリリースのREADMEにある。",
    ),
    "models_intro": (
        "All models, newest first. What a page of a model says holds on the release's day; dates are as exact as known.",
        "全モデル(新しい順)。各モデルのページはリリース時点の内容で、日付は判明している精度で示す。",
    ),
    "name": ("Name", "名称"),
    "maker": ("Maker", "開発組織"),
    "known_since": ("Since", "公表"),
    "parameters": ("Parameters", "パラメータ数"),
    "access": ("Access", "利用条件"),
    "licence": ("Licence", "ライセンス"),
    "country": ("Country", "国"),
    "kind": ("Kind", "種別"),
    "count_models": ("Models", "モデル数"),
    "also": ("Also called", "別名"),
    "at_a_glance": ("At a glance", "概要"),
    "announced": ("Announced", "公表日"),
    "known_until": ("Followed until", "追跡済みの日"),
    "labels": ("Labels", "ラベル"),
    "labels_intro": (
        "Derived by published rules, never typed in.",
        "公開された規則による導出結果であり、手入力ではない。",
    ),
    "axis": ("Axis", "軸"),
    "label": ("Label", "ラベル"),
    "since": ("From", "開始"),
    "until": ("Until", "終了"),
    "rule": ("Rule", "規則"),
    "missing": ("missing", "不足"),
    "facts": ("Facts", "事実"),
    "field": ("Field", "項目"),
    "value": ("Value", "値"),
    "state": ("State", "状態"),
    "not_mentioned_list": (
        "Not mentioned in a source that was read whole",
        "全文を読んだ出典に記載がないもの",
    ),
    "not_applicable_list": ("Makes no sense for this model", "該当しないもの"),
    "unresearched_list": ("Not researched yet", "未調査のもの"),
    "access_over_time": ("Access over time", "利用条件の推移"),
    "variants": ("Variants", "派生版"),
    "relatives": ("Relatives", "関係するモデル"),
    "base": ("Made from", "元のモデル"),
    "base-of": ("Base of", "このモデルを元にしたモデル"),
    "succeeded-by": ("Replaced by", "後継"),
    "succeeded-by-of": ("Replaces", "前身"),
    "relative-to": ("Compares itself with", "比較の相手"),
    "relative-to-of": ("Is compared with by", "このモデルと比較したモデル"),
    "moved": ("This id was given up; it is now", "この識別子は廃止された。現在の識別子は"),
    "withdrawn": ("This id was given up", "この識別子は廃止された"),
    "other_ids": ("What others call it", "他の目録での識別子"),
    "identifier": ("Identifier", "識別子"),
    "read_on": ("read", "閲覧"),
    "published_on": ("published", "公開"),
    "reviewed": ("Read twice", "二重の読み"),
    "not_reviewed": ("not yet", "未実施"),
    "as_json": ("This page as JSON", "このページのJSON"),
    "factor": ("times", "倍"),
    "its_models": ("Its models", "開発したモデル"),
    "next_release": (
        "The feed tells of every new release.",
        "新しいリリースはフィードで知らせる。",
    ),
    "release_state": ("State", "状態"),
    "published": ("published", "公開"),
    "yanked": ("yanked: not to be used", "取り下げ(使用不可)"),
    "newest": ("newest", "最新"),
    "dictionary_intro": (
        "Every table and column of a release. Types are those of DuckDB.",
        "リリースの全表と全列。型はDuckDBのもの。",
    ),
    "key": ("Key", "キー"),
    "column": ("Column", "列"),
    "type": ("Type", "型"),
    "table": ("Table", "表"),
    "axes_and_labels": ("Axes and labels", "軸とラベル"),
    "thresholds": ("Thresholds", "しきい値"),
    "threshold": ("Threshold", "しきい値"),
    "origin": ("Where it comes from", "由来"),
    "how_collected": ("How the data came to be", "データの作り方"),
    "limits": ("What it cannot say", "言えないこと"),
    "coverage": ("How much is known", "判明している割合"),
    "coverage_intro": (
        "Of all cells (models × fields), the share in each state.",
        "全セル(モデル×項目)に占める各状態の割合。",
    ),
    "by_field": ("By field", "項目別"),
    "share": ("Share", "割合"),
    "conclude": ("What you may conclude", "言えること"),
    "errors": ("How often it is wrong", "誤りの割合"),
    "second_reading": (
        "A second reader re-reads statements against their sources.",
        "第二の読み手が記述を出典と突き合わせて読み直す。",
    ),
    "read_twice": ("Statements that were read twice", "二度読まれた記述"),
    "error_rate": ("Cells that the second reading corrected", "第二の読みで訂正されたセル"),
    "draws": ("Draws", "抜き取り"),
    "draws_intro": (
        "After each wave of records, statements are drawn at random and read again by somebody else.",
        "記録を追加するたびに記述を無作為に抜き取り、別の人が読み直す。",
    ),
    "wave": ("Wave", "回"),
    "drawn": ("Drawn", "抜き取り数"),
    "last_draw": ("Last on", "最終日"),
    "wrong": ("Wrong", "誤り"),
    "unreadable": ("Could not be read", "読めず"),
    "no_draws": ("Nothing was drawn yet.", "抜き取りはまだない。"),
    "others": ("Held against tables of others", "他者の表との比較"),
    "others_intro": (
        "agrees: the values agree. maker: they differ, and ours rests on a source of the maker's. mended: ours was wrong and "
        "is mended. open: they differ, and nobody settled it. only-theirs: we know none.",
        "agrees は一致、maker は相違するが当方は開発元の出典による、mended は当方を訂正、open は未解決の相違、only-theirs は相手のみに値がある。",
    ),
    "no_others": ("No table was compared with this release yet.", "比較した表はまだない。"),
    "their_table": ("Their table", "相手の表"),
    "their_day": ("Their day", "相手の日付"),
    "compared": ("Compared", "比較した項目"),
    "came_out": ("Came out", "結果"),
    "cells": ("Values", "件数"),
    "audit": ("Do the sources still say it?", "出典は今もそう述べているか"),
    "audit_none": (
        "This release holds no audit: no address was asked again since it was read.",
        "このリリースに監査結果はない。閲覧後に再確認されたアドレスはまだない。",
    ),
    "audit_age": ("Addresses were last asked between", "再確認の期間"),
    "asked": ("Sources asked again", "再確認した出典"),
    "verdict": ("Verdict", "判定"),
    "claims": ("Claims of texts, as queries", "文章の主張と問い合わせ"),
    "claims_intro": (
        "What texts say of the landscape, each with a query over this release (table `claims`).",
        "文章が全体像について述べることを、このリリースへの問い合わせで確かめたもの(表 `claims`)。",
    ),
    "reading": ("Text", "文章"),
    "errata": ("Errata", "正誤表"),
    "no_errata": ("No fault of a release is known.", "リリースの誤りは知られていない。"),
    "corrected_in": ("Corrected in", "訂正された版"),
    "disagreements": ("Where sources disagree", "出典の食い違い"),
    "disagreements_intro": (
        "Facts on which sources of equal rank disagree; all values are kept, and the page of the model shows them.",
        "同格の出典が食い違う事実。すべての値を残し、モデルのページに示す。",
    ),
    "none_disputed": ("None.", "なし。"),
    "sql_intro": (
        "DuckDB runs in this page, over the newest release. Nothing that you write leaves this computer. "
        "The first query loads the engine and the release, once. Functions of extensions, such as json and current_date, are not there.",
        "このページの中でDuckDBが最新のリリースを読む。入力した内容はこのコンピュータの外に出ない。"
        "最初の問い合わせでエンジンとリリースを一度だけ読み込む。拡張機能の関数(json、current_dateなど)は使えない。",
    ),
    "sql_needs_script": (
        "This page needs JavaScript. The same queries run in DuckDB on your own computer.",
        "このページにはJavaScriptが要る。同じ問い合わせは手元のDuckDBでも動く。",
    ),
    "query": ("Query", "問い合わせ"),
    "run": ("Run (Ctrl+Enter)", "実行(Ctrl+Enter)"),
    "csv": ("Download as CSV", "CSVをダウンロード"),
    "questions": ("Questions", "質問"),
    "result": ("Result", "結果"),
    "loading": ("Loading the engine and the release …", "エンジンとリリースを読み込み中…"),
    "running": ("Running …", "実行中…"),
    "rows_found": ("rows", "行"),
    "rows_shown": ("shown are the first", "表示は先頭の"),
    "engine_too_old": (
        "The engine of this page is older than the release's file needs",
        "このページのエンジンはリリースのファイルに対して古すぎる",
    ),
    "tables": ("Tables", "表"),
    "not_found": ("There is no such page", "ページが見つからない"),
    "not_found_why": (
        "Pages of models and makers keep their addresses; what was renamed stands in the table `retired` of a release.",
        "モデルと開発組織のページのアドレスは変わらない。改名されたものはリリースの表 `retired` にある。",
    ),
    "answer": ("Answer", "答え"),
    "of_rows": ("{} of {} rows.", "{1}行中{0}行。"),
    "whole_answer": ("The whole answer, and other questions", "答えの全体とほかの質問"),
    "hub": ("The hub", "ハブ全体"),
    "hub_intro": (
        "{} repositories of models on the Hugging Face hub, as it listed them on {}, by the same rules where it says enough.",
        "{1}時点でHugging Faceハブに載る{0}件のモデルのリポジトリに、判定できる範囲で同じ規則を当てたもの。",
    ),
    "hub_apart": (
        "Nobody read these models' papers: what is said rests on tags, counts and a table of model types, and stands apart "
        "from the records. The tables lie in the folder `hub` of the store.",
        "論文は読まれておらず、タグ・集計・モデル型の表による。記録とは別のもので、表はリリース置き場のフォルダ `hub` にある。",
    ),
    "hub_months": ("How open the hub is, by month", "月ごとのハブの公開状況"),
    "hub_months_intro": (
        "Of the repositories made in a month, the share with each label on the day of the snapshot. The last month may not be whole.",
        "各月に作成されたリポジトリのうち、取得日時点で各ラベルを持つものの割合。最後の月は途中の場合がある。",
    ),
    "hub_untagged": ("Without a licence tag", "ライセンスのタグなし"),
    "hub_open": ("Open", "公開"),
    "hub_conditional": ("Open under conditions", "条件付き公開"),
    "hub_sparse": ("Sparse (mixture of experts)", "疎結合(MoE)"),
    "hub_as_table": ("The same as a table", "同じ内容の表"),
    "hub_month": ("Month", "月"),
    "hub_too_young": ("There are not two months to draw.", "図にできる月数がない。"),
    "hub_families": ("The largest families", "大きな系譜"),
    "hub_families_intro": (
        "Repositories from which most others were made, in any number of steps and as those declare it; how each was made is that of its last step.",
        "派生リポジトリが多いもの(段数を問わず、派生側の宣言による。方法は最後の段のもの)。",
    ),
    "hub_repository": ("Repository", "リポジトリ"),
    "hub_total": ("All", "合計"),
    "hub_direct": ("Directly", "うち直接"),
    "hub_bar": ("Share", "割合"),
    "hub_agreement": ("Does it agree with the records?", "記録と一致するか"),
    "hub_agreement_intro": (
        "Where a record names the repository of its model, what both say of the same day. The share is of those of which both speak.",
        "記録がリポジトリを挙げるモデルについて同じ日付で照合した結果。割合は双方に値があるものに対する。",
    ),
    "hub_agrees": ("Agree", "一致"),
    "hub_differs": ("Differ", "相違"),
    "hub_only_record": ("Only the record", "記録のみ"),
    "hub_only_hub": ("Only the hub", "ハブのみ"),
    "hub_record": ("Record", "記録"),
    "hub_differing": ("Where they differ", "相違の一覧"),
    "hub_no_agreement": ("No record names a repository of it.", "照合できる記録はない。"),
    "retired_ids": ("Ids that are gone", "廃止された識別子"),
}

#: what a state of a fact lets a reader conclude: English, Japanese
CONCLUSIONS: dict[str, tuple[str, str]] = {
    "stated": (
        "Sources give the value, and those of the best rank agree: take it.",
        "最上位の出典が一致している。値を使ってよい。",
    ),
    "disputed": (
        "Sources of equal rank disagree: the value is one of several.",
        "同格の出典が食い違う。値は複数のうちの一つ。",
    ),
    "estimated": (
        "Nobody states it, a third party estimates it: an order of magnitude.",
        "第三者の推定のみ。桁の目安。",
    ),
    "undisclosed": (
        "Its maker withholds it: there is a value, and nobody outside knows it.",
        "開発元が公表していない。値はあるが外部には分からない。",
    ),
    "not_applicable": ("No such value can be: leave the model out of the count.", "該当しない。集計から除く。"),
    "not_mentioned": (
        "A source was read whole, and says nothing: for a feature, it was probably not there.",
        "全文を読んだ出典に記載がない。機能であれば恐らく備えていない。",
    ),
    "unresearched": (
        "Nobody looked, or only in part: nothing at all.",
        "未調査、または一部しか読んでいない。何も言えない。",
    ),
}

#: codes in Japanese; in English a code is its own word, with spaces for hyphens
WORDS_JA: dict[str, str] = {
    # states and bases of facts
    "stated": "記載あり", "disputed": "食い違い", "estimated": "推定", "undisclosed": "非公表",
    "not_applicable": "該当なし", "not_mentioned": "記載なし", "unresearched": "未調査",
    "maker": "開発元", "third-party": "第三者", "estimate": "推定", "derived": "導出",
    # channels of access
    "none": "なし", "on-request": "申請制", "click-through": "同意のみ", "download": "ダウンロード可", "withdrawn": "終了",
    "waitlist": "順番待ち", "free": "無償", "paid": "有償", "partial": "一部", "open": "公開",
    "preview": "プレビュー", "available": "提供中", "deprecated": "非推奨", "retired": "提供終了",
    # kinds of sources and of makers
    "paper": "論文", "model-card": "モデルカード", "licence": "ライセンス", "code": "コード", "announcement": "発表",
    "documentation": "文書", "terms": "規約", "citing-paper": "引用論文", "news": "報道", "database": "データベース",
    "article": "記事", "page": "ページ", "stored-copy": "保存された写し", "excerpt": "抜粋", "abstract-only": "要旨のみ",
    "citing-page": "引用元のページ", "company": "企業", "university": "大学", "institute": "研究機関",
    "community": "コミュニティ", "consortium": "連合",
    # how a repository of the hub was made from another
    "finetune": "追加学習", "quantized": "量子化", "adapter": "アダプター", "merge": "統合", "unstated": "方法の記載なし",
    "other": "その他",
    # facts that the hub and a record both tell
    "repository": "リポジトリ", "parameters": "パラメータ数", "routing": "ルーティング", "languages": "言語",
    "modalities_in": "入力", "modalities_out": "出力", "instruction_tuning": "指示追従の調整",
    # identifiers, verdicts, truths
    "exact": "同一", "variant": "派生版", "family": "系列",
    "holds": "成立", "differs": "不成立", "undecided": "判定不能",
    "confirmed": "確認", "moved": "移転", "changed": "変更", "gone": "消滅", "unreachable": "到達不能",
    "unreadable": "判読不能", "right": "正", "wrong": "誤",
    "true": "はい", "false": "いいえ", "unknown": "不明",
}  # fmt: skip


def texts(language: str) -> dict[str, str]:
    """The words of the pages in a language."""
    place = 0 if language == "en" else 1
    return {name: both[place] for name, both in TEXTS.items()}


def word(code: str, language: str) -> str:
    """A code as a word for people."""
    spaced = code.replace("-", " ").replace("_", " ")
    return WORDS_JA.get(code, spaced) if language == "ja" else spaced


def conclusion(state: str, language: str) -> str:
    """What a state of a fact lets a reader conclude."""
    return CONCLUSIONS[state][0 if language == "en" else 1]
