"""Derived tables in a folder that is named by all that they are made from: whoever needs the same finds them there."""

import hashlib
import os
import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path

import pyarrow.feather as feather

from flows.canonical import sha256
from flows.derive.products import products
from flows.layout import build_folder, observations_folder
from flows.observed.observations import with_observed
from flows.release_files.manifest import library_versions
from schemas.products import OBSERVED
from schemas.tables import INGESTED, Tables

#: how many sets of derived tables of earlier inputs are kept
_KEPT = 3


def save(tables: Tables, folder: Path) -> Path:
    """Write tables into a new folder, as Arrow files; return it."""
    folder.mkdir(parents=True)
    for name, table in tables.items():
        feather.write_feather(table, str(folder / f"{name}.arrow"), compression="uncompressed")
    return folder


def load(folder: Path, *names: str) -> Tables:
    """The tables of these names that `save` wrote into a folder."""
    return {name: feather.read_table(str(folder / f"{name}.arrow")) for name in names}


def derived_folder(home: Path, ingested: Path, as_of: date) -> Path:
    """Where in the project `home` lie the tables of `ingested`, a folder of `save`, and of what was observed, as of a day."""
    inputs = hashlib.sha256(f"{as_of} {sorted(library_versions().items())}".encode())
    code = [path for package in ("flows", "schemas") for path in Path(str(files(package))).rglob("*")]
    rules = sorted(path for path in code if path.suffix in (".py", ".sql"))
    observed = (observations_folder(home) / f"{table}.parquet" for table in OBSERVED)
    # each kind by itself: which lies before which is not to depend on where they lie
    for path in (*rules, *sorted(ingested.glob("*")), *(path for path in observed if path.is_file())):
        inputs.update(path.name.encode() + bytes.fromhex(sha256(path)))
    return build_folder(home) / ".derived" / inputs.hexdigest()[:32]


def derive_once(home: Path, ingested: Path, as_of: date) -> Path:
    """Derive all published tables into their folder, unless they lie there already; return it. The oldest ones go."""
    folder = derived_folder(home, ingested, as_of)
    if folder.is_dir():
        return folder
    made = products(with_observed(home, load(ingested, *INGESTED)), as_of)
    folder.parent.mkdir(parents=True, exist_ok=True)
    earlier = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in earlier[:-_KEPT]:  # not the newest: another run may be reading it
        shutil.rmtree(old, ignore_errors=True)
    new = folder.with_suffix(f".{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    save(made, new)
    try:
        return new.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
        shutil.rmtree(new)  # another run was faster
        return folder
