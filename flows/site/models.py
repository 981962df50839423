"""Pages of models and of makers: what the release holds of each, put together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from flows.about import LICENCE_URL, TITLE
from flows.site.newest import Newest, Row
from flows.site.page import Page
from flows.site.wording import day, labels_of
from schemas.fields import STATED
from schemas.products import PRODUCTS, column_of
from schemas.values import MODEL_ID, SLUG

#: states of facts that have no value, each listed by itself below those that have one
_WITHOUT_VALUE = ("not_applicable", "not_mentioned", "unresearched")
#: tables with rows of one model
_OF_MODEL = ("facts", "labels", "statements", "sources", "access_periods", "variants", "relations", "identifiers")


def model_path(model_id: str) -> str:
    """Where the page of a model lies, from the folder of a language."""
    return f"models/{model_id}/"


def maker_path(organisation_id: str) -> str:
    """Where the page of a maker lies, from the folder of a language."""
    return f"organisations/{organisation_id}/"


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


class Landscape:
    """The rows of a release by what they are about."""

    def __init__(self, release: Newest) -> None:
        rows = release.rows
        self.release = release
        self.models: dict[str, Row] = {row["model_id"]: row for row in rows["models"]}
        self.makers: dict[str, Row] = {row["organisation_id"]: row for row in rows["organisations"]}
        self.licences: dict[str, Row] = {row["licence_id"]: row for row in rows["licences"]}
        self.of = {table: _grouped(rows[table], "model_id") for table in _OF_MODEL}
        # the SQL of each step, by its name, which for a label is the axis
        self.rules = {
            path.stem.partition("-")[2]: f"rules/{path.name}"
            for path in sorted((release.folder / "rules").glob("*.sql"))
        }
        self.referring = _grouped(rows["relations"], "other_id")

    @cached_property
    def newest_first(self) -> list[Row]:
        """All models, those that became known last first."""
        by_id = sorted(self.models.values(), key=lambda row: str(row["model_id"]))
        return sorted(by_id, key=lambda row: str(row["known_since"]), reverse=True)

    @cached_property
    def models_of(self) -> dict[str, list[Row]]:
        """Models of each maker, newest first."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.newest_first:
            for maker in row["organisations"]:
                found[maker].append(row)
        return found


def _cited(ids: Iterable[str], statements: Mapping[str, Row], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Where statements stand: number of the source, what it prints and where; what says the same once."""
    found: dict[tuple[object, ...], dict[str, Any]] = {}
    for statement_id in ids:
        if (said := statements.get(statement_id)) is not None and said["source_id"] in numbers:
            number = numbers[said["source_id"]]
            entry = {"number": number, "printed": said["printed"], "location": said["location"], "said": said}
            found.setdefault((number, said["printed"], said["location"]), entry)
    return sorted(found.values(), key=lambda entry: int(entry["number"]))


def _facts(facts: Iterable[Row], statements: Mapping[str, Row], numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    order = list(STATED)
    shown = [fact for fact in facts if fact["state"] not in _WITHOUT_VALUE and fact["field"] in order]
    shown.sort(key=lambda fact: order.index(fact["field"]))
    return [{"fact": fact, "cited": _cited(fact["statement_ids"] or [], statements, numbers)} for fact in shown]


def _labels(
    model: Row, labels: Iterable[Row], land: Landscape, statements: Mapping[str, Row], numbers: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Labels that hold on the release's day, with the row of `labels` that says why, and the sources that it rests on."""
    today = land.release.identity.as_of
    holding = {
        (row["axis"], row["label"]): row
        for row in labels
        if row["valid_from"] <= today and (row["valid_to"] is None or row["valid_to"] > today)
    }
    dated = {row["axis"] for row in land.release.rows["axes"] if row["is_dated"]}
    found = [(axis, label, holding.get((axis, label))) for axis, held in labels_of(model) for label in held]
    return [
        {
            "axis": axis,
            "label": label,
            "row": row,
            "is_dated": axis in dated,
            "sql": land.rules.get(axis),
            "numbers": sorted({entry["number"] for entry in _cited(row["statement_ids"] or [], statements, numbers)}),
        }
        for axis, label, row in found
        if row is not None
    ]


def _relations(model_id: str, land: Landscape) -> list[dict[str, Any]]:
    """Relations in both directions; the other model has a page, unless it is not in the release."""
    own = [(row, row["other_id"], False) for row in land.of["relations"].get(model_id, [])]
    others = [(row, row["model_id"], True) for row in land.referring.get(model_id, [])]
    return [
        {"row": row, "other": other, "other_name": land.models.get(other, {}).get("name"), "reverse": reverse}
        for row, other, reverse in (*own, *others)
    ]


def _model_data(model: Row, land: Landscape) -> dict[str, object]:
    """What search engines read of a model: schema.org has no model, so it is software of a kind."""
    makers = [land.makers[maker] for maker in model["organisations"] if maker in land.makers]
    licence = land.licences.get(model["licence"] or "")
    same = [
        row["url"] for row in land.of["identifiers"].get(model["model_id"], []) if row["identifier_relation"] == "exact"
    ]
    found: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "SoftwareApplication",
        "name": model["name"],
        "alternateName": [*([model["name_ja"]] if model["name_ja"] else []), *(model["aliases"] or [])],
        "identifier": model["model_id"],
        "applicationCategory": "Foundation model",
        "datePublished": day(model["announced"], model["announced_precision"]),
        "creator": [{"@type": "Organization", "name": maker["organisation_name"]} for maker in makers],
        "license": licence["url"] if licence else None,
        "sameAs": sorted(set(same)),
        "subjectOf": {"@type": "Dataset", "name": TITLE, "license": LICENCE_URL, "version": land.release.version},
    }
    return {key: value for key, value in found.items() if value}


def _model_page(model: Row, land: Landscape) -> Page:
    model_id = model["model_id"]
    of = {table: found.get(model_id, []) for table, found in land.of.items()}
    numbers = {row["source_id"]: number for number, row in enumerate(of["sources"], start=1)}
    statements = {row["statement_id"]: row for row in of["statements"]}
    without = {
        state: [fact["field"] for fact in of["facts"] if fact["state"] == state and fact["field"] in STATED]
        for state in _WITHOUT_VALUE
    }
    context = {
        "model": model,
        "makers": land.makers,
        "licences": land.licences,
        "labels": _labels(model, of["labels"], land, statements, numbers),
        "facts": _facts(of["facts"], statements, numbers),
        "without": without,
        "periods": of["access_periods"],
        "variants": sorted(of["variants"], key=lambda row: (-(row["parameters"] or 0), row["variant"])),
        "relations": _relations(model_id, land),
        "identifiers": of["identifiers"],
        "sources": of["sources"],
        "columns": {name: column_of(PRODUCTS["models"], name) for name in STATED},
    }
    title = {"en": model["name"], "ja": model["name_ja"] or model["name"]}
    return Page(model_path(model_id), "model.html.j2", title, context, _model_data(model, land))


def _maker_page(maker: Row, land: Landscape) -> Page:
    name = maker["organisation_name"]
    data = {"@context": "https://schema.org", "@type": "Organization", "name": name}
    data |= {"alternateName": maker["organisation_name_ja"]} if maker["organisation_name_ja"] else {}
    context = {"maker": maker, "models": land.models_of.get(maker["organisation_id"], []), "makers": land.makers}
    title = {"en": name, "ja": maker["organisation_name_ja"] or name}
    return Page(maker_path(maker["organisation_id"]), "organisation.html.j2", title, context, data)


def _moved(land: Landscape) -> Iterator[Page]:
    """A page at the address of every id that was given up; it leads to the page of the id that took its place."""
    paths = {id_: model_path(id_) for id_ in land.models} | {id_: maker_path(id_) for id_ in land.makers}
    taken = set(paths.values())
    for row in land.release.rows["retired"]:
        old, target = row["retired_id"], paths.get(row["renamed_to"] or "")
        is_model = MODEL_ID.fullmatch(old) is not None
        path = model_path(old) if is_model else maker_path(old)
        # without a page to lead to, an id without a slash may be that of a licence, which never had one
        if path not in taken and (is_model or (SLUG.fullmatch(old) and target and target.startswith("organisations/"))):
            yield Page(path, "moved.html.j2", {"en": old, "ja": old}, {"row": row, "target": target}, is_listed=False)


def model_pages(land: Landscape) -> Iterator[Page]:
    """The lists of models and of makers, and a page for each of them and for each id that was given up."""
    counted = {maker: len(land.models_of.get(maker, [])) for maker in land.makers}
    makers = sorted(land.makers.values(), key=lambda row: str(row["organisation_name"]).casefold())
    models_context = {"models": land.newest_first, "makers": land.makers}
    yield Page("models/", "models.html.j2", "models", models_context)
    yield Page("organisations/", "organisations.html.j2", "organisations", {"all_makers": makers, "counted": counted})
    for model in land.models.values():
        yield _model_page(model, land)
    for maker in land.makers.values():
        yield _maker_page(maker, land)
    yield from _moved(land)
