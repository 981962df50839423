"""What is verified: one release folder, with what its checks read of it more than once."""

import hashlib
import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from flows.bounded import CHECK, at
from flows.layout import DATA_PACKAGE, INDEX, MANIFEST, hub_path, is_hub, table_path
from flows.verification.untrusted import PLAIN_NAME, UnfitError, inside, mapping, mappings, parse, read, text, walk

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.dataset as ds

Status = Literal["passed", "failed", "not run"]

#: what an index of thousands of releases stays below
INDEX_LIMIT = 64 * 1024 * 1024

#: what a table may claim to take; one that takes more than it claims is stopped by the bounds of its check
TABLE_LIMIT = CHECK.memory


@dataclass(frozen=True)
class Check:
    """Outcome of one check: what was looked at, and each problem as place and what is wrong."""

    name: str
    status: Status
    detail: str
    problems: list[str]


@dataclass(frozen=True)
class Outcome:
    """What a check found: one line on what it looked at, and its problems."""

    detail: str
    problems: list[str]


class NotRunError(Exception):
    """A check cannot be run here; the message says why, and what would mend it."""


@dataclass(frozen=True)
class Root:
    """The root of a store: `read` gives the content of a small file, None if there is none. It must pickle.

    `not_before` is the serial that its index must have reached, for a reader who saw that one before.
    """

    place: str
    read: Callable[[str, int], bytes | None]
    not_before: int | None = None

    @cached_property
    def index_bytes(self) -> bytes:
        """Content of `releases.json`. Raises UnfitError if there is none."""
        content = self.read(INDEX, INDEX_LIMIT)
        if content is None:
            raise UnfitError("releases.json: is missing")
        return content

    @cached_property
    def index(self) -> Mapping[str, object]:
        """The index of releases. Raises UnfitError if it is no JSON object."""
        return mapping(parse(self.index_bytes, INDEX), INDEX)

    @cached_property
    def entries(self) -> list[Mapping[str, object]]:
        """What the index says of each release. Raises UnfitError if it is no list of objects."""
        return mappings(self.index.get("releases"), "releases.json: releases")

    def entry(self, version: str) -> Mapping[str, object]:
        """What the index says of a version. Raises UnfitError if it says nothing."""
        for entry in self.entries:
            if entry.get("version") == version:
                return entry
        raise UnfitError(f"releases.json: names no {version}")


@dataclass(frozen=True)
class Subject:
    """One release folder on this disk, and what is known from outside of it.

    `version` is the one asked for; `entry` is what an index says of it; `signers` are
    allowed signers of the reader's own.
    """

    release: Path
    version: str | None = None
    previous: Path | None = None
    root: Root | None = None
    entry: Mapping[str, object] | None = None
    signers: bytes | None = None
    _digests: dict[str, str] = field(default_factory=dict, compare=False)
    _tables: "dict[str, pa.Table]" = field(default_factory=dict, compare=False)

    def packed(self) -> bytes:
        """The subject for another process, without what was read of it here."""
        root = self.root and Root(self.root.place, self.root.read)
        return pickle.dumps(replace(self, root=root, _digests={}, _tables={}))

    @cached_property
    def listing(self) -> tuple[list[str], list[str]]:
        """Files of the release, sorted, and whatever lies there that is neither file nor folder."""
        return walk(self.release)

    @property
    def files(self) -> list[str]:
        """Files of the release, sorted."""
        return self.listing[0]

    def digest(self, path: str) -> str:
        """SHA-256 of a file of the release. Raises UnfitError if there is none."""
        if path not in self._digests:
            with inside(self.release, path).open("rb") as file:
                self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
        return self._digests[path]

    def json(self, path: str) -> Mapping[str, object]:
        """The JSON object in a file of the release. Raises UnfitError if it is none."""
        at(path)
        return mapping(parse(read(self.release, path), path), path)

    @cached_property
    def manifest(self) -> Mapping[str, object]:
        """`release.json`. Raises UnfitError if it is no JSON object."""
        return self.json(MANIFEST)

    @cached_property
    def package(self) -> Mapping[str, object]:
        """`datapackage.json`. Raises UnfitError if it is no JSON object."""
        return self.json(DATA_PACKAGE)

    @cached_property
    def contents(self) -> dict[str, str]:
        """Content hash of every table by the manifest. Raises UnfitError if it is not of the known shape."""
        place = "release.json: tables"
        found = {}
        for name, entry in mapping(self.manifest.get("tables"), place).items():
            if not PLAIN_NAME.fullmatch(name):
                raise UnfitError(f"{place}: {name!r} is no name of a table")
            found[name] = text(mapping(entry, place).get("content_sha256"), f"{place}: {name}: content_sha256")
        return found

    @property
    def is_hub(self) -> bool:
        """Whether it is a release of the hub layer, by its tables; False if its manifest cannot say so."""
        try:
            return is_hub(self.contents)
        except UnfitError:
            return False

    def files_of(self, table: str) -> list[str]:
        """Paths of the Parquet files of a table, in the order of its rows, as they must be called."""
        if not self.is_hub:
            return [table_path(table, "parquet")]
        numbered = (hub_path(table, number) for number in range(len(self.files)))
        return list(takewhile(lambda path: path in self.files, numbered)) or [hub_path(table, 0)]

    def dataset(self, paths: Sequence[str]) -> "ds.Dataset":
        """Parquet files of the release as one table, to be read part by part. Raises UnfitError if one is too large, or none."""
        import pyarrow.dataset as ds

        places = [inside(self.release, path) for path in paths]
        for place, path in zip(places, paths, strict=True):
            check_size(place, path)
        return ds.dataset([str(place) for place in places], format="parquet")

    @property
    def parquets(self) -> list[str]:
        """Paths of all Parquet files that lie in the release."""
        return [path for path in self.files if path.endswith(".parquet")]

    def table(self, path: str) -> "pa.Table":
        """Table in a Parquet file of the release, pages unchecked. Raises UnfitError if it is too large."""
        import pyarrow.parquet as pq

        if path not in self._tables:
            place = inside(self.release, path)
            check_size(place, path)
            self._tables[path] = pq.read_table(place, page_checksum_verification=False)
        return self._tables[path]

    def key(self, path: str) -> list[str]:
        """Columns of the key of a Parquet file, by its own metadata. Raises UnfitError if it names none."""
        import pyarrow.parquet as pq

        return key_of(path, pq.read_schema(inside(self.release, path)) if self.is_hub else self.table(path).schema)


def key_of(path: str, schema: "pa.Schema") -> list[str]:
    """Columns of the key of a Parquet file, by the metadata of its schema. Raises UnfitError if it names none."""
    key = (schema.metadata or {}).get(b"kiban.key", b"").decode("utf-8")
    columns: list[str] = key.split(",")
    if not key or not set(columns) <= set(schema.names):
        raise UnfitError(f"{path}: its metadata has no kiban.key that names columns")
    return columns


def check_size(place: Path, path: str) -> None:
    """Raise UnfitError if a Parquet file says that it holds more than is reasonable."""
    import pyarrow.parquet as pq  # the process that only starts checks never needs it

    at(path)
    metadata = pq.read_metadata(place)
    size = sum(metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups))
    if size > TABLE_LIMIT or metadata.num_rows > TABLE_LIMIT // 100:
        raise UnfitError(f"{path}: {metadata.num_rows} rows of {size} bytes are more than a release holds")
