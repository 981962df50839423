"""Verification: a good release passes every check, and each check alone catches what it is for."""

import hashlib
import json
import os
import random
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.canonical import sha256, to_json
from flows.derive import sandbox as engine
from flows.errors import UserError
from flows.verification.seals import signer_problems
from flows.verification.untrusted import JSON_LIMIT
from flows.verification.verify import CHECKS, SEALS, Check, VerifyError, verify, verify_folder
from support.faulty_s3 import memory_s3
from support.here_worker import no_worker as no_worker
from support.keys import key
from support.published import FIRST, SECOND, make_store
from support.published import signed_store as signed_store
from support.servers import web_server
from support.tampering import Store, cell, edit_json, other_key, spoil_page_checksum

pytestmark = pytest.mark.xdist_group("verify")


@pytest.fixture(scope="session")
def unsigned_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("unsigned"), None)


def copy_of(store: Store, folder: Path) -> Store:
    shutil.copytree(store.folder, folder / "store")
    return replace(store, folder=folder / "store")


@pytest.fixture
def unsigned(unsigned_store: Store, tmp_path: Path) -> Store:
    """A store of one's own, to be tampered with."""
    return copy_of(unsigned_store, tmp_path)


@pytest.fixture
def signed(signed_store: Store, tmp_path: Path) -> Store:
    return copy_of(signed_store, tmp_path)


def failed(results: dict[str, Check]) -> set[str]:
    return {name for name, result in results.items() if result.status == "failed"}


def run(store: Store, *checks: str, signers: Path | None = None) -> dict[str, Check]:
    """Results of some checks alone."""
    own = signers.read_bytes() if signers else None
    results = verify_folder(store.folder, store.version, own, checks)
    return {result.name: result for result in results}


#: checks that ask tools of readers, and take most of the time
TOOLS = ("datapackage", "croissant")
OTHERS = tuple(name for name in CHECKS if name not in TOOLS)

#: all that release.json says, but for the hashes of files
_SAYS = (
    "version", "schema_version", "as_of", "collected_until", "previous", "source", "libraries", "tables", "errata",
)  # fmt: skip

#: what costly checks read of a release: files, values of release.json ("previous" is the whole release before, "names"
#: those of its tables), and "folder", what lies there
READS: dict[str, tuple[str, ...]] = {
    "datapackage": ("datapackage.json", "*.csv", "*.parquet", "names"),
    "croissant": ("croissant.json", "*.csv", "*.parquet", "names"),
    "pages": ("*.parquet",),
    "schema": ("datapackage.json", "*.parquet", "names"),
    "keys": ("*.parquet",),
    "references": ("datapackage.json", "*.parquet", "names"),
    "content": ("*.csv", "*.parquet", "tables"),
    "duckdb": ("kiban.duckdb", "*.parquet", "tables", "as_of"),
    "changes": ("datapackage.json", "*.parquet", "rules/*.sql", "folder", *_SAYS),
}

_answers: dict[str, Check] = {}


def read_by(store: Store, check: str) -> list[str]:
    """Files of the release that a check of `READS` may read, beside release.json."""
    return [name for name in store.files() if any(fnmatch(name, pattern) for pattern in READS[check])]


def _says(store: Store, check: str) -> dict[str, Any]:
    """The values of release.json that a check of `READS` may read."""
    body = json.loads(store.path("release.json").read_bytes())
    names = {name: {"content_sha256": "spoilt"} for name in body["tables"]}
    says = {"tables": names} if "names" in READS[check] else {}
    return says | {name: body[name] for name in READS[check] if name in _SAYS and name in body}


def _state(store: Store, check: str, sha256: Callable[[Path], str] = sha256) -> str:
    """A hash of all that a check of `READS` may read."""
    values = _says(store, check)
    files = [store.path(name) for name in read_by(store, check)]
    files += [path for path in sorted((store.folder / (values.get("previous") or "none")).rglob("*")) if path.is_file()]
    paths = sorted(path.relative_to(store.folder).as_posix() for path in store.release.rglob("*"))
    names = paths if "folder" in READS[check] else []
    hashes = [(path.relative_to(store.folder).as_posix(), sha256(path)) for path in files]
    return hashlib.sha256(json.dumps([check, values, names, hashes]).encode()).hexdigest()


def verified(store: Store, signers: Path | None = None, checks: Iterable[str] = CHECKS) -> dict[str, Check]:
    """Results of checks, by default all; the costly ones are asked once for the same files."""
    checks = list(checks)
    hashed = cache(sha256)  # several checks read the same files
    states = {name: _state(store, name, hashed) for name in checks if name in READS}
    new = [name for name in checks if states.get(name) not in _answers]
    results = run(store, *new, signers=signers)
    _answers.update({states[name]: results[name] for name in new if name in states})
    return {name: _answers[states[name]] if name in states else results[name] for name in checks}


@pytest.mark.parametrize("check", READS)
def test_a_costly_check_reads_no_more_than_its_answer_is_kept_by(unsigned: Store, check: str) -> None:
    good = verified(unsigned, checks=[check])[check]
    for name in set(unsigned.files()) - {*read_by(unsigned, check), "release.json"}:
        unsigned.path(name).write_bytes(b"spoilt")
    unsigned.path("release.json").write_text(json.dumps(_says(unsigned, check) | {"files": {}}))
    (unsigned.folder / "releases.json").write_bytes(b"spoilt")
    assert good.status == "passed"
    assert run(unsigned, check)[check] == good


@pytest.mark.parametrize("version", [FIRST, SECOND])
def test_a_good_signed_release_passes_every_check(signed_store: Store, version: str) -> None:
    store = replace(signed_store, version=version)
    bounded = {r.name: r for r in verify(str(store.folder), version, None)} if version == SECOND else None
    results = verified(store)
    assert bounded in (None, results)
    assert list(results) == list(CHECKS)
    assert {r.name: (r.status, r.problems) for r in results.values()} == dict.fromkeys(CHECKS, ("passed", []))
    assert all(r.detail and "\n" not in r.detail for r in results.values())


def test_an_unsigned_release_says_so_and_passes_the_rest(unsigned_store: Store) -> None:
    results = verified(unsigned_store)
    assert (results["signature"].status, results["signature"].detail) == ("not run", "not signed")
    assert {r.status for name, r in results.items() if name != "signature"} == {"passed"}


def test_the_latest_release_is_verified_if_none_is_named(unsigned: Store) -> None:
    in_index(lambda b: b.update(latest=FIRST))(unsigned)
    (result,) = verify_folder(unsigned.folder, checks=["citation"])
    assert FIRST in result.detail


def test_a_release_folder_knows_its_store(signed_store: Store) -> None:
    of_store = ("signature", "index", "changes")
    assert {r.name: r.status for r in verify_folder(signed_store.release, checks=of_store)} == dict.fromkeys(
        of_store, "passed"
    )


def test_a_release_without_its_store_is_verified_alone(signed: Store, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    signed.release.rename(alone)
    own = (signed.folder / "allowed_signers").read_bytes()
    results = {r.name: r for r in verify_folder(alone, signers=own, checks=OTHERS)}
    assert failed(results) == set()
    assert {n for n, r in results.items() if r.status == "not run"} == {"index", "changes"}
    (result,) = verify_folder(alone, checks=["signature"])
    assert (result.status, "allowed_signers: is missing; get" in result.problems[0]) == ("failed", True)


Tamper = Callable[[Store], None]


def in_json(name: str, change: Callable[[Any], object], since: str) -> Tamper:
    """Change a JSON file of the release, and seal everything after it."""

    def tamper(store: Store) -> None:
        edit_json(store.path(name), change)
        store.seal(since)

    return tamper


def in_index(change: Callable[[Any], object]) -> Tamper:
    def tamper(store: Store) -> None:
        edit_json(store.folder / "releases.json", change)
        store.seal("index")

    return tamper


def in_text(name: str, old: str, new: str, since: str) -> Tamper:
    def tamper(store: Store) -> None:
        text = store.path(name).read_text()
        assert old in text, f"{old!r} is not in {name}"
        store.path(name).write_text(text.replace(old, new, 1))
        store.seal(since)

    return tamper


def in_table(table: str, change: Callable[[pa.Table], pa.Table], *, everywhere: bool = True) -> Tamper:
    def tamper(store: Store) -> None:
        store.rewrite(table, change, everywhere=everywhere)
        store.seal()

    return tamper


def in_database(*statements: str) -> Tamper:
    def tamper(store: Store) -> None:
        store.database(*statements)
        store.seal("sums")

    return tamper


def nullable(column: str) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        fields = [field.with_nullable(True) if field.name == column else field for field in table.schema]
        return table.cast(pa.schema(fields))

    return change


def backwards(table: pa.Table) -> pa.Table:
    return table.take(list(reversed(range(table.num_rows))))


def twice(table: pa.Table) -> pa.Table:
    return pa.concat_tables([table.slice(0, 1), table])


def renamed(column: str, to: str) -> Callable[[pa.Table], pa.Table]:
    return lambda table: table.rename_columns([to if name == column else name for name in table.column_names])


def sums_of_another_order(store: Store) -> None:
    lines = store.path("SHA256SUMS").read_text().splitlines(keepends=True)
    store.path("SHA256SUMS").write_text("".join([*lines[1:], lines[0]]))
    store.seal("signature")


def wrong_sum_of_the_database(store: Store) -> None:
    """The one file that no manifest lists."""
    lines = store.path("SHA256SUMS").read_text().splitlines()
    changed = [f"{'0' * 64}  kiban.duckdb" if line.endswith("  kiban.duckdb") else line for line in lines]
    store.path("SHA256SUMS").write_text("\n".join(changed) + "\n")
    store.seal("signature")


def page_checksum(store: Store) -> None:
    spoil_page_checksum(store.path("data/models.parquet"))
    store.seal()


def feed_of_another(store: Store) -> None:
    (store.folder / "feed.atom").write_text("<feed/>")


def tombstone_of_nothing(store: Store) -> None:
    (store.folder / "yanked").mkdir()
    (store.folder / "yanked" / f"{FIRST}.json").write_text("{}")


def first_with_changes(store: Store) -> None:
    """A release without a previous one, with the changes of another."""
    changes = pq.read_table(store.folder / SECOND / "changes.parquet")
    in_table("changes", lambda _: changes)(store)


def commit_of_another(body: Any) -> None:
    body["predicate"]["buildDefinition"]["resolvedDependencies"].append({"digest": {"gitCommit": "0" * 40}})


def enum_without(table: str, column: str) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        (resource,) = (r for r in body["resources"] if r["name"] == f"{table}-csv")
        (field,) = (f for f in resource["schema"]["fields"] if f["name"] == column)
        field["constraints"]["enum"] = ["nothing"]

    return change


def column_of_nothing(body: Any) -> None:
    body["recordSet"][0]["field"][0]["source"]["extract"]["column"] = "nothing"


def hash_of_another(body: Any) -> None:
    body["distribution"][0]["sha256"] = "0" * 64


CASES: list[tuple[str, str, Tamper, set[str], str]] = [
    (
        "an older release called the latest",
        SECOND,
        in_index(lambda b: b.update(latest=FIRST)),
        {"index"},
        "latest: is not",
    ),
    (
        "rows of another in the index",
        SECOND,
        in_index(lambda b: b["releases"][1]["rows"].update(models=9)),
        {"index"},
        "rows",
    ),
    (
        "a release that follows another than the one before it",
        SECOND,
        in_index(lambda b: b["releases"][0].update(previous="2026.10.0")),
        {"index"},
        "does not follow",
    ),
    (
        "an entry with more than is known",
        SECOND,
        in_index(lambda b: b["releases"][0].update(x=1)),
        {"index"},
        "x: is not known",
    ),
    ("a feed that the index does not know", SECOND, feed_of_another, {"index"}, "feed.atom: does not have"),
    (
        "a yank without its mark",
        SECOND,
        in_index(lambda b: b["releases"][0].update(state="yanked", reason="bad", yanked_on="2026-11-24")),
        {"index"},
        f"yanked/{FIRST}.json",
    ),
    ("a tombstone that the index contradicts", SECOND, tombstone_of_nothing, {"index"}, "is not yanked"),
    (
        "a view of nobody",
        SECOND,
        in_database("create view more as select 1 as x"),
        {"duckdb"},
        "view main.more: is no part",
    ),
    ("a table of nobody", SECOND, in_database("create table more (x int)"), {"duckdb"}, "table main.more: is no part"),
    ("a macro of nobody", SECOND, in_database("create macro more() as 1"), {"duckdb"}, "macro main.more: is no part"),
    ("an empty folder", SECOND, lambda store: store.path("data/more").mkdir(), {"checksums"}, "data/more: is an empty"),
    ("checksums in another order", SECOND, sums_of_another_order, {"checksums"}, "order of paths"),
    (
        "a wrong checksum of the database",
        SECOND,
        wrong_sum_of_the_database,
        {"checksums"},
        "kiban.duckdb: does not have its SHA-256",
    ),
    (
        "wrong bytes in the manifest",
        SECOND,
        in_json("release.json", lambda b: b["files"]["LICENSE"].update(bytes=1), "sums"),
        {"manifest"},
        "LICENSE: does not have",
    ),
    (
        "a file that the manifest leaves out",
        SECOND,
        in_json("release.json", lambda b: b["files"].pop("LICENSE"), "sums"),
        {"manifest"},
        "LICENSE: is not listed",
    ),
    (
        "wrong rows in the manifest",
        SECOND,
        in_json("release.json", lambda b: b["tables"]["models"].update(rows=9), "sums"),
        {"manifest"},
        "data/models.parquet: has 2 rows",
    ),
    (
        "a manifest written otherwise",
        SECOND,
        in_text("release.json", "{", "{ ", "sums"),
        {"manifest"},
        "canonical JSON",
    ),
    (
        "a code that the data package does not allow",
        SECOND,
        in_json("datapackage.json", enum_without("facts", "state"), "provenance"),
        {"datapackage"},
        "data/facts.csv",
    ),
    (
        "a record set over a column that is not there",
        SECOND,
        in_json("croissant.json", column_of_nothing, "provenance"),
        {"croissant"},
        "models: cannot be loaded",
    ),
    (
        "a wrong hash in croissant.json",
        SECOND,
        in_json("croissant.json", hash_of_another, "provenance"),
        {"croissant"},
        "sha256 is not that",
    ),
    (
        "a column that may be null",
        SECOND,
        in_table("models", nullable("name"), everywhere=False),
        {"schema"},
        "name: may be null",
    ),
    (
        "rows in another order",
        SECOND,
        in_table("models", backwards, everywhere=False),
        {"keys"},
        "1 row not in the order of the key",
    ),
    (
        "a page whose checksum is wrong",
        SECOND,
        page_checksum,
        {"pages"},
        "data/models.parquet: could not verify page integrity",
    ),
    (
        "a key that stands there twice",
        FIRST,
        in_table("organisations", twice),
        {"keys", "datapackage"},
        "1 keys (organisation_id)",
    ),
    (
        "a list that refers to nothing",
        FIRST,
        in_table("labels", cell("statement_ids", ["gone"])),
        {"references"},
        "no such row in statements: gone",
    ),
    (
        "a CSV file that is not canonical",
        SECOND,
        in_text("data/models.csv", "acme/one", '"acme/one"', "descriptions"),
        {"content"},
        "data/models.csv: is not the canonical",
    ),
    (
        "a content hash of another",
        SECOND,
        in_json("release.json", lambda b: b["tables"]["retired"].update(content_sha256="0" * 64), "sums"),
        {"content", "duckdb", "changes"},
        "retired",
    ),
    (
        "another value in the database",
        SECOND,
        in_database("update models set name = 'Other' where model_id = 'acme/one'"),
        {"duckdb"},
        "kiban.duckdb: models: does not have",
    ),
    ("a database without its macro", SECOND, in_database("drop macro table landscape"), {"duckdb"}, "landscape()"),
    (
        "a view that reads a file",
        SECOND,
        in_database(
            "drop table retired", "create view retired as select content as retired_id from read_text('/etc/hostname')"
        ),
        {"duckdb"},
        "retired",
    ),
    (
        "a change that is left out",
        SECOND,
        in_table("changes", lambda table: table.slice(1)),
        {"changes"},
        "applied to 2026.11.0",
    ),
    ("changes of a first release", FIRST, first_with_changes, {"changes"}, "there is no previous release"),
    (
        "changes whose CSV says another thing",
        SECOND,
        in_text("changes.csv", "7000 million", "8000 million", "descriptions"),
        {"changes-files"},
        "changes.csv: is not the canonical",
    ),
    (
        "a commit of another",
        SECOND,
        in_json("provenance.json", commit_of_another, "manifest"),
        {"provenance"},
        "gitCommit",
    ),
    (
        "a statement that leaves a file out",
        SECOND,
        in_json("provenance.json", lambda b: b["subject"].pop(0), "manifest"),
        {"provenance"},
        "is no subject",
    ),
    (
        "a citation of another version",
        SECOND,
        in_text("CITATION.cff", SECOND, FIRST, "provenance"),
        {"citation"},
        "version: is not",
    ),
    (
        "a citation that is no YAML",
        SECOND,
        in_text("CITATION.cff", "cff-version", "[", "provenance"),
        {"citation"},
        "is no YAML",
    ),
    (
        "a verdict that the query does not give",
        FIRST,
        in_table("claims", cell("verdict", "differs")),
        {"claims"},
        "says differs, but its query holds",
    ),
]


#: checks whose cases change what the tools of readers read, and leave each other's faults; no tool is for them
_COVERED = {"pages", "schema", "keys", "references", "content", "changes", "changes-files", "claims"}


@pytest.mark.parametrize(
    ("version", "tamper", "checks", "says"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_only_the_check_for_it_catches_a_tampered_release(
    unsigned: Store, version: str, tamper: Tamper, checks: set[str], says: str
) -> None:
    store = replace(unsigned, version=version)
    tamper(store)
    # what the tools make of the others is asked once for all of them, below
    results = verified(store, checks=OTHERS if checks <= _COVERED else CHECKS)
    assert failed(results) == checks, {n: r.problems for n, r in results.items() if r.status == "failed"}
    assert all(results[name].problems for name in checks)
    assert any(says in problem for name in checks for problem in results[name].problems), results


@pytest.mark.parametrize("version", [FIRST, SECOND])
def test_the_tools_of_readers_find_no_fault_that_is_for_another_check(unsigned: Store, version: str) -> None:
    store, expected = replace(unsigned, version=version), set[str]()
    for _, of, tamper, checks, _ in CASES:
        if of == version and checks <= _COVERED:
            tamper(store)
            expected |= checks
    assert failed(run(store, *CHECKS)) == expected  # so no fault has covered another


def test_every_check_has_a_case_that_it_alone_catches() -> None:
    alone = {next(iter(checks)) for _, _, _, checks, _ in CASES if len(checks) == 1}
    assert alone | {"signature"} == set(CHECKS)


def without_signature(store: Store) -> None:
    store.path("SHA256SUMS.sig").unlink()


def without_index_signature(store: Store) -> None:
    digest = hashlib.sha256((store.folder / "releases.json").read_bytes()).hexdigest()
    (store.folder / "signatures" / f"{digest}.sig").unlink()


def signed_by_another(store: Store) -> None:
    replace(store, key=key("other")).seal("signature")


def signers_of_another(store: Store) -> None:
    path = store.folder / "allowed_signers"
    path.write_bytes(other_key(path.read_bytes()))


def without_signers(store: Store) -> None:
    (store.folder / "allowed_signers").unlink()


def loose_signers(store: Store) -> None:
    """What ssh-keygen takes as well, but no publisher writes."""
    path = store.folder / "allowed_signers"
    path.write_bytes(path.read_bytes().replace(b"namespaces", b"Namespaces"))


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (without_signature, "SHA256SUMS.sig: is missing"),
        (without_index_signature, "the index is not signed"),
        (signed_by_another, "not among the allowed signers"),
        (signers_of_another, "not among the allowed signers"),
        (without_signers, "allowed_signers: is missing; get"),
        (loose_signers, "allowed_signers: line 1 is not"),
    ],
)
def test_only_the_signature_check_catches_a_bad_signature(signed: Store, tamper: Tamper, says: str) -> None:
    tamper(signed)
    results = verified(signed)
    assert failed(results) == {"signature"}
    assert any(says in problem for problem in results["signature"].problems), results["signature"]


def test_an_index_below_the_serial_that_was_seen_fails(signed_store: Store) -> None:
    for seen, status in ((None, "passed"), (2, "passed"), (3, "failed")):
        (result,) = verify_folder(signed_store.folder, None, None, ["index"], seen)
        assert result.status == status
        assert result.detail.startswith("2 releases, latest 2026.11.1, serial 2")
    assert result.problems == ["releases.json: serial: is 2, below 3: an older index, put back or not yet replaced"]


def test_a_release_alone_has_no_serial_to_be_held_against(signed: Store, tmp_path: Path) -> None:
    shutil.copytree(signed.release, tmp_path / "alone")
    with pytest.raises(VerifyError, match=r"has no releases\.json above it, so it has no serial"):
        verify_folder(tmp_path / "alone", not_before=0)


def test_signers_of_the_readers_own_decide(signed_store: Store, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.write_bytes((signed_store.folder / "allowed_signers").read_bytes())
    results = run(signed_store, "signature")
    assert "the store's own allowed_signers: shows only" in results["signature"].detail
    signature = verified(signed_store, own)["signature"]
    assert (signature.status, "your allowed signers" in signature.detail) == ("passed", True)
    own.write_bytes(other_key(own.read_bytes()))
    assert failed(verified(signed_store, own)) == {"signature"}


def test_one_flipped_bit_anywhere_is_caught(signed: Store) -> None:
    """200 times one bit of one file: a release's, or one of the root."""
    chosen = random.Random(20261124)
    index = hashlib.sha256((signed.folder / "releases.json").read_bytes()).hexdigest()
    # signatures of indexes that are no more belong to nothing that anybody reads
    old = {p for p in (signed.folder / "signatures").iterdir() if p.stem != index}
    files = sorted(p for p in signed.folder.rglob("*") if p.is_file() and p.stat().st_size and p not in old)
    of_root = [p for p in files if p.parent == signed.folder or p.parent.name == "signatures"]
    assert len(of_root) == 5
    missed = []
    for number in range(200):
        path = chosen.choice(of_root if number % 4 == 0 else files)
        content = path.read_bytes()
        place, bit = chosen.randrange(len(content)), chosen.randrange(8)
        with path.open("r+b") as file:
            file.seek(place)
            file.write(bytes([content[place] ^ (1 << bit)]))
        version = path.relative_to(signed.folder).parts[0]
        store = replace(signed, version=version if version in (FIRST, SECOND) else SECOND)
        if not any(failed(run(store, check)) for check in ("index", "checksums", "signature", "manifest")):
            missed.append((path.relative_to(signed.folder).as_posix(), place, bit))
        path.write_bytes(content)
    assert missed == []
    assert not failed(run(signed, *SEALS))


def test_every_bit_of_the_signers_counts(signed: Store) -> None:
    """Of the bits of a character that leave a well-formed line, one: another key, which ssh-keygen has to refuse."""
    path = signed.folder / "allowed_signers"
    content = path.read_bytes()
    for place in range(len(content)):
        every = [content[:place] + bytes([content[place] ^ (1 << bit)]) + content[place + 1 :] for bit in range(8)]
        well_formed = [spoilt for spoilt in every if not signer_problems(spoilt)]
        for spoilt in well_formed[place % len(well_formed) :][:1] if well_formed else []:
            path.write_bytes(spoilt)
            assert failed(run(signed, "signature")), (place, spoilt)


def listed_outside(store: Store) -> None:
    path = store.path("SHA256SUMS")
    path.write_text(path.read_text() + f"{'0' * 64}  ../../secret\n")
    store.seal("signature")


def link_outside(store: Store) -> None:
    secret = store.folder.parent / "secret"
    shutil.copyfile(store.path("LICENSE"), secret)
    store.path("LICENSE").unlink()
    store.path("LICENSE").symlink_to(secret)


def pipe(store: Store) -> None:
    store.path("LICENSE").unlink()
    os.mkfifo(store.path("LICENSE"))


def twice_said(store: Store) -> None:
    in_text("release.json", "{", '{\n  "version": "2026.11.1",', "root")(store)


def too_large(store: Store) -> None:
    os.truncate(store.path("release.json"), JSON_LIMIT + 1)


def too_deep(store: Store) -> None:
    store.path("release.json").write_text("[" * 100_000)


@pytest.mark.parametrize(
    ("tamper", "says"),
    [
        (listed_outside, "plain path"),
        (link_outside, "LICENSE: is a link"),
        (pipe, "LICENSE: is neither a file nor a folder"),
        (twice_said, "a key stands there twice"),
        (too_large, "release.json: is larger than"),
        (too_deep, "release.json: is no JSON"),
    ],
)
def test_what_leads_out_or_breaks_readers_is_a_failure_and_no_crash(unsigned: Store, tamper: Tamper, says: str) -> None:
    tamper(unsigned)
    results = run(unsigned, "index", "checksums", "manifest", "changes", "provenance")
    assert any(says in problem for result in results.values() for problem in result.problems), results


def test_no_description_makes_its_reader_open_an_address(unsigned: Store) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x.csv"
        edit_json(unsigned.path("datapackage.json"), lambda b: b["resources"][0].update(path=address))
        edit_json(unsigned.path("croissant.json"), lambda b: b["distribution"][0].update(contentUrl=address))
        results = run(unsigned, "datapackage", "croissant")
        assert failed(results) == {"datapackage", "croissant"}
        edit_json(unsigned.path("croissant.json"), lambda b: b.update({"@context": address}))
        assert "@context" in run(unsigned, "croissant")["croissant"].problems[0]
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "sql",
    [
        "select true as verdict, content as found from read_text('/etc/hostname')",
        "set enable_external_access = true",
        "attach '/tmp/x.duckdb' as x",
        "copy models to '/tmp/x.csv'",
        "select true as verdict, '' as found from rows",  # a variable of ours
    ],
)
def test_a_claim_reads_nothing_but_the_release(unsigned: Store, sql: str) -> None:
    in_table("claims", cell("sql", sql))(unsigned)
    assert "its query gives no verdict: the query " in run(unsigned, "claims")["claims"].problems[0]


def test_endless_queries_are_ended(unsigned: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "LIMITS", replace(engine.LIMITS, seconds=0.3))
    rows = "with recursive t(n) as (select 1 union all select n + 1 from t where n > 0)"
    endless = cell("sql", f"{rows} select max(n) > 0 as verdict, '' as found from t")

    def two(table: pa.Table) -> pa.Table:
        return pa.concat_tables([endless(table), cell("claim_id", "zz/another")(endless(table))])

    in_table("claims", two)(unsigned)
    problems = run(unsigned, "claims")["claims"].problems
    assert len(problems) == 2
    assert all("the query did not end within 0.3 s" in problem for problem in problems)


def test_a_query_that_cannot_run_is_not_undecided(unsigned: Store) -> None:
    in_table("claims", cell("sql", "select * from nowhere"))(unsigned)
    in_table("claims", cell("verdict", "undecided"))(unsigned)
    (problem,) = run(unsigned, "claims")["claims"].problems
    assert "says undecided, but its query gives no verdict: the query fails" in problem


def test_a_signed_index_does_not_stand_for_the_signature_of_a_release(signed: Store) -> None:
    store = replace(signed, version=FIRST)
    store.path("SHA256SUMS.sig").unlink()
    in_index(lambda b: b["releases"][0].update(signed=False))(store)
    result = run(store, "signature")["signature"]
    assert (result.status, result.problems) == ("failed", ["SHA256SUMS.sig: is missing: nobody signed this release"])
    assert result.detail.startswith("this release by nobody allowed, releases.json by kiban (SHA256:")


def test_who_signed_a_release_is_said_by_name_and_key(signed_store: Store) -> None:
    assert signed_store.key is not None
    shown = subprocess.run(["ssh-keygen", "-l", "-f", signed_store.key], capture_output=True, text=True, check=True)
    result = run(signed_store, "signature")["signature"]
    assert result.detail.startswith(f"this release by kiban ({shown.stdout.split()[1]}), releases.json by kiban (")


def test_a_description_cannot_keep_a_reader_busy(unsigned: Store) -> None:
    """A pattern that takes for ever on a text that almost fits."""

    def pattern(body: Any) -> None:
        body["resources"][0]["schema"]["fields"][1]["constraints"]["pattern"] = "(([A-Za-z]+)+)+!"

    def regex(body: Any) -> None:
        body["recordSet"][0]["field"][0]["source"]["transform"] = {"regex": "(([a-z]+)+)+!"}

    edit_json(unsigned.path("datapackage.json"), pattern)
    edit_json(unsigned.path("croissant.json"), regex)
    results = run(unsigned, "datapackage", "croissant")
    assert results["datapackage"].status == "passed"
    assert "is no plain column" in results["croissant"].problems[0]


def test_what_a_release_says_cannot_drive_the_terminal(unsigned: Store) -> None:
    erratum = {
        "id": "e",
        "table": "models",
        "text": "\x1b[2J bad",
        "text_ja": "x",
        "corrected_in": None,
        "on": "2026-11-24",
    }
    in_index(lambda b: b["releases"][1]["errata"].append(erratum))(unsigned)
    result = run(unsigned, "index")["index"]
    assert result.status == "passed"
    assert "erratum e: �[2J bad" in result.detail


def test_a_yanked_release_passes_and_says_why(unsigned: Store) -> None:
    (unsigned.folder / "yanked").mkdir()
    said = {"version": SECOND, "reason": "wrong dates", "on": "2026-11-24"}
    (unsigned.folder / "yanked" / f"{SECOND}.json").write_text(to_json(said))

    def yank(body: Any) -> None:
        body["releases"][1].update(state="yanked", reason="wrong dates", yanked_on="2026-11-24")
        body["latest"] = FIRST

    in_index(yank)(unsigned)
    result = run(unsigned, "index")["index"]
    assert (result.status, "this one is yanked: wrong dates" in result.detail) == ("passed", True)


def test_changes_are_not_applied_without_the_previous_release(unsigned: Store) -> None:
    shutil.rmtree(unsigned.folder / FIRST)
    result = verified(unsigned)["changes"]
    assert (result.status, result.detail) == ("not run", "the previous release, 2026.11.0, is not at hand")


@pytest.mark.parametrize("tool", ["frictionless", "mlcroissant"])
def test_a_tool_that_is_not_there_is_said(unsigned_store: Store, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    monkeypatch.setitem(sys.modules, tool, None)
    name = {"frictionless": "datapackage", "mlcroissant": "croissant"}[tool]
    result = run(unsigned_store, name)[name]
    assert result.status == "not run"
    assert f"{tool} is not installed; " in result.detail


@pytest.mark.parametrize(
    ("place", "version", "says"),
    [
        ("nowhere", None, "is no folder"),
        (".", None, "holds neither releases.json nor release.json"),
        ("store", "2027.1.0", r"no release 2027\.1\.0 in"),
        ("store", "../store", "is no version"),
    ],
)
def test_where_nothing_can_be_verified_the_user_is_told(
    unsigned: Store, tmp_path: Path, place: str, version: str | None, says: str
) -> None:
    with pytest.raises(VerifyError, match=says):
        verify(str(tmp_path / place), version, None)


@pytest.fixture
def web(unsigned: Store) -> Iterator[tuple[Store, str]]:
    """A store behind a web server of its own."""
    with web_server(unsigned.folder) as server:
        yield unsigned, server.url


@pytest.fixture
def without_tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """All checks are those that ask no tools of readers: a copy is a folder, in which they are run elsewhere."""
    monkeypatch.setattr("flows.verification.running.CHECKS", {name: CHECKS[name] for name in OTHERS})


@pytest.mark.usefixtures("without_tools", "no_worker")
def test_a_release_in_an_object_store_is_copied_and_passes(
    signed_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with memory_s3() as (server, reached):
        for name, value in reached.environment.items():
            monkeypatch.setenv(name, value)
        for path in signed_store.folder.rglob("*"):
            if path.is_file():
                server.kept[f"/releases/{path.relative_to(signed_store.folder).as_posix()}"] = path.read_bytes()
        results = verify("s3://releases", None, signed_store.folder / "allowed_signers")
    assert {r.name: (r.status, r.problems) for r in results} == dict.fromkeys(["copy", *OTHERS], ("passed", []))


@pytest.mark.usefixtures("without_tools")
def test_a_release_on_the_web_is_copied_and_passes_every_check(web: tuple[Store, str]) -> None:
    results = verify(web[1], None, None)
    assert [r.name for r in results] == ["copy", *OTHERS]
    assert {r.name: r.problems for r in results if r.status != "passed"} == {"signature": []}
    assert results[0].detail == f"{SECOND} from {web[1]}"


@pytest.mark.usefixtures("no_worker")
def test_a_copy_that_is_not_what_was_promised_is_a_failed_check(web: tuple[Store, str]) -> None:
    store, address = web
    store.path("data/models.csv").write_text("other")
    results = {r.name: r for r in verify(address, SECOND, None)}
    assert (results["copy"].status, "data/models.csv" in results["copy"].problems[0]) == ("failed", True)
    assert results["checksums"].detail == "there is no copy to look at"


@pytest.mark.usefixtures("without_tools", "no_worker")
def test_a_previous_release_that_cannot_be_copied_is_not_at_hand(web: tuple[Store, str]) -> None:
    store, address = web
    (store.folder / FIRST / "data" / "models.csv").write_text("other")
    results = {r.name: r for r in verify(address, SECOND, None)}
    assert (results["copy"].status, results["changes"].status) == ("passed", "not run")


@pytest.mark.usefixtures("no_worker")
def test_an_index_that_names_files_elsewhere_is_not_followed(web: tuple[Store, str]) -> None:
    store, address = web
    in_index(lambda b: b["releases"][1].update(manifest="../../secret"))(store)
    results = {r.name: r for r in verify(address, SECOND, None)}
    assert results["copy"].problems == [f"releases.json: {SECOND}: manifest: is not {SECOND}/release.json"]


def test_what_is_not_in_the_index_of_a_store_on_the_web_is_said(web: tuple[Store, str]) -> None:
    with pytest.raises(VerifyError, match=r"names no 2027\.1\.0"):
        verify(web[1], "2027.1.0", None)


def test_an_address_that_does_not_answer_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UserError, match=f"127.0.0.1:{port}"):
        verify(f"http://127.0.0.1:{port}", None, None)
