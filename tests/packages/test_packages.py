"""The packages of a release: the same bytes each time, installed and used from the built files, and made of nothing else."""

import base64
import csv
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.check import check
from flows.cli.main import app
from flows.derive.products import products
from flows.errors import UserError
from flows.packages.build import build
from flows.packages.contents import contents
from flows.packages.npm import npm_tarball
from flows.packages.typescript import type_of
from flows.packages.wheel import wheel
from flows.publishing.publish import preview, publish
from flows.stores.folder import FolderStore
from schemas.products import FILES, PRODUCTS
from support.project import REPOSITORY, TODAY, Project, make_project
from support.published import two_records

VERSION = "2026.11.0"
WHEEL, TARBALL = f"kiban_data-{VERSION}-py3-none-any.whl", f"kiban-data-{VERSION}.tgz"
NODE = pytest.mark.skipif(not (shutil.which("node") and shutil.which("npm")), reason="there is no Node here")
TSC = REPOSITORY / "explorer/node_modules/.bin/tsc"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with a published release."""
    made = make_project(tmp_path_factory.mktemp("packages") / "project")
    publish(made.root, two_records(), TODAY, FolderStore(made.root / "build/releases"), VERSION, None)
    return made


@pytest.fixture(scope="module")
def release(project: Project) -> Path:
    return project.root / "build/releases" / VERSION


@pytest.fixture(scope="module")
def packages(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    assert [path.name for path, _ in build(release, folder)] == [WHEEL, TARBALL]
    return folder


@pytest.fixture(scope="module")
def installed(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that pip installed the wheel into, without an index."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--disable-pip-version-check"]
    subprocess.run([*pip, "--target", folder, packages / WHEEL], check=True)
    return folder


def python(installed: Path, code: str, *options: str) -> str:
    """What a program prints that uses the installed wheel, and nothing of this project."""
    text = f"import sys; sys.path.insert(0, {str(installed)!r}); import kiban_data as k\n{code}"
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-W", "error", *options, "-c", text],
        cwd=installed,
        env=own,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def members(content: bytes) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
        for entry in archive:
            held = archive.extractfile(entry)
            assert held is not None
            yield entry, held.read()


def test_the_same_release_gives_the_same_bytes_wherever_and_whenever(
    release: Path, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = shutil.copytree(release, tmp_path / "elsewhere")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.chdir(tmp_path)
    assert wheel(contents(copy)) == (packages / WHEEL).read_bytes()
    assert npm_tarball(contents(copy)) == (packages / TARBALL).read_bytes()


def test_the_wheel_records_every_file_and_carries_licence_and_citation(packages: Path) -> None:
    with zipfile.ZipFile(packages / WHEEL) as archive:
        assert archive.testzip() is None
        info = f"kiban_data-{VERSION}.dist-info"
        recorded = {
            path: digest for path, digest, _ in csv.reader(archive.read(f"{info}/RECORD").decode().splitlines())
        }
        assert set(recorded) == set(archive.namelist())
        for path, digest in recorded.items():
            if digest:
                found = base64.urlsafe_b64encode(hashlib.sha256(archive.read(path)).digest()).rstrip(b"=").decode()
                assert digest == f"sha256={found}"
        metadata = archive.read(f"{info}/METADATA").decode()
        days = {entry.date_time[:3] for entry in archive.infolist()}
        assert days == {(TODAY.year, TODAY.month, TODAY.day)}
    for line in (f"Version: {VERSION}", "License-Expression: CC-BY-4.0 AND Apache-2.0", "Metadata-Version: 2.4"):
        assert f"{line}\n" in metadata
    needed = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert needed == [], "nothing heavy is required"
    carried = {f"{info}/licenses/LICENSE", f"{info}/licenses/LICENSE-CODE", "kiban_data/py.typed"}
    carried |= {f"kiban_data/release/{name}" for name in ("CITATION.cff", "LICENSE", "kiban.sql", "release.json")}
    assert carried <= set(recorded)


def test_the_wheel_gives_tables_in_every_form_and_a_connection(installed: Path) -> None:
    said = python(
        installed,
        "frames = [k.table('models'), k.table('models', 'polars'), k.table('models', 'arrow')]\n"
        "print([type(frame).__module__.split('.')[0] for frame in frames], [len(frame) for frame in frames])\n"
        "print(frames[0].loc[0, 'parameters'], list(frames[0].loc[0, 'languages']))\n"
        "c = k.connect()\n"
        "for asked in (c, c.cursor()):\n"
        "    print(asked.execute('select count(*) from landscape(date $$2021-06-30$$)').fetchone())\n"
        "    print(all(len(asked.sql(f'from {name}')) == len(k.table(name, 'arrow')) for name in k.TABLES))\n"
        "print(k.__version__, k.AS_OF, k.LICENCE, all(k.path(name).is_file() for name in k.TABLES))\n",
    )
    assert said.splitlines() == [
        "['pandas', 'polars', 'pyarrow'] [2, 2, 2]",
        "175000000000 ['en', 'ja']",
        "(2,)",
        "True",
        "(2,)",
        "True",
        f"{VERSION} {TODAY} CC-BY-4.0 True",
    ]


def test_the_wheel_needs_no_library_until_one_is_asked_for_and_then_names_it(installed: Path) -> None:
    code = (
        "for ask in (lambda: k.table('models'), lambda: k.table('models', 'polars'), k.connect, "
        "lambda: k.table('models', 'csv'), lambda: k.table('modles')):\n"
        "    try: ask()\n"
        "    except Exception as error: print(type(error).__name__, error)\n"
        "print(sorted({'pandas', 'polars', 'pyarrow', 'duckdb'} & set(sys.modules)))\n"
    )
    assert python(installed, code, "-S", "-I").splitlines() == [
        "ImportError this needs pyarrow; install it with: pip install 'kiban-data[pandas]'",
        "ImportError this needs polars; install it with: pip install 'kiban-data[polars]'",
        "ImportError this needs duckdb; install it with: pip install 'kiban-data[duckdb]'",
        "ValueError there is no form 'csv': give pandas, polars or arrow",
        "KeyError \"there is no table 'modles'; models may be meant\"",
        "[]",
    ]


def test_pip_finds_nothing_broken(installed: Path) -> None:
    own = {**os.environ, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "inspect", "--path", str(installed)]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True)
    (found,) = json.loads(done.stdout)["installed"]
    assert (found["metadata"]["name"], found["metadata"]["version"]) == ("kiban-data", VERSION)


def test_the_tarball_holds_the_documents_as_the_release_has_them_and_nothing_of_this_machine(packages: Path) -> None:
    found = {entry.name: (entry, content) for entry, content in members((packages / TARBALL).read_bytes())}
    assert list(found) == sorted(found)
    for entry, _ in found.values():
        assert (entry.uid, entry.gid, entry.uname, entry.mode, entry.isfile()) == (0, 0, "", 0o644, True)
        assert entry.mtime == 499162500
    package = json.loads(found["package/package.json"][1])
    assert (package["name"], package["version"], package["type"]) == ("kiban-data", VERSION, "module")
    assert list(package["exports"]["."]) == ["types", "default"], "the first that fits counts"
    for target in package["exports"]["."].values():
        assert f"package/{target.removeprefix('./')}" in found
    assert json.loads(found["package/api/models/acme/one.json"][1])["facts"]["parameters"]["value"] == 175_000_000_000
    types = found["package/index.d.ts"][1].decode()
    for column in {column for table in ("models", "labels", "sources") for column in PRODUCTS[table].columns}:
        assert f'"{column}": ' in types


@NODE
def test_the_tarball_is_installed_offline_and_used_from_node(packages: Path, tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "reader", "version": "1.0.0", "type": "module"}')
    (tmp_path / "use.js").write_text(
        'import { axes, licences, model, models, organisations, release, retired, version } from "kiban-data";\n'
        'import one from "kiban-data/api/models/acme/one.json" with { type: "json" };\n'
        'const same = JSON.stringify(one) === JSON.stringify(await model("acme/one"));\n'
        "console.log(version, release.as_of, models.map((row) => row.name), axes.length > 10, same);\n"
        'for (const id of ["../package", "acme/zero", "constructor"])\n'
        "  await model(id).catch((error) => console.log(error.name, error.message));\n"
        "console.log(retired.length, organisations.length, licences[0].spdx_id);\n"
    )
    quiet = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts", "--cache", str(tmp_path / "cache")]
    subprocess.run(["npm", "install", *quiet, packages / TARBALL], cwd=tmp_path, capture_output=True, check=True)
    done = subprocess.run(["node", "use.js"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        f"{VERSION} {TODAY} [ 'One', 'Two' ] true true",
        'RangeError there is no model "../package"',
        'RangeError there is no model "acme/zero"; it is acme/one now',
        'RangeError there is no model "constructor"',
        "1 2 Apache-2.0",
    ], done.stderr


@NODE
@pytest.mark.skipif(not TSC.exists(), reason="TypeScript is not installed: npm ci in explorer/")
def test_the_types_are_those_of_the_data(packages: Path, tmp_path: Path) -> None:
    target = tmp_path / "node_modules/kiban-data"
    for entry, content in members((packages / TARBALL).read_bytes()):
        path = target / entry.name.removeprefix("package/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "use.ts").write_text(
        'import { model, models, type ModelRow } from "kiban-data";\n'
        "const sizes: (number | null)[] = models.map((row) => row.parameters);\n"
        'const open: ModelRow[] = models.filter((row) => row.access === "open");\n'
        'const languages: string[] | null = (await model("acme/one")).facts.languages.value;\n'
        "// @ts-expect-error no such label\n"
        'models.filter((row) => row.access === "opne");\n'
        "export { languages, open, sizes };\n"
    )
    options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--types", ""]
    done = subprocess.run([TSC, *options, "use.ts"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "integer"}, "number"),
        ({"type": ["string", "null"], "format": "date"}, "string | null"),
        ({"type": ["string", "null"], "enum": ["a", 'b"', None]}, r'"a" | "b\"" | null'),
        ({"type": ["array", "null"], "items": {"type": "string", "enum": ["a", "b"]}}, 'Array<"a" | "b"> | null'),
        ({"$ref": "#/$defs/fact_state"}, "FactState"),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "boolean", "description": "ends */ early\n日本語"}},
                "required": ["a"],
            },
            '{\n  /**\n   * ends *\\/ early\n   * 日本語\n   */\n  "a": boolean;\n}',
        ),
    ],
)
def test_a_schema_becomes_the_type_of_what_fits_it(schema: dict[str, object], made: str) -> None:
    assert type_of(schema) == made


def spoilt(release: Path, folder: Path, name: str, change: str) -> Path:
    """A copy of a release in which one file is removed, changed, or listed no longer."""
    copy = shutil.copytree(release, folder / "spoilt")
    if change == "gone":
        (copy / name).unlink()
    elif change == "changed":
        (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    else:
        manifest = json.loads((copy / "release.json").read_text())
        if change == "unlisted":
            del manifest["files"][name]
        else:
            manifest["schema_version"] = "1.0.0"
        (copy / "release.json").write_text(json.dumps(manifest))
    return copy


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("data/models.parquet", "gone", "data/models.parquet: it cannot be read: No such file"),
        ("data/models.parquet", "changed", "data/models.parquet: it is not the file that release.json lists"),
        ("kiban.sql", "unlisted", "release.json: it lists no kiban.sql; the release is older"),
        ("release.json", "schema", r"its schema is 1\.0\.0, and this code packages"),
    ],
)
def test_a_release_that_is_not_whole_is_not_packaged(
    release: Path, tmp_path: Path, name: str, change: str, reason: str
) -> None:
    with pytest.raises(UserError, match=reason):
        build(spoilt(release, tmp_path, name, change), tmp_path / "packages")
    assert not (tmp_path / "packages").exists()


def test_a_preview_is_not_packaged(project: Project, tmp_path: Path) -> None:
    written = preview(project.root, products(check(project.root, TODAY).tables, TODAY), TODAY)
    with pytest.raises(UserError, match="run kiban release first"):
        build(written, tmp_path)


def test_the_command_names_what_it_built_with_its_hash(
    project: Project, packages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["package", VERSION, "--to", str(tmp_path), "--root", str(project.root)]
    assert app(words, result_action="return_value") == 0
    printed = dict(reversed(line.split("  ")) for line in capsys.readouterr().out.splitlines())
    for name in (WHEEL, TARBALL):
        assert (tmp_path / name).read_bytes() == (packages / name).read_bytes()
        assert printed[str(tmp_path / name)] == hashlib.sha256((packages / name).read_bytes()).hexdigest()


def test_every_table_of_a_release_is_in_the_wheel(installed: Path) -> None:
    assert set(json.loads(python(installed, "import json; print(json.dumps(k.TABLES))"))) == set(FILES)
