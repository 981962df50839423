"""The page of the hub layer: how open the hub is month by month, its largest families, and whether the records agree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

import flows.about as about
from flows.canonical import digest
from flows.errors import UserError
from flows.layout import HUB, INDEX, MANIFEST, hub_path
from flows.publishing.index import MAX_INDEX, find, latest, read_index
from flows.release_files.hub_summary import Agreed, agreed
from flows.release_files.reading import MAX_MANIFEST, Manifest, read_manifest
from flows.release_files.table_files import read_parquet
from flows.site.newest import Newest
from flows.site.page import Page
from flows.site.texts import word
from flows.stores.open import open_reader
from flows.stores.store import Reader
from schemas.tables import frame

#: the tables that the page is made of, which are small whatever the hub is
_TABLES = ("hub_trends", "hub_families", "hub_agreement")
_LARGEST_TABLE = 2**28
#: what is drawn: axis and label of the trends, and the word of the texts
_DRAWN = (
    ("licence", "untagged", "hub_untagged"),
    ("access", "open", "hub_open"),
    ("access", "conditional", "hub_conditional"),
    ("density", "sparse", "hub_sparse"),
)
#: how many families are shown, and relations that have a colour of their own
_FAMILIES, _RELATIONS = 20, 4
#: how many disagreements are listed
_LISTED = 200
#: the chart: width and height of its field, and what is left of and below it
_WIDTH, _HEIGHT, _LEFT, _BELOW = 640, 260, 44, 26
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)


@dataclass(frozen=True)
class HubRelease:
    """The newest release of the hub layer: what it is, and its small tables."""

    manifest: Manifest
    tables: Mapping[str, pl.DataFrame]


def _table(reader: Reader, manifest: Manifest, version: str, table: str, folder: Path) -> pl.DataFrame:
    path = hub_path(table, 0)
    said = manifest.files.get(path)
    if said is None:
        raise UserError(
            f"{reader.place}: {version} has no {path}; publish a release of the hub layer with this program"
        )
    reader.download(f"{version}/{path}", folder / path, _LARGEST_TABLE)
    if digest((folder / path).read_bytes()) != said.sha256:
        raise UserError(f"{reader.place}: {version}/{path} is not the published one; put it back, from a mirror")
    return frame(read_parquet(folder / path))


def newest_hub(place: str) -> HubRelease | None:
    """The newest release of the hub layer in the store at `place`; None if it has none.

    Raises UserError if it is not what its index promises, or lacks what the page shows; StoreError if it cannot be read.
    """
    inner = f"{place.rstrip('/')}/{HUB}"
    if "://" not in place and not Path(inner).is_dir():
        return None
    reader = open_reader(inner)
    content = reader.read(INDEX, MAX_INDEX)
    index = read_index(content, reader.place)
    version = latest(index.releases)
    if version is None:
        return None
    said = reader.read(f"{version}/{MANIFEST}", MAX_MANIFEST)
    if said is None or digest(said) != find(index.releases, version, reader.place).manifest_sha256:
        raise UserError(f"{reader.place}: {version}/{MANIFEST} is not the one of the index; put it back, from a mirror")
    manifest = read_manifest(said, f"{reader.place}: {version}/{MANIFEST}")
    with TemporaryDirectory(prefix="kiban-") as folder:
        tables = {table: _table(reader, manifest, version, table, Path(folder)) for table in _TABLES}
    return HubRelease(manifest, tables)


def _month(text: str) -> int:
    year, month = text.split("-")
    return int(year) * 12 + int(month) - 1


@dataclass(frozen=True)
class Line:
    """One line of the chart: its word, points as SVG has them, and the share of each month."""

    word: str
    points: str
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Chart:
    """Lines over months: the field, marks of the axes as place and text, months from the newest on."""

    lines: Sequence[Line]
    months: Sequence[str]
    years: Sequence[tuple[float, int]]
    steps: Sequence[tuple[float, int]]
    width: int = _WIDTH
    height: int = _HEIGHT
    left: int = _LEFT
    below: int = _BELOW


def _chart(trends: pl.DataFrame) -> Chart | None:
    """The chart of `hub_trends`; None if there are not two months."""
    of: dict[tuple[str, str], dict[str, float]] = {(axis, label): {} for axis, label, _ in _DRAWN}
    for row in trends.iter_rows(named=True):
        if (row["axis"], row["label"]) in of:
            of[row["axis"], row["label"]][row["created_in"]] = row["created_share"]
    months = sorted({month for shares in of.values() for month in shares})
    if len(months) < 2:
        return None
    first, last = _month(months[0]), _month(months[-1])

    def across(month: int) -> float:
        return round(_LEFT + (month - first) / (last - first) * _WIDTH, 1)

    lines = [
        Line(
            name,
            " ".join(
                f"{across(_month(month))},{round((1 - share) * _HEIGHT, 1)}" for month, share in sorted(shares.items())
            ),
            shares,
        )
        for axis, label, name in _DRAWN
        for shares in (of[axis, label],)
    ]
    years = [(across(year * 12), year) for year in range(-(-first // 12), last // 12 + 1)]
    steps = [(round((1 - share / 100) * _HEIGHT, 1), share) for share in (0, 25, 50, 75, 100)]
    return Chart(lines, months[::-1], years, steps)


@dataclass(frozen=True)
class Family:
    """A repository and how many were made from it: in all, in one step, by relation, and as parts of a bar."""

    base: str
    address: str | None
    total: int
    direct: int
    counts: Sequence[int]
    bar: Sequence[tuple[float, float]]


def _families(table: pl.DataFrame) -> tuple[list[str], list[Family]]:
    """The most frequent relations of the largest families, the rest last as `other`; and these families."""
    both = (pl.col("descendants_count").sum().alias("total"), pl.col("repositories_count").sum().alias("direct"))
    totals = table.group_by("base_id").agg(*both)
    largest = totals.sort("total", "base_id", descending=[True, False]).head(_FAMILIES)
    of = table.join(largest, on="base_id")
    relations = of.group_by("relation").agg(pl.col("descendants_count").sum())
    ordered = relations.sort("descendants_count", "relation", descending=[True, False])["relation"].to_list()
    named, rest = ordered[:_RELATIONS], ["other"] if len(ordered) > _RELATIONS else []
    found = {
        (base, relation): count
        for base, relation, count in of.select("base_id", "relation", "descendants_count").rows()
    }
    most = max(largest["total"].to_list(), default=1)
    families = []
    for base, total, direct in largest.rows():
        counts = [found.get((base, relation), 0) for relation in named]
        counts += [total - sum(counts) for _ in rest]
        ends = [sum(counts[:number]) / most * 100 for number in range(len(counts) + 1)]
        bar = [(round(start, 2), round(end - start, 2)) for start, end in pairwise(ends)]
        address = f"https://huggingface.co/{base}" if _REPOSITORY.fullmatch(base) else None
        families.append(Family(base, address, total, direct, counts, bar))
    return [*named, *rest], families


def _aspects(release: Newest, found: Sequence[Agreed]) -> dict[str, dict[str, str]]:
    """Names of what is compared, by language: titles of axes, and words for facts."""
    titles = {row["axis"]: row for row in release.rows["axes"]}
    return {
        language: {
            one.aspect: titles[one.aspect][f"title_{language}"] if one.aspect in titles else word(one.aspect, language)
            for one in found
        }
        for language in about.LANGUAGES
    }


def hub_pages(release: Newest, hub: HubRelease | None) -> Iterator[Page]:
    """The page of the hub layer, if the store has a release of it."""
    if hub is None:
        return
    compared = hub.tables["hub_agreement"].to_dicts()
    agreement = agreed(compared)
    relations, families = _families(hub.tables["hub_families"])
    differing = [row for row in compared if row["agreement"] == "differs"]
    models = {row["model_id"] for row in release.rows["models"]}
    context = {
        "hub": hub.manifest,
        "repositories": hub.manifest.tables["hub_models"].rows,
        "chart": _chart(hub.tables["hub_trends"]),
        "relations": relations,
        "families": families,
        "agreement": agreement,
        "aspects": _aspects(release, agreement),
        "differing": [{**row, "has_page": row["model_id"] in models} for row in differing[:_LISTED]],
        "count": len(differing),
    }
    yield Page(f"{HUB}/", "hub.html.j2", "hub", context)
