"""The command line, as a user runs it: a process of its own, its output and its exit code."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from flows.check import RULES
from flows.cli.main import app
from flows.operations.status import Outcome, write_status
from support.forked import commands
from support.keys import allowed, key
from support.project import ONE, READING, REPOSITORY, TWO, Project, make_project
from support.small_store import two_releases

KIBAN = Path(sys.executable).with_name("kiban")

pytestmark = pytest.mark.xdist_group("cli")  # one preview, and one driver, for all


class Kiban(Protocol):
    """Runs a command in a folder, with variables added to the environment."""

    def __call__(self, *words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="module")
def kiban() -> Iterator[Kiban]:
    with commands() as running:
        yield lambda *words, cwd, **environment: running.run(words, cwd, environment)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(tmp_path_factory.mktemp("root") / "project").root


@pytest.fixture(scope="module")
def previewed(kiban: Kiban, root: Path) -> Path:
    done = kiban("preview", "--as-of", "2026-11-23", cwd=root)
    assert done.returncode == 0, done.stderr
    return root


def test_help_lists_every_command_and_each_has_examples(kiban: Kiban, root: Path) -> None:
    text = kiban("--help", cwd=root).stdout
    for command in (name for name in app if not name.startswith("-")):
        assert command in text
        lines = kiban(command, "--help", cwd=root).stdout.splitlines()
        assert [line for line in lines if line.startswith(f" kiban {command}")], command


def test_check_lists_every_rule_with_severity_and_words_in_order_also_outside_a_project(
    kiban: Kiban, tmp_path: Path
) -> None:
    done = kiban("check", "--rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    head, *rows = [re.split(r" {2,}", line.strip()) for line in done.stdout.splitlines() if re.search(r"\w", line)]
    assert head == ["rule", "severity", "words"]
    assert rows == sorted([rule.id, rule.severity, rule.words] for rule in RULES)
    assert ["cross.dangling-model", "error", "there is no such model"] in rows
    assert ["cross.secondary-only", "warning", "only third parties state this figure"] in rows


def test_commands_work_from_a_folder_below_the_project(kiban: Kiban, root: Path) -> None:
    done = kiban("check", "one.toml", cwd=root / "raw" / "models" / "acme")
    assert done.returncode == 0, done.stdout + done.stderr


def test_outside_a_project_the_message_says_what_to_do(kiban: Kiban, tmp_path: Path) -> None:
    done = kiban("check", cwd=tmp_path)
    assert done.returncode == 2
    assert "--root" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("check", "nowhere.toml"), "does not exist"),
        (("check", "/"), "is not below"),
        (("explain", "acme/onne"), "did you mean"),
        (("explain", "acme/one", "densty"), "did you mean density"),
        (("sql", "select nothing from nowhere"), "nowhere"),
        (("sql", ""), "there is no query"),
        (("sql", ";"), "there is no query"),
        (("sql", "select 1; select 2"), "2 queries, and one has its rows printed; run one at a time"),
        (("preview", "--as-of", "2999-01-01"), "lies in the future"),
        (("release", "--as-of", "2999-01-01"), "lies in the future"),
        (("sql", "select 1", "--on", "../etc"), "is no version"),
        (("sql", "select 1", "--on", "2020.1.0"), "there is no 2020.1.0"),
        (("new", "Open AI/GPT"), "is no id"),
        (("new", "acme/one"), "exists already"),
        (("release", "--version", "1.2"), "is no version"),
        (("release", "--to", "ftp://somewhere"), "s3://bucket/prefix"),
        (("release", "--to", "https://somewhere"), "can only be read"),
        (("diff", "preview", "2020.1.0"), "there is no release in"),
        (("diff", "preview", "../../etc"), "there is no release in"),
        (("yank", "2020.1.0", "--reason", "x"), "there is no 2020.1.0"),
        (("yank", "preview", "--reason", "x"), "is no version"),
        (("rebuild", "2020.1.0"), "there is no 2020.1.0"),
        (("verify", "nowhere"), "nowhere"),
        (("verify", "gopher://somewhere"), "s3://bucket/prefix"),
        (("verify", "raw", "--all"), "holds no releases.json"),
        (("verify", "raw", "2026.11.0", "--all"), "leave 2026.11.0 out"),
        (("verify", "raw", "--allowed-signers", "nowhere"), "give a file of allowed signers"),
        (("mirror", "nowhere", "copy"), "nowhere"),
        (("mirror", "raw", "copy", "--allowed-signers", "raw"), "give a file of allowed signers"),
        (("refresh", "--timezone", "Mars/Olympus"), "is no time zone"),
        (("refresh", "--to", "ftp://somewhere"), "s3://bucket/prefix"),
        (("schedule", "--cron", "whenever"), "is no cron expression"),
        (("refresh", "--cron", "whenever"), "is no cron expression"),
        (("schedule", "--cron", "0 6 * * 1", "--timezone", "../etc"), "is no time zone"),
        (("status",), "kiban refresh"),
    ],
)
def test_mistakes_end_in_one_message_without_a_traceback(
    kiban: Kiban, previewed: Path, arguments: tuple[str, ...], says: str
) -> None:
    done = kiban(*arguments, cwd=previewed)
    assert done.returncode != 0
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_preview_prints_counts_labels_and_the_place(kiban: Kiban, project: Project) -> None:
    done = kiban("preview", "--as-of", "2022-05-31", cwd=project.root)
    for word in ("models", "density", "dense", "claims", str(project.root / "build" / "preview")):
        assert word in done.stdout


def test_preview_of_records_with_errors_writes_nothing(kiban: Kiban, project: Project) -> None:
    project.write(TWO, "name = 3\n")
    done = kiban("preview", cwd=project.root)
    assert done.returncode == 2
    assert "two.toml:1" in done.stderr
    assert not (project.root / "build").exists()


def test_preview_of_a_claim_without_a_verdict_writes_nothing(kiban: Kiban, project: Project) -> None:
    project.edit(READING, "'dense' as found", "error('no')::varchar as found from models limit 1")
    done = kiban("preview", "--as-of", "2026-11-23", cwd=project.root)
    assert done.returncode == 2
    assert f"{READING}:{project.line(READING, 'sql ')} claims.one-is-dense.sql: the query fails" in done.stderr
    assert not (project.root / "build" / "preview").exists()


def test_explain_goes_down_to_source_and_line(kiban: Kiban, previewed: Path) -> None:
    text = kiban("explain", "acme/one", "scale", cwd=previewed).stdout
    record = (previewed / ONE).read_text().splitlines()
    for part in ("gpt-3-class", "scale.gpt-3-class.parameters", "175,000,000,000", "https://one.test/paper"):
        assert part in text
    lines = [int(part.rsplit(":", 1)[1]) for part in text.split() if part.startswith(f"{ONE}:")]
    assert lines
    assert all(record[line - 1].startswith("parameters") for line in lines)


def test_explain_finds_a_model_by_name_whatever_its_case(kiban: Kiban, previewed: Path) -> None:
    assert "acme/one" in kiban("explain", "oNE", "density", cwd=previewed).stdout


def test_explain_without_an_axis_shows_all_of_them(kiban: Kiban, previewed: Path) -> None:
    text = kiban("explain", "acme/two", cwd=previewed).stdout
    axes = json.loads(kiban("sql", "select axis from axes", "--format", "json", cwd=previewed).stdout)
    assert all(row["axis"] in text for row in axes)


def test_sql_prints_csv_that_reads_back(kiban: Kiban, previewed: Path) -> None:
    query = "select name, aliases from models where model_id = 'acme/one'"
    rows = list(csv.reader(io.StringIO(kiban("sql", query, "--format", "csv", cwd=previewed).stdout)))
    assert rows == [["name", "aliases"], ["One", "One 175B;uno"]]


def test_sql_prints_json_with_dates_and_lists(kiban: Kiban, previewed: Path) -> None:
    query = "select announced, aliases from models where model_id = 'acme/one'"
    rows = json.loads(kiban("sql", query, "--format", "json", cwd=previewed).stdout)
    assert rows == [{"announced": "2020-05-28", "aliases": ["One 175B", "uno"]}]


def test_sql_in_a_pipe_is_plain_and_uncut(kiban: Kiban, previewed: Path) -> None:
    done = kiban("sql", "select repeat('x', 300) as wide, 1750000 as n", cwd=previewed)
    assert "x" * 300 in done.stdout
    assert "1,750,000" in done.stdout
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    "query",
    [
        "copy models to 'stolen.csv'",
        "select * from read_csv('/etc/passwd')",
        "delete from models",
        "attach 'other.duckdb'",
        "set enable_external_access = true",
    ],
)
def test_sql_can_neither_write_nor_leave_the_release(kiban: Kiban, previewed: Path, query: str) -> None:
    done = kiban("sql", query, cwd=previewed)
    assert done.returncode == 2
    assert not (previewed / "stolen.csv").exists()


def test_sql_without_a_release_says_how_to_make_one(kiban: Kiban, root: Path, tmp_path: Path) -> None:
    (tmp_path / "raw" / "models").mkdir(parents=True)
    assert "kiban preview" in kiban("sql", "select 1", cwd=tmp_path).stderr


def test_no_color_and_pipes_are_respected(kiban: Kiban, previewed: Path) -> None:
    for environment in ({}, {"NO_COLOR": "1"}, {"NO_COLOR": "1", "FORCE_COLOR": ""}):
        assert "\x1b" not in kiban("explain", "one", cwd=previewed, **environment).stdout


def test_check_in_the_form_of_a_forge_marks_file_and_line(kiban: Kiban, project: Project) -> None:
    project.edit(ONE, "layers            =", "laiers            =")
    done = kiban("check", str(project.path(ONE)), "--format", "github", cwd=project.root)
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={ONE},line={project.line(ONE, 'laiers')},")
    assert "did you mean `layers`?" in done.stdout


@pytest.mark.parametrize("errors", ["no other error", "an error in a record"])
def test_check_shows_a_query_that_cannot_run_once_beside_whatever_else_is_wrong(
    kiban: Kiban, project: Project, errors: str
) -> None:
    project.edit(READING, "'dense' as found", "nothing as found")
    if errors != "no other error":
        project.edit(TWO, '"7 billion"', '"7.5 billion"')
    found = json.loads(kiban("check", "--format", "json", cwd=project.root).stdout)
    others = [] if errors == "no other error" else ["table.printed-differs"]
    assert [finding["rule"] for finding in found] == [*others, "claim.query-fails"]


def test_check_mends_what_it_is_asked_to_and_reports_what_is_left(kiban: Kiban, project: Project) -> None:
    for record in (ONE, TWO):
        project.edit(record, 'organisations = ["acme"', 'organisations = [" acme", "acme"')
    project.edit(ONE, '"One Is Enough"', '"=Enough"')
    one, two = project.text(ONE), project.text(TWO)
    line = project.line(ONE, "organisations")
    done = kiban("check", "--fix", "--format", "json", ONE, cwd=project.root)
    assert done.returncode == 1
    assert [finding["rule"] for finding in json.loads(done.stdout)] == ["text.formula"]
    first, second = done.stderr.splitlines()
    assert first.startswith(f"mended: {ONE}:{line} organisations[0]: ")
    assert second.startswith(f"mended: {ONE}:{line} organisations: ")
    assert project.text(ONE) == one.replace('[" acme", "acme"]', '["acme"]')
    assert project.text(TWO) == two
    assert kiban("check", "--fix", ONE, cwd=project.root).stderr.endswith("1 error, 0 warnings\n")


@pytest.mark.parametrize("arguments", ["verify --help", "check --rules"])
def test_a_pipe_that_is_closed_at_once_is_no_error(arguments: str) -> None:
    command = f"({KIBAN} {arguments}; echo $? >&2) | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert done.stderr == "0\n"


def test_a_reader_of_a_pipe_who_has_enough_is_no_error(previewed: Path) -> None:
    query = "select * from statements, range(1000)"
    command = f"{KIBAN} sql '{query}' --format csv | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=previewed, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("statement_id,")


def test_status_tells_a_monitor_by_its_exit_code(kiban: Kiban, tmp_path: Path) -> None:
    (tmp_path / "raw" / "models").mkdir(parents=True)
    now = datetime.now(UTC)
    write_status(tmp_path, Outcome(True, "report", "published", "2026.11.0", "2026.11.0"), now, "0 6 * * 1", "UTC")
    done = kiban("status", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["latest"] == "2026.11.0"
    write_status(tmp_path, Outcome(False, "check records", "raw/x.toml:3: no"), now, "0 6 * * 1", "UTC")
    done = kiban("status", cwd=tmp_path)
    assert done.returncode == 1
    assert "check records: raw/x.toml:3: no" in done.stdout
    write_status(tmp_path, Outcome(True, "report", "nothing changed"), now - timedelta(days=9), "0 6 * * 1", "UTC")
    done = kiban("status", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1
    assert json.loads(done.stdout)["overdue"] is True


def test_a_store_with_a_fault_ends_its_verification_with_1(kiban: Kiban, tmp_path: Path) -> None:
    (tmp_path / "releases.json").write_text("{")
    done = kiban("verify", ".", "--all", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("failed  store           0 passed; failed: index; not run: signatures, root\n")
    done = kiban("verify", ".", "--all", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1
    assert [check["status"] for check in json.loads(done.stdout)["store"]] == ["failed", "not run", "not run"]


def test_a_mirror_follows_other_signers_once_they_are_accepted(kiban: Kiban, tmp_path: Path) -> None:
    root = two_releases(tmp_path / "root")
    assert kiban("mirror", "root", "copy", cwd=tmp_path).returncode == 0
    (root / "allowed_signers").write_bytes(allowed(key(), key("second")))
    done = kiban("mirror", "root", "copy", cwd=tmp_path)
    assert done.returncode == 2
    assert "--accept-signers" in done.stderr
    assert kiban("mirror", "root", "copy", "--accept-signers", cwd=tmp_path).returncode == 0
    assert kiban("mirror", "root", "copy", cwd=tmp_path).returncode == 0


def test_the_command_line_is_there_before_any_heavy_library() -> None:
    heavy = ("duckdb", "pandera", "polars", "prefect", "pyarrow", "pydantic")
    code = f"import sys, flows.cli.main; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_check_of_one_record_does_without_the_engine(project: Project) -> None:
    code = (
        "import sys; from datetime import date; from pathlib import Path; from flows.check import check; "
        f"print(check(Path.cwd(), date(2026, 11, 23), [Path('{ONE}')]).findings, 'duckdb' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=project.root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False"
