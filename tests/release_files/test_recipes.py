"""The recipes run as they stand: in the folder of a release, over HTTP, with the package, and in Node."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import duckdb_extension_httpfs
import pytest

from flows.api.files import api_files
from flows.layout import Identity
from flows.packages.build import build
from flows.publishing.publish import publish
from flows.release_files.kiban_sql import sql_files
from flows.release_files.recipes import ELSEWHERE, recipes
from flows.stores.folder import FolderStore
from schemas.products import FILES, PRODUCTS
from support.project import TODAY, make_project
from support.published import two_records
from support.servers import Web, web_server

IDENTITY = Identity("2026.11.0", TODAY, None, None, False)
HTTPFS = (
    Path(duckdb_extension_httpfs.__file__).parent / f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension"
).as_posix()
BLOCK = re.compile(r"^```([a-z]+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = BLOCK.findall(recipes(IDENTITY))


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A web server over a release of two records as a site lays it out, as `latest`."""
    folder = tmp_path_factory.mktemp("recipes")
    root = make_project(folder / "project").root
    made = two_records()
    publish(root, made, TODAY, FolderStore(folder / "site"), "2026.11.0", None)
    (folder / "site/2026.11.0").rename(folder / "site/latest")
    with web_server(folder / "site") as web:
        texts = dict(api_files(made, IDENTITY)) | sql_files(f"{web.url}/latest", FILES, TODAY)
        for path, text in texts.items():
            (folder / "site" / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / "site" / path).write_text(text, encoding="utf-8")
        yield web


@pytest.fixture(scope="module")
def release(site: Web, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "recipes0/site/latest"


def run(command: list[str], cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_there_are_recipes_for_each_tool() -> None:
    assert {kind for kind, _ in BLOCKS} == {"sql", "python", "r", "powerquery", "text", "js"}


def test_those_for_python_run_in_the_folder_of_a_release(release: Path, tmp_path: Path) -> None:
    programs = [text for text in blocks("python") if "kiban_data" not in text]
    assert {name for text in programs for name in re.findall(r"import (\w+)", text)} == {"duckdb", "pandas", "polars"}
    for text in programs:
        assert run([sys.executable, "-W", "error", "-c", text], release)


def test_that_for_the_package_runs_with_the_wheel(release: Path, tmp_path: Path) -> None:
    (wheel, _), _ = build(release, tmp_path)
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    (text,) = [text for text in blocks("python") if "kiban_data" in text]
    assert run([sys.executable, "-c", text], tmp_path / "installed").startswith("2026.11.0 (2, ")


def test_those_for_duckdb_run_in_the_folder_and_over_http(release: Path, site: Web) -> None:
    for text in blocks("sql"):
        # in two steps: import database reads its script before anything of the same text has run
        steps = (f"load '{HTTPFS}'", text.replace(ELSEWHERE, site.url))
        program = f"import duckdb; c = duckdb.connect(); [c.execute(step) for step in {steps!r}]"
        run([sys.executable, "-c", program], release)
    assert {status for _, path, _, status in site.requests if path.endswith(".parquet")} == {200, 206}


@pytest.mark.skipif(not shutil.which("node"), reason="there is no Node here")
def test_that_for_javascript_runs_over_http(site: Web, tmp_path: Path) -> None:
    (text,) = blocks("js")
    program = tmp_path / "use.mjs"
    program.write_text(text.replace(ELSEWHERE, site.url), encoding="utf-8")
    assert run(["node", str(program)], tmp_path) == "2026.11.0 [ 'Two' ]\n175000000000 stated\n"


def test_columns_are_counted_and_typed_as_the_table_has_them() -> None:
    flat = PRODUCTS["models_flat"].columns
    query = blocks("text")[0]
    for number, name in re.findall(r"Col(\d+) (?:is )?`(\w+)`", recipes(IDENTITY)):
        assert flat[int(number) - 1] == name and f"Col{number}" in query
    typed = re.findall(r'\{"(\w+)", (.+?)\}', blocks("powerquery")[0])
    assert dict(typed)["parameters"] == "Int64.Type" and dict(typed)["announced"] == "type date"
    assert [name for name, _ in typed] == [name for name in flat if name in dict(typed)]


def test_every_file_that_a_recipe_names_is_in_a_release(release: Path) -> None:
    named = set(re.findall(r"\b(?:data/\w+\.(?:parquet|csv)|[a-z]+\.(?:parquet|duckdb|sql))\b", recipes(IDENTITY)))
    assert {name for name in named if not (release / name).is_file()} == set()
