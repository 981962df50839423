"""What a bad publisher could do: change one thing in a store and seal everything else anew."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from flows.canonical import sha256, to_json
from flows.layout import UNLISTED, table_path
from flows.publishing.signing import sign
from flows.release_files.table_files import csv_bytes, csv_hash

#: what is sealed, each by all that come after it
STAGES = ("descriptions", "provenance", "manifest", "sums", "signature", "root", "index")


def edit_json(path: Path, change: Callable[[Any], object]) -> None:
    """Change a JSON file in place; it stays in the canonical form."""
    body = json.loads(path.read_text(encoding="utf-8"))
    change(body)
    path.write_text(to_json(body), encoding="utf-8")


def key_of(table: pa.Table) -> list[str]:
    return (table.schema.metadata[b"kiban.key"]).decode().split(",")


@dataclass(frozen=True)
class Store:
    """A store folder with one release to tamper with, and the key that signs it, if any."""

    folder: Path
    version: str
    key: Path | None = None

    @property
    def release(self) -> Path:
        return self.folder / self.version

    def path(self, name: str) -> Path:
        return self.release / name

    def _describe(self) -> None:
        def package(body: Any) -> None:
            for resource in body["resources"]:
                file = self.path(resource["path"])
                resource["bytes"], resource["hash"] = file.stat().st_size, f"sha256:{sha256(file)}"

        def croissant(body: Any) -> None:
            for file in body["distribution"]:
                path = self.path(file["contentUrl"])
                file["contentSize"], file["sha256"] = f"{path.stat().st_size} B", sha256(path)

        edit_json(self.path("datapackage.json"), package)
        edit_json(self.path("croissant.json"), croissant)

    def _provenance(self) -> None:
        def change(body: Any) -> None:
            for subject in body["subject"]:
                subject["digest"] = {"sha256": sha256(self.path(subject["name"]))}

        edit_json(self.path("provenance.json"), change)

    def files(self) -> list[str]:
        return sorted(p.relative_to(self.release).as_posix() for p in self.release.rglob("*") if p.is_file())

    def _manifest(self) -> None:
        def change(body: Any) -> None:
            for name, entry in body["tables"].items():
                path = table_path(name, "parquet")
                if sha256(self.path(path)) == body["files"][path]["sha256"]:
                    continue  # a content hash takes long
                table = pq.read_table(self.path(path))
                content = csv_hash(table, key_of(table))
                entry.update(rows=table.num_rows, content_sha256=content)
            body["files"] = {
                name: {"bytes": self.path(name).stat().st_size, "sha256": sha256(self.path(name))}
                for name in self.files()
                if name not in UNLISTED
            }

        edit_json(self.path("release.json"), change)

    def _sums(self) -> None:
        listed = [name for name in self.files() if name not in ("SHA256SUMS", "SHA256SUMS.sig")]
        text = "".join(f"{sha256(self.path(name))}  {name}\n" for name in listed)
        self.path("SHA256SUMS").write_text(text, encoding="utf-8")

    def _sign(self) -> None:
        if self.key is not None:
            self.path("SHA256SUMS.sig").write_bytes(sign(self.path("SHA256SUMS").read_bytes(), self.key))

    def _root(self) -> None:
        manifest = json.loads(self.path("release.json").read_text(encoding="utf-8"))

        def change(body: Any) -> None:
            (entry,) = (entry for entry in body["releases"] if entry["version"] == self.version)
            entry["manifest_sha256"] = sha256(self.path("release.json"))
            entry["sums_sha256"] = sha256(self.path("SHA256SUMS"))
            entry["rows"] = {name: table["rows"] for name, table in manifest["tables"].items()}
            body["files"] = {name: sha256(self.folder / name) for name in body["files"]}

        edit_json(self.folder / "releases.json", change)

    def _index(self) -> None:
        if self.key is not None:
            content = (self.folder / "releases.json").read_bytes()
            target = self.folder / "signatures" / f"{hashlib.sha256(content).hexdigest()}.sig"
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(sign(content, self.key))

    def seal(self, since: str = "descriptions") -> None:
        """Seal everything from one of STAGES on, as the publisher would have."""
        work = (self._describe, self._provenance, self._manifest, self._sums, self._sign, self._root, self._index)
        for step in work[STAGES.index(since) :]:
            step()

    def rewrite(self, table: str, change: Callable[[pa.Table], pa.Table], *, everywhere: bool = True) -> None:
        """Change a table in its Parquet file; and in CSV and DuckDB too, if `everywhere`."""
        path = self.path(table_path(table, "parquet"))
        found = pq.read_table(path)
        made = change(found).replace_schema_metadata(found.schema.metadata)
        pq.write_table(made, path, compression="zstd", version="2.6", write_page_checksum=True)
        if everywhere:
            self.path(table_path(table, "csv")).write_bytes(csv_bytes(made, key_of(made)))
            self.database(f'delete from "{table}"', f'insert into "{table}" select * from made', made=made)

    def database(self, *statements: str, **tables: pa.Table) -> None:
        """Run SQL in kiban.duckdb."""
        with duckdb.connect(str(self.path("kiban.duckdb"))) as connection:
            for name, table in tables.items():
                connection.register(name, table)
            for statement in statements:
                connection.execute(statement)


def cell(column: str, value: object, row: int = 0) -> Callable[[pa.Table], pa.Table]:
    """A change of a table: one cell holds something else."""

    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(column)
        values = table.column(column).to_pylist()
        values[row] = value
        return table.set_column(place, table.schema.field(place), pa.array(values, table.schema.field(place).type))

    return change


def spoil_page_checksum(path: Path) -> None:
    """Flip a bit of a Parquet file that changes no value, but the checksum that stands beside a page."""
    content, table = path.read_bytes(), pq.read_table(path)
    for place in range(4, min(400, len(content))):
        spoilt = bytearray(content)
        spoilt[place] ^= 2
        try:
            if not pq.read_table(pa.BufferReader(bytes(spoilt))).equals(table):
                continue
        except (OSError, pa.ArrowException):
            continue
        try:
            pq.read_table(pa.BufferReader(bytes(spoilt)), page_checksum_verification=True)
        except OSError:
            path.write_bytes(spoilt)
            return
    raise AssertionError(f"no bit of {path} changes a checksum alone")


def other_key(line: bytes) -> bytes:
    """A line of allowed signers with the key of nobody."""
    head, encoded = line.rstrip(b"\n").rsplit(b" ", 1)
    blob = bytearray(base64.b64decode(encoded))
    blob[-1] ^= 1
    return head + b" " + base64.b64encode(bytes(blob)) + b"\n"
