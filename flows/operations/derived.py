"""Derived tables in a folder that is named by all that they are made from: whoever needs the same finds them there."""

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.feather as feather

from flows.canonical import made_whole, sha256
from flows.derive.products import Deriving, products
from flows.derive.queries import FAILS
from flows.layout import build_folder, observations_folder
from flows.observed.observations import with_observed
from flows.release_files.manifest import library_versions
from schemas.products import OBSERVED, PRODUCTS
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
    return _keep(products(with_observed(home, load(ingested, *INGESTED)), as_of), folder)


def _keep(made: Tables, folder: Path) -> Path:
    """Write derived tables into their folder, unless another run was faster; return it. The oldest ones go."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    earlier = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in earlier[:-_KEPT]:  # not the newest: another run may be reading it
        shutil.rmtree(old, ignore_errors=True)
    return made_whole(folder, lambda new: save(made, new))


class DerivingOnce:
    """As `Deriving`, of the records in `home`; what lies in its folder already is not derived again."""

    def __init__(self, home: Path, as_of: date) -> None:
        self._home, self._as_of = home, as_of
        self._stack = ExitStack()

    def __enter__(self) -> "DerivingOnce":
        self._beside = self._stack.enter_context(ThreadPoolExecutor(max_workers=1))
        self._deriving = self._stack.enter_context(Deriving(self._as_of))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def begin(self, tables: Tables) -> None:
        """Begin to derive from the ingested tables, beside what was observed."""
        self._folder = self._beside.submit(self._find, tables)
        self._deriving.begin(lambda: with_observed(self._home, tables), lambda: not self._folder.result().is_dir())

    def _find(self, tables: Tables) -> Path:
        with TemporaryDirectory(prefix="kiban-") as beside:
            return derived_folder(self._home, save(tables, Path(beside, "ingested")), self._as_of)

    def _found(self, *names: str) -> Tables | None:
        folder = self._folder.result()
        with suppress(FileNotFoundError, pa.ArrowInvalid):  # a run that keeps others took it away, or it is broken
            return load(folder, *names) if folder.is_dir() else None
        return None

    def products(self) -> Tables:
        """The tables as of `flows.derive.products.products`, which are kept for who needs the same."""
        if (found := self._found(*PRODUCTS)) is not None:
            return found
        made = self._deriving.products()
        # where a query could not run, a busy machine may be the reason: the next run asks again
        if FAILS not in made["claims"]["verdict"].to_pylist():
            with suppress(OSError):  # of a project that may only be read, or a full disk
                _keep(made, self._folder.result())
        return made

    def claims(self) -> pa.Table:
        """The published table `claims` alone, without holding the others in memory."""
        found = self._found("claims")
        return found["claims"] if found is not None else self._deriving.claims()
