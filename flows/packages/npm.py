"""The npm package `kiban-data`: the JSON of a release, and types made from its schemas; no npm is needed to build it."""

import gzip
import io
import json
import tarfile
from importlib.resources import files

import flows.about as about
from flows.api.files import api_files
from flows.api.json_schemas import json_schemas
from flows.layout import CITATION, LICENCE_FILE, Identity
from flows.packages.contents import Contents, tables_of
from flows.packages.texts import readme
from flows.packages.typescript import declarations
from flows.packages.wheel import CODE_LICENCE, CODE_LICENCE_FILE, PACKAGE, code_licence

#: time of every file, as npm itself writes it: 1985-10-26T08:15:00Z
_TIME = 499162500
#: documents that are inside of the module, so that no loader of JSON is needed
_INSIDE = ("index", "labels", "licences", "models", "organisations")


def _package_json(identity: Identity) -> str:
    """Text of `package.json`; keys stand as written, for of the conditions of an export the first that fits counts."""
    package = {
        "name": PACKAGE,
        "version": identity.version,
        "description": about.TITLE,
        "license": f"{about.LICENCE} AND {CODE_LICENCE}",
        "author": about.AUTHOR,
        "keywords": list(about.KEYWORDS),
        "type": "module",
        "sideEffects": False,
        "main": "./index.js",
        "types": "./index.d.ts",
        "exports": {
            ".": {"types": "./index.d.ts", "default": "./index.js"},
            "./api/*": "./api/*",
            "./package.json": "./package.json",
        },
        "engines": {"node": ">=18"},
    }
    return json.dumps(package, ensure_ascii=False, indent=2) + "\n"


def _texts(release: Contents) -> dict[str, str]:
    """The files of the package, by path."""
    tables = tables_of(release)
    documents = dict(api_files(tables, release.identity))
    sources = files("flows.packages").joinpath("npm_data")
    inside = [f"export const {name} = {documents[f'api/{name}.json'].strip()};\n" for name in _INSIDE]
    types = declarations(json_schemas(tables)) + "\n" + sources.joinpath("index.d.ts").read_text(encoding="utf-8")
    return documents | {
        "package.json": _package_json(release.identity),
        "README.md": readme("npm", release.identity),
        LICENCE_FILE: release.files[LICENCE_FILE].decode("utf-8"),
        CODE_LICENCE_FILE: code_licence(),
        CITATION: release.files[CITATION].decode("utf-8"),
        "data.js": "".join(inside),
        "index.js": sources.joinpath("index.js").read_text(encoding="utf-8"),
        "index.d.ts": types,
    }


def npm_name(version: str) -> str:
    """File name of the tarball of a version."""
    return f"{PACKAGE}-{version}.tgz"


def npm_tarball(release: Contents) -> bytes:
    """The npm tarball of a release; the same release gives the same bytes.

    Raises UserError if the id of a model cannot be the name of a file.
    """
    packed = io.BytesIO()
    with (
        gzip.GzipFile(filename="", fileobj=packed, mode="wb", mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path, text in sorted(_texts(release).items()):
            content = text.encode("utf-8")
            entry = tarfile.TarInfo(f"package/{path}")
            entry.size, entry.mtime, entry.mode = len(content), _TIME, 0o644
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
