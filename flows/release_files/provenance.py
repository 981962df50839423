"""`provenance.json`: what a release was made from, as an in-toto statement with SLSA provenance.

It names contents by their hashes and nothing else: no machine, no time, no address. The same
records give the same bytes.
"""

from pathlib import Path

from flows.about import NAME
from flows.canonical import sha256, to_json
from flows.figures.font import font_file, font_sha256
from flows.layout import PROVENANCE, UNLISTED, Identity
from flows.release_files.manifest import library_version

#: name of the file; a statement cannot be its own subject


def _files(folder: Path, below: Path) -> list[dict[str, object]]:
    """Every file in `below`, named by its path in `folder`, with its SHA-256, in order of the names."""
    named = {path.relative_to(folder).as_posix(): path for path in below.rglob("*") if path.is_file()}
    return [{"name": name, "digest": {"sha256": sha256(named[name])}} for name in sorted(named)]


def provenance(folder: Path, identity: Identity, root: Path) -> str:
    """Text of `provenance.json` for a release.

    `folder` holds the files written so far: all but those that no manifest lists, and the
    statement itself, become its subjects. `root` is the project: its records (`raw/`), its
    `requirements.txt` if there is one, the font of the figures, and the commit of `identity` if it
    is known become the materials.
    """
    materials: list[dict[str, object]] = []
    if identity.commit is not None:
        digest = {"gitCommit": identity.commit}
        materials.append({"name": "source", "digest": digest, "annotations": {"clean": identity.clean}})
    materials += _files(root, root / "raw")
    requirements = root / "requirements.txt"
    if requirements.is_file():
        materials.append({"name": requirements.name, "digest": {"sha256": sha256(requirements)}})
    drawn_by = {"drawn_by": f"matplotlib {library_version('matplotlib')}"}
    materials.append({"name": font_file().name, "digest": {"sha256": font_sha256()}, "annotations": drawn_by})
    statement = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [entry for entry in _files(folder, folder) if entry["name"] not in (*UNLISTED, PROVENANCE)],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": f"urn:{NAME}:release:1",
                "externalParameters": {
                    "version": identity.version,
                    "as_of": identity.as_of.isoformat(),
                    "previous": identity.previous,
                },
                "resolvedDependencies": materials,
            },
            "runDetails": {"builder": {"id": f"urn:{NAME}:publisher"}},
        },
    }
    return to_json(statement)
