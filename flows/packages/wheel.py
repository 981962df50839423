"""The wheel `kiban-data`: a release's Parquet files and a typed loader, built by hatchling."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, time
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import flows.about as about
from flows.errors import UserError
from flows.layout import LICENCE_FILE, Identity
from flows.packages.contents import Contents
from flows.packages.texts import readme

#: name of the package on an index, and of its module
PACKAGE, MODULE = f"{about.NAME}-data", f"{about.NAME}_data"
#: licence of the loader, which is code of this project
CODE_LICENCE, CODE_LICENCE_FILE = "Apache-2.0", "LICENSE-CODE"
#: what each form of a table needs
EXTRAS = {
    "arrow": ["pyarrow>=14"],
    "duckdb": ["duckdb>=1.1"],
    "pandas": ["pandas>=2", "pyarrow>=14"],
    "polars": ["polars>=1"],
}


def code_licence() -> str:
    """Text of the licence of this project's code. Raises UserError if the project was not installed with it."""
    text = distribution(about.NAME).read_text(f"licenses/{LICENCE_FILE}")
    if text is None:
        raise UserError(f"{about.NAME} is installed without its licence, which goes into packages; install it by pip")
    return text


def _pyproject(identity: Identity) -> str:
    """Text of `pyproject.toml`; texts and lists are written as JSON, which TOML reads as it stands."""
    project = {
        "name": PACKAGE,
        "version": identity.version,
        "description": about.TITLE,
        "readme": "README.md",
        "requires-python": ">=3.10",
        "license": f"{about.LICENCE} AND {CODE_LICENCE}",
        "license-files": [LICENCE_FILE, CODE_LICENCE_FILE],
        "keywords": about.KEYWORDS,
        "classifiers": ["Typing :: Typed", "Topic :: Scientific/Engineering :: Artificial Intelligence"],
    }
    lines = ["[build-system]", 'requires = ["hatchling"]', 'build-backend = "hatchling.build"', "[project]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in project.items()]
    lines += [f"authors = [{{ name = {json.dumps(about.AUTHOR)} }}]", "[project.optional-dependencies]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in EXTRAS.items()]
    # the first version of metadata with licence expressions: installers know it
    lines += ["[tool.hatch.build.targets.wheel]", f'packages = ["{MODULE}"]', 'core-metadata-version = "2.4"']
    return "\n".join(lines) + "\n"


def _sources(release: Contents) -> dict[str, bytes]:
    """The files of the package's project, by path."""
    loader = files("flows.packages").joinpath(MODULE)
    texts = {
        "pyproject.toml": _pyproject(release.identity),
        "README.md": readme("python", release.identity),
        CODE_LICENCE_FILE: code_licence(),
        f"{MODULE}/__init__.py": loader.joinpath("__init__.py").read_text(encoding="utf-8"),
        f"{MODULE}/py.typed": "",
    }
    carried = {f"{MODULE}/release/{path}": content for path, content in release.files.items()}
    own = {LICENCE_FILE: release.files[LICENCE_FILE]}
    return {path: text.encode("utf-8") for path, text in texts.items()} | carried | own


def _build(sources: Mapping[str, bytes], identity: Identity) -> bytes:
    day = datetime.combine(identity.as_of, time(), UTC)
    with TemporaryDirectory(prefix="kiban-") as folder:
        for path, content in sources.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        # a process of its own: hatchling reads the project from where it runs, and the day of files from the environment
        done = subprocess.run(
            [sys.executable, "-P", "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
            cwd=folder,
            env=os.environ | {"SOURCE_DATE_EPOCH": str(int(day.timestamp())), "PYTHONHASHSEED": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise UserError(
                f"hatchling did not build the wheel: {done.stderr.strip()}; install what requirements.txt pins"
            )
        return Path(folder, "dist", wheel_name(identity.version)).read_bytes()


def wheel_name(version: str) -> str:
    """File name of the wheel of a version."""
    return f"{MODULE}-{version}-py3-none-any.whl"


def wheel(release: Contents) -> bytes:
    """The wheel of a release: the same release gives the same bytes with the same hatchling.

    Raises UserError if hatchling is not there or refuses.
    """
    return _build(_sources(release), release.identity)
