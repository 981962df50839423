"""What Kiban says of itself, each thing said once: name, licence, author, the layout of a release.

Every description of a release (manifest, data package, Croissant, citation, card, catalogue,
feed) takes it from here; what is said of tables and columns comes from `schemas`.
"""

NAME = "kiban"
LABEL = "Kiban"
SUBJECT = "the landscape of foundation models"
TITLE = f"{LABEL}: {SUBJECT}"
TITLE_JA = "基盤:基盤モデルの全体像"
DESCRIPTION = (
    "The landscape of foundation models as data: who announced which model, how it is built, who may use it, "
    "and since when, with the source of every value. Trends are derived by published SQL rules, never typed in."
)
DESCRIPTION_JA = (
    "基盤モデルの全体像をデータにしたもの。誰がどのモデルを発表し、どう作られ、いつから誰が使えるかを、"
    "すべての値に出典を付けて収録。傾向は公開された SQL の規則で導出し、手では入力しない。"
)
#: who is to be named, as `raw/LICENSE` asks: the project, not a person
AUTHOR = "The Kiban project"
KEYWORDS = ("foundation models", "large language models", "artificial intelligence", "provenance", "metadata")
#: languages of names, meanings and texts (BCP 47)
LANGUAGES = ("en", "ja")

# where readers find us: None as long as there is no such address, and then nothing is said
HOMEPAGE: str | None = None
ISSUES: str | None = None  #: where to report a mistake
RELEASES: str | None = None  #: where the next release will be

LICENCE = "CC-BY-4.0"  #: SPDX identifier
LICENCE_TITLE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

# how the data came to be and what it cannot say; true of every release
COLLECTION = (
    "Curators read papers, model cards, licences, code, terms and announcements, and write down what each one states, "
    "field by field, each with its source. Nothing is copied from a source but figures and terms."
)
COLLECTION_JA = (
    "編者が論文、モデルカード、ライセンス、コード、規約、発表を読み、それぞれが述べることを項目ごとに出典とともに書き留める。"
    "出典から写すのは数値と用語だけである。"
)
MISSING_DATA = (
    "Nothing is imputed. A missing value is told apart in the table `facts`: withheld by the maker, making no sense for "
    "the model, not mentioned in a source that was read whole, or not researched yet; the table `coverage` has the share of each."
)
MISSING_DATA_JA = (
    "補完は一切しない。欠けた値は表 `facts` で区別する。開発元の非公表、該当なし、全文を読んだ出典に記載なし、未調査のいずれかで、"
    "それぞれの割合は表 `coverage` にある。"
)
LIMITATIONS = (
    "Models are chosen by hand, and the list is not complete: counts are counts of the models listed.",
    "What a source states is recorded as stated; no figure was measured again.",
    "Dates known to the month or year are the first day of that period; the column beside them says how exact they are.",
)
LIMITATIONS_JA = (
    "モデルは人が選んでおり網羅ではない。件数は収録したモデルの件数である。",
    "出典の記述をそのまま記録しており、数値を測り直してはいない。",
    "月または年までしか分からない日付はその期間の初日とし、隣の列に精度を示す。",
)
MAINTENANCE = (
    "A published release never changes. A fault becomes an erratum and is corrected in a later release; "
    "a release that should not be used is marked as yanked in the index, and stays."
)


def places() -> dict[str, str]:
    """Addresses that every description of a release tells: homepage, issues, releases; those that there are."""
    known = {"homepage": HOMEPAGE, "issues": ISSUES, "releases": RELEASES}
    return {name: address for name, address in known.items() if address is not None}
