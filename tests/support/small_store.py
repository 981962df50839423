"""A signed store of two small releases, whose files are of the right names and hashes and hold next to nothing."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from flows.publishing.signing import sign
from support.keys import allowed, key

OLD, NEW = "2026.10.0", "2026.11.0"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def dump(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def write_release(root: Path, version: str, previous: str | None, sums: bytes | None = None) -> dict[str, object]:
    """Write a small release; return its entry. `sums` are put in the place of its true SHA256SUMS."""
    folder = root / version
    files = {f"data/{name}.csv": f"id\n{version}\n".encode() * 500 for name in ("models", "facts", "labels")}
    files["LICENSE"] = b""
    described = {path: {"bytes": len(content), "sha256": sha(content)} for path, content in files.items()}
    files["release.json"] = dump({"version": version, "files": described, "tables": {}})
    files["kiban.duckdb"] = b"never the same"
    listed = "".join(f"{sha(content)}  {path}\n" for path, content in sorted(files.items())).encode()
    files["SHA256SUMS"] = listed if sums is None else sums
    files["SHA256SUMS.sig"] = sign(files["SHA256SUMS"], key())
    for path, content in files.items():
        write(folder / path, content)
    return {
        "version": version,
        "state": "published",
        "as_of": "2026-11-23",
        "schema_version": "1.0.0",
        "previous": previous,
        "signed": True,
        "manifest": f"{version}/release.json",
        "manifest_sha256": sha(files["release.json"]),
        "sums_sha256": sha(files["SHA256SUMS"]),
        "rows": {},
        "errata": [],
    }


def write_index(root: Path, *entries: Mapping[str, object], signer: str = "publisher", **more: object) -> None:
    """Write the index, its signature, and what lies beside it; `more` is added to the index."""
    standing = [entry["version"] for entry in entries if entry["state"] == "published"]
    beside = {
        name: f"{name} of {[entry['version'] for entry in entries]}".encode()
        for name in ("feed.atom", "catalog.jsonld")
    }
    body = {
        "name": "kiban",
        "latest": standing[-1] if standing else None,
        "files": {name: sha(content) for name, content in beside.items()},
        "releases": list(entries),
        **more,
    }
    for name, content in beside.items():
        write(root / name, content)
    for entry in entries:
        if entry["state"] == "yanked":
            stone = {"version": entry["version"], "reason": entry["reason"], "on": entry["yanked_on"]}
            write(root / "yanked" / f"{entry['version']}.json", dump(stone))
    write(root / "allowed_signers", allowed(key(signer)))
    seal(root, dump(body), signer)


def seal(root: Path, index: bytes, signer: str = "publisher") -> None:
    """Write an index with its signature."""
    write(root / "signatures" / f"{sha(index)}.sig", sign(index, key(signer)))
    write(root / "releases.json", index)


def files(root: Path) -> dict[str, bytes]:
    """Content by path of all files but those that keep others out."""
    found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    return {path: content for path, content in found.items() if not path.endswith(".lock")}


def two_releases(root: Path) -> Path:
    """A store of two releases, the older one yanked."""
    yanked = {**write_release(root, OLD, None), "state": "yanked", "reason": "wrong", "yanked_on": "2026-11-01"}
    write_index(root, yanked, write_release(root, NEW, OLD))
    return root
