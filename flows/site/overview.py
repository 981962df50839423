"""Pages about the release as a whole: start, methods and quality, dictionary, changes, releases."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
from markdown_it import MarkdownIt
from markupsafe import Markup

import flows.about as about
from flows.derive.sandbox import closed_off
from flows.errors import UserError
from flows.layout import CHANGELOG, DATABASE, FIGURES_FILE, MANIFEST, QUERIES, README, SUMS, table_path
from flows.release_files.questions import Question, read_questions
from flows.site.newest import Newest, Row
from flows.site.page import Page
from flows.site.wording import exact
from schemas.fields import STATES, VERDICTS
from schemas.products import FILES, column_of

#: what the start page offers for download: file, and what it is
_OFFERED = (
    (DATABASE, "All tables in one file for DuckDB", "全表を収めたDuckDBのファイル"),
    (table_path("models", "parquet"), "All models, a row each", "全モデル(1行に1モデル)"),
    (table_path("models", "csv"), "The same as CSV", "同じ内容のCSV"),
    (table_path("models_flat", "csv"), "Models without lists, for spreadsheets", "一覧を含まないモデル表(表計算向け)"),
    (table_path("trends", "csv"), "Models by axis, label and quarter", "軸・ラベル・四半期ごとのモデル数"),
    (table_path("facts", "parquet"), "Every fact with its state", "すべての事実とその状態"),
    (table_path("statements", "parquet"), "What each source states", "各出典の記述"),
    (QUERIES, "Questions and their queries", "質問と問い合わせ"),
    (README, "How to read and check the release", "リリースの読み方と確かめ方"),
    (SUMS, "Checksums of all files", "全ファイルのチェックサム"),
)
#: how many questions the start page answers, and how many rows of each answer it shows
_ASKED, _SHOWN = 3, 5
#: files that the list of releases leads to, where a release has them
_LED_TO = (README, CHANGELOG, DATABASE, table_path("models", "csv"), MANIFEST, SUMS)


def release_questions(release: Newest) -> list[Mapping[str, str]]:
    """The questions that the release itself brings, in both languages, with their queries."""
    found: tuple[Question, ...] = read_questions((release.folder / QUERIES).read_text(encoding="utf-8"))
    return [{"_en": question.en, "_ja": question.ja, "sql": question.sql.strip()} for question in found]


def _cell(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_cell, value))
    if isinstance(value, bool | None):
        return "" if value is None else str(value).lower()
    return exact(value) if isinstance(value, int | float) else str(value)


def _answered(release: Newest, asked: Iterable[Mapping[str, str]]) -> list[dict[str, Any]]:
    """Questions with the first rows of their answers. Raises UserError if a query fails on the release's own file."""
    found = []
    with closed_off(release.folder / DATABASE, threads=1) as connection:
        for question in asked:
            try:
                cursor = connection.execute(question["sql"])
                rows = cursor.fetchall()
            except duckdb.Error as error:
                raise UserError(
                    f"{release.folder / QUERIES}: {question['_en']} {error}; the queries are not those of this release: verify it"
                ) from error
            names = [column[0] for column in cursor.description or []]
            are_numbers = [all(isinstance(row[i], int | float | None) for row in rows) for i in range(len(names))]
            shown = [list(map(_cell, row)) for row in rows[:_SHOWN]]
            found.append({**question, "names": names, "numeric": are_numbers, "rows": shown, "count": len(rows)})
    return found


def _alts(folder: Path) -> dict[str, str]:
    """What is to be seen in the pictures of a release, by their paths, in the order in which they are to be shown."""
    described = folder / FIGURES_FILE
    if not described.is_file():
        return {}
    try:
        figures = json.loads(described.read_text(encoding="utf-8"))["figures"]
        texts = [figure[language] for figure in figures for language in about.LANGUAGES]
        return {text["svg"]: text["alt"] for text in texts}
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{described} describes no figures: {error}; verify the release") from error


def figures_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Path and description of the pictures of a release by language; its name describes one that has no words.

    Raises UserError if the file that describes them is none.
    """
    alts = _alts(folder)
    order = list(alts)
    found: dict[str, list[dict[str, str]]] = {}
    for language in about.LANGUAGES:
        suffix = f".{language}.svg"
        paths = sorted(
            path.relative_to(folder).as_posix() for path in (folder / FIGURES_FILE).parent.glob(f"*{suffix}")
        )
        paths.sort(key=lambda path: order.index(path) if path in alts else len(order))
        found[language] = [
            {"path": path, "alt": alts.get(path) or Path(path).name.removesuffix(suffix).replace("-", " ")}
            for path in paths
        ]
    return found


def _dataset(release: Newest, address: str | None) -> dict[str, object]:
    """The dataset as search engines read it (schema.org)."""
    downloads = [
        {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{address or '../'}latest/{path}"}
        for kind, path in (
            ("application/vnd.apache.parquet", table_path("models", "parquet")),
            ("text/csv", table_path("models", "csv")),
            ("application/octet-stream", DATABASE),
        )
    ]
    first = min((row["known_since"] for row in release.rows["models"]), default=release.identity.as_of)
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": about.TITLE,
        "alternateName": about.TITLE_JA,
        "description": about.DESCRIPTION,
        "version": release.version,
        "dateModified": release.identity.as_of.isoformat(),
        "temporalCoverage": f"{first}/{release.identity.collected_until or release.identity.as_of}",
        "license": about.LICENCE_URL,
        "creator": {"@type": "Organization", "name": about.AUTHOR},
        "keywords": list(about.KEYWORDS),
        "inLanguage": list(about.LANGUAGES),
        "isAccessibleForFree": True,
        "distribution": downloads,
        **({"url": address} if address else {}),
    }


def _start(release: Newest, address: str | None) -> Page:
    there = [(path, release.folder / path, en, ja) for path, en, ja in _OFFERED]
    files = [
        {"path": path, "bytes": file.stat().st_size, "meaning_en": en, "meaning_ja": ja}
        for path, file, en, ja in there
        if file.is_file()
    ]
    questions = release_questions(release)
    context = {
        "figures": figures_of(release.folder),
        "questions": _answered(release, questions[:_ASKED]),
        "count": len(questions),
        "queries": QUERIES,
        "files": files,
    }
    title = {"en": about.TITLE, "ja": about.TITLE_JA}
    return Page("", "start.html.j2", title, context, _dataset(release, address))


def _draws(rows: list[Row]) -> list[dict[str, Any]]:
    """How the draws of each wave came out."""
    waves = sorted({row["wave"] for row in rows})
    of = {wave: [row for row in rows if row["wave"] == wave] for wave in waves}
    verdicts = {wave: Counter(row["draw_verdict"] for row in of[wave]) for wave in waves}
    return [
        {
            "wave": wave,
            "drawn": len(of[wave]),
            "wrong": verdicts[wave]["wrong"],
            "unreadable": verdicts[wave]["unreadable"],
            "on": max(row["drawn_on"] for row in of[wave]),
        }
        for wave in waves
    ]


def _audit(rows: list[Row]) -> dict[str, Any]:
    """How many sources were asked again, when, and what came of it."""
    days = [row["audited_on"] for row in rows]
    counts = Counter(row["audit_verdict"] for row in rows)
    return {
        "count": len(rows),
        "oldest": min(days, default=None),
        "newest": max(days, default=None),
        "verdicts": dict(sorted(counts.items())),
    }


def _methods(release: Newest) -> Page:
    rows = release.rows
    claims: dict[str, Counter[str]] = {}
    for row in rows["claims"]:
        claims.setdefault(row["reading"], Counter())[row["verdict"]] += 1
    context = {
        "overall": next(row for row in rows["coverage"] if row["column_name"] == "*"),
        "coverage": [row for row in rows["coverage"] if row["column_name"] != "*"],
        "states": STATES,
        "draws": _draws(rows["draws"]),
        "comparisons": rows["comparisons"],
        "audit": _audit(rows["source_audit"]),
        "disputed": [row for row in rows["facts"] if row["state"] == "disputed"],
        "names": {row["model_id"]: row["name"] for row in rows["models"]},
        "claims": dict(sorted(claims.items())),
        "verdicts": VERDICTS,
        "errata": [(entry.version, erratum) for entry in release.index.releases for erratum in entry.errata],
    }
    return Page("methods/", "methods.html.j2", "methods", context)


def changelog_html(text: str) -> Markup:
    """A changelog as HTML. Names of models stand in it: neither markup, links nor pictures are made from its text."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["link", "image", "autolink", "html_inline", "html_block", "reference", "entity"])
    body = "\n".join(line for line in text.split("\n") if not line.startswith("# "))  # the page has its own title
    tokens = markdown.parse(body)
    for token in tokens:
        if token.attrs.pop("style", None) == "text-align:right":  # the policy of the pages forbids styles of elements
            token.attrs["class"] = "number"
    made = markdown.renderer.render(tokens, markdown.options, {})  # the library escapes what it does not make
    scrolled = '<div class="wide" role="region" tabindex="0" aria-label="table {}"><table>'
    parts = made.split("<table>")  # texts have no `<` any more
    wide = "".join(scrolled.format(number) + part for number, part in enumerate(parts[1:], start=1))
    return Markup((parts[0] + wide).replace("</table>", "</table></div>"))


def overview_pages(release: Newest, address: str | None, root: Path) -> Iterator[Page]:
    """Pages about the release as a whole. `root` is the folder in which all releases lie."""
    yield _start(release, address)
    yield _methods(release)
    dictionary = {"products": list(FILES.values()), "column_of": column_of, "table_path": table_path}
    yield Page("dictionary/", "dictionary.html.j2", "dictionary", dictionary)
    changelog = changelog_html((release.folder / CHANGELOG).read_text(encoding="utf-8"))
    yield Page("changes/", "changes.html.j2", "changes", {"changelog": changelog})
    entries = list(reversed(release.index.releases))
    there = {entry.version: [name for name in _LED_TO if (root / entry.version / name).is_file()] for entry in entries}
    yield Page("releases/", "releases.html.j2", "releases", {"entries": entries, "there": there})
