"""Languages: for which languages models are, year by year, and which languages most models name."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flows.figures.ask import Asked
from flows.figures.plan import Both, Plan
from flows.figures.words import label_word, language_word

if TYPE_CHECKING:
    from flows.figures.sheet import Sheet

_SCOPES = ("english-centric", "multilingual", "language-specific", "not-applicable", "unknown")
_BY_YEAR = """
select year(known_since) as year, coalesce(language_scope, 'unknown') as scope, count(*) as models_count
from known
group by all
order by all
"""
# what a model for one language alone is for, the rule says in `detail`
_BY_LANGUAGE = """
with named as (select model_id, unnest(languages) as language from known),
alone as (
    select model_id, detail as language from labels
    where axis = 'language_scope' and label = 'language-specific'
        and valid_from <= getvariable('day') and (valid_to is null or valid_to > getvariable('day'))
)
select named.language, count(distinct named.model_id) as models_count, count(distinct alone.model_id) as alone_count
from named
left join alone on named.model_id = alone.model_id and named.language = alone.language
group by named.language
order by models_count desc, named.language
limit 15
"""


@dataclass(frozen=True)
class Content:
    """What is drawn: how many models of a year have which scope; languages with how many models, and how many alone."""

    years: tuple[tuple[int, tuple[int, ...]], ...]
    languages: tuple[tuple[str, int, int], ...]


def plan(asked: Asked) -> Plan:
    """The figure of a release's day."""
    by_year: dict[int, dict[str, int]] = {}
    for year, scope, count in asked.rows(_BY_YEAR):
        assert isinstance(year, int) and isinstance(count, int)
        by_year.setdefault(year, {})[str(scope)] = count
    years = range(min(by_year), asked.edition.day.year + 1) if by_year else ()
    languages = tuple((str(code), int(str(count)), int(str(alone))) for code, count, alone in asked.rows(_BY_LANGUAGE))
    content = Content(
        tuple((year, tuple(by_year.get(year, {}).get(scope, 0) for scope in _SCOPES)) for year in years), languages
    )
    named = asked.number("select count(*) from known where len(languages) > 0")
    known = asked.known()
    most = [language_word(code) for code, _, _ in languages[:3]]
    return Plan(
        "languages",
        Both("Languages of foundation models", "ファウンデーションモデルの対応言語"),
        Both(
            "Left: models by year and scope; right: languages that most models name, dark where a model is for that one alone",
            "左: 公表年と対応範囲ごとのモデル数。右: 対応言語として挙げるモデルの多い言語(濃い部分はその言語専用)",
        ),
        Both(
            f"{known:,} models; {named:,} name their languages, of {known - named:,} none is known",
            f"{known:,}モデル。うち{named:,}は言語を挙げ、{known - named:,}は言語が不明",
        ),
        Both(
            f"{named} of {known} models name their languages; most often {', '.join(word.en for word in most) or 'none'}.",
            f"{known}モデル中{named}が言語を挙げる。多い順に{'、'.join(word.ja for word in most) or 'なし'}。",
        ),
        partial(_draw, content),
        None if content.years else Both("No model is known on this day.", "この日に知られているモデルがない。"),
    )


def _draw(content: Content, sheet: "Sheet") -> None:
    _years(content, sheet)
    _languages(content, sheet)


def _years(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import ORANGE, PALE, SKY, VERMILLION, Part

    looks = ((ORANGE, ""), (SKY, "////"), (VERMILLION, "...."), (PALE, "\\\\\\\\"), ("white", ""))
    parts = [
        Part(label_word(scope), *look, [counts[n] for _, counts in content.years])
        for n, (scope, look) in enumerate(zip(_SCOPES, looks, strict=True))
    ]
    axes = sheet.axes(width=0.47, bottom=0.03, height=0.97)
    sheet.stack(axes, [year for year, _ in content.years], parts, Both("Models announced", "公表されたモデル数"))


def _languages(content: Content, sheet: "Sheet") -> None:
    from flows.figures.sheet import SKY, SOFT, VERMILLION

    axes = sheet.axes(left=0.62, width=0.38, bottom=0.03, height=0.97)
    lines = range(len(content.languages))
    axes.barh(lines, [count for _, count, _ in content.languages], height=0.7, color=SKY)
    axes.barh(lines, [alone for _, _, alone in content.languages], height=0.7, color=VERMILLION)
    for line, (_, count, alone) in enumerate(content.languages):
        text = f"{count} ({alone})" if alone else f"{count}"
        axes.annotate(
            text, (count, line), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8, color=SOFT
        )
    axes.set_yticks(lines, [sheet.say(language_word(code)) for code, _, _ in content.languages])
    axes.set_ylim(14.6, -0.6)
    axes.set_xlim(0, max((count for _, count, _ in content.languages), default=1) * 1.15)
    axes.tick_params(axis="y", length=0)
    sheet.whole(axes, "x")
    axes.set_xlabel(sheet.say(Both("Models that name the language (for it alone)", "言語を挙げるモデル数(専用)")))
