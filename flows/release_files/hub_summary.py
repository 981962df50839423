"""What a release of the hub layer counts of its smaller tables, for its README and for the site."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.hub import AGREEMENTS, HUB_CHANGES


@dataclass(frozen=True)
class Agreed:
    """Of an aspect: models whose record and repository agree, differ, and of which one of the two alone speaks."""

    aspect: str
    agrees: int
    differs: int
    only_curated: int
    only_hub: int

    @property
    def share(self) -> float | None:
        """Share that agrees of those of which both speak; None if there is none."""
        both = self.agrees + self.differs
        return self.agrees / both if both else None


def agreed(rows: Iterable[Mapping[str, object]]) -> list[Agreed]:
    """How curated records and repositories agree, by aspect, in the order of their names, from rows of `hub_agreement`."""
    found = Counter((str(row["aspect"]), row["agreement"]) for row in rows)
    aspects = sorted({aspect for aspect, _ in found})
    return [Agreed(aspect, *(found[aspect, verdict] for verdict in AGREEMENTS)) for aspect in aspects]


def changes_by_kind(path: Path) -> dict[str, int]:
    """How many repositories each kind of change happened to."""
    changes = pl.scan_parquet(path).group_by("hub_change").agg(pl.col("hub_id").n_unique())
    found = dict(changes.collect().rows())
    return {kind: found.get(kind, 0) for kind in HUB_CHANGES}
