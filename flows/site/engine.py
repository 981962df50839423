"""The SQL page: DuckDB-WASM beside the release, all of it served by the site itself."""

import base64
import hashlib
import json
import shutil
from pathlib import Path

from flows.derive.sandbox import closed_off
from flows.errors import UserError
from flows.layout import DATABASE, QUERIES
from flows.site.newest import Newest
from flows.site.overview import release_questions
from flows.site.page import Page
from flows.site.texts import TEXTS
from schemas.products import FILES

#: files of the package @duckdb/duckdb-wasm, in its folder `dist`, that the page loads
_ENGINE = ("duckdb-browser.mjs", "duckdb-browser-eh.worker.js", "duckdb-eh.wasm")
#: Apache Arrow, which the package brings along as a dependency and the engine asks for by this name
_ARROW, _ARROW_FILE = "apache-arrow", "Arrow.es2015.min.js"
_INSTALL = "install it with: npm install @duckdb/duckdb-wasm, and give node_modules/@duckdb/duckdb-wasm/dist"
#: words that the script of the page says
_SAID = ("loading", "running", "rows_found", "rows_shown", "engine_too_old")


def _sources(dist: Path) -> dict[str, Path]:
    """The files to copy by name. Raises UserError if one is not there."""
    arrow = dist.absolute().parents[2] / _ARROW if len(dist.absolute().parents) > 2 else dist
    files = {name: dist / name for name in _ENGINE} | {_ARROW_FILE: arrow / _ARROW_FILE}
    licences = {"LICENSE-apache-arrow.txt": arrow / "LICENSE.txt", "NOTICE-apache-arrow.txt": arrow / "NOTICE.txt"}
    licences["package-duckdb-wasm.json"] = dist.parent / "package.json"  # says the licence, MIT, and the version
    if missing := sorted(str(path) for path in files.values() if not path.is_file()):
        raise UserError(f"{dist}: there is no engine for the SQL page: {', '.join(missing)} is missing; {_INSTALL}")
    return files | {name: path for name, path in licences.items() if path.is_file()}


def copy_engine(dist: Path, target: Path) -> None:
    """Copy the engine's files into the folder `target` of a site. Raises UserError if `dist` has not all of them."""
    sources = _sources(dist)
    target.mkdir(parents=True)
    for name, path in sorted(sources.items()):
        shutil.copyfile(path, target / name)


def storage_version(database: Path) -> str:
    """The oldest version of DuckDB that can read a file, such as v1.0.0; by this an engine in a browser is measured."""
    with closed_off(database) as connection:
        row = connection.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = current_database()"
        ).fetchone()
    return str(row[0]).split("+")[0] if row else ""


def sql_page(release: Newest) -> Page:
    """The page that runs queries over the newest release."""
    # resolved against the page's own address; its text stands in the policy of the page by its hash
    import_map = json.dumps({"imports": {_ARROW: "../../assets/arrow.mjs"}})
    context = {
        "import_map": import_map,
        "import_map_sha256": base64.b64encode(hashlib.sha256(import_map.encode()).digest()).decode(),
        "arrow": _ARROW_FILE,
        "questions": release_questions(release),
        "queries": QUERIES,
        "database": DATABASE,
        "storage": storage_version(release.folder / DATABASE),
        "script_texts": {
            "en": {name: TEXTS[name][0] for name in _SAID},
            "ja": {name: TEXTS[name][1] for name in _SAID},
        },
        "products": list(FILES.values()),
    }
    title = {"en": "SQL", "ja": "SQL"}
    return Page("sql/", "sql.html.j2", title, context)
