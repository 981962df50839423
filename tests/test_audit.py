"""The flow over the audit: it goes on where it was killed, and tells."""

import asyncio
import dataclasses
import json
import signal
import subprocess
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows import audit as audit_flow
from flows.audit import Audited, audit
from flows.errors import UserError
from flows.layout import observations_folder
from flows.observed.observations import read_observed
from flows.sources.journal import Entry, journal_file, read_journal
from flows.web.limits import Limits
from schemas.fields import AUDIT_VERDICTS
from schemas.tables import frame
from support.audit_servers import Request, Web, answer, bomb, page, pdf, redirect, resolver, web_of_faults
from support.forked import Commands, Started
from support.here import Here
from support.prefect_servers import BIN, Server
from support.project import ONE, READING, TWO, Project, make_project

# Prefect's own server and its libraries warn; what they warn of is not ours to mend.
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("prefect")]

TODAY = date(2026, 11, 25)
FAST = Limits(connect=5, idle=5, total=10, attempts=2, backoff=0.01, pause=0, longest_wait=2)
TESTS = Path(__file__).parent


@pytest.fixture
def web() -> Iterator[Web]:
    with web_of_faults() as running:
        yield running


def project_of(root: Path, *urls: str) -> Project:
    """A project whose only record has these sources; each is said to print 175.0B parameters."""
    project = make_project(root)
    for name in (TWO, READING):
        project.path(name).unlink()
    lines = ['name = "One"', 'organisations = ["acme"]']
    for number, url in enumerate(urls):
        lines += ["[[sources]]", f'key = "s{number}"', 'kind = "paper"', f'title = "Title {number}"', f'url = "{url}"']
        lines += [
            "accessed = 2022-05-31",
            "[sources.states]",
            'parameters = { value = 175_000_000_000, printed = "175.0B" }',
        ]
    project.write(ONE, "\n".join(lines) + "\n")
    return project


def run(project: Project, today: date = TODAY, limits: Limits = FAST, **more: object) -> Audited:
    return audit(project.root, today, home=project.root, allow_private=True, limits=limits, resolver=resolver, **more)


def verdicts(project: Project) -> dict[str, str]:
    rows = frame(read_observed(project.root, "source_audit")).select("source_id", "audit_verdict").rows()
    return {name.partition("#")[2]: verdict for name, verdict in rows}


SAID = page("175 billion parameters")


def test_a_run_keeps_what_it_found_and_asks_nothing_again_before_it_is_due(
    tmp_path: Path, web: Web, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifacts: list[dict[str, object]] = []
    monkeypatch.setattr(
        audit_flow, "create_table_artifact", lambda rows, **more: artifacts.append({"rows": rows, **more})
    )
    project = project_of(
        tmp_path / "p", web.give("/a", SAID), web.give("/b", page("174B")), web.give("/c", answer("", 404))
    )
    done = run(project)
    assert done.words == "3 sources asked: 1 changed, 1 confirmed, 1 gone"
    assert verdicts(project) == {"s0": "confirmed", "s1": "changed", "s2": "gone"}
    (artifact,) = artifacts
    rows = artifact["rows"]
    assert [(row["verdict"], row["sources"], row["source"]) for row in rows] == [
        ("changed", "1", ""), ("confirmed", "1", ""), ("gone", "1", ""), ("changed", "", "acme/one#s1"), ("gone", "", "acme/one#s2"),
    ]  # fmt: skip
    before = len(web.requests)
    assert run(project).words == "0 sources asked"
    assert len(web.requests) == before
    assert len(artifacts) == 1
    later = run(project, TODAY + timedelta(days=30))
    assert [entry.source_id for entry in later.entries] == ["acme/one#s1", "acme/one#s2"]
    assert read_journal(project.root)["acme/one#s1"].failures == 2
    raw = {path for path in (project.root / "raw").rglob("*") if path.is_file()}
    assert not [path for path in raw if path.stat().st_mtime > journal_file(project.root).stat().st_mtime]


def answered(host: str, verdict: str = "unreachable", status: int | None = None) -> Entry:
    return Entry(f"a/b#{host}", f"https://{host}/x", "", verdict, "2026-11-26", "2026-11-27", 0, status=status)


def test_that_no_host_of_several_answers_is_said_to_be_our_network() -> None:
    silent = [answered(f"{name}.test") for name in "abc"]
    offline = Audited(tuple(silent), 0)
    assert offline.is_offline
    assert offline.words == (
        "3 sources asked: 3 unreachable; no network: no host answered; see to the network of this machine"
    )
    for other in (
        answered("d.test", "confirmed", 200),
        answered("d.test", status=503),
        answered("d.test", "unreadable"),
    ):
        assert not Audited((*silent, other), 0).is_offline
    assert not Audited((*silent[:2], silent[0]), 0).is_offline
    assert not Audited((), 3).is_offline


def test_a_run_reads_a_slice_and_the_next_one_goes_on(tmp_path: Path, web: Web, prefect_server: None) -> None:
    project = project_of(tmp_path / "p", *(web.give(f"/{n}", SAID) for n in range(5)))
    assert [len(run(project, limit=2).entries) for _ in range(4)] == [2, 2, 1, 0]
    assert set(verdicts(project).values()) == {"confirmed"}
    assert run(project, limit=0).words == "0 sources asked"
    assert [e.source_id for e in run(project, only=["acme/one#s3"]).entries] == ["acme/one#s3"]
    assert run(project, everything=True, limit=None).words == "0 sources asked"
    assert len(run(project, TODAY + timedelta(days=1), everything=True, limit=None).entries) == 5
    with pytest.raises(UserError, match="no source 'acme/one#s9'"):
        run(project, only=["acme/one#s9"])


def test_the_table_is_brought_in_line_with_the_journal_of_a_run_that_died(
    tmp_path: Path, web: Web, prefect_server: None
) -> None:
    project = project_of(tmp_path / "p", web.give("/a", SAID))
    run(project)
    (observations_folder(project.root) / "source_audit.parquet").unlink()
    run(project)
    assert verdicts(project) == {"s0": "confirmed"}


def test_a_second_audit_of_the_same_folder_is_kept_out(
    tmp_path: Path, web: Web, prefect_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from filelock import FileLock

    project = project_of(tmp_path / "p", web.give("/a", SAID))
    monkeypatch.setattr(audit_flow, "_WAIT", 0.1)
    journal_file(project.root).parent.mkdir(parents=True)
    with FileLock(journal_file(project.root).with_name(".lock")), pytest.raises(UserError, match="another audit"):
        run(project)


# --- as processes

PROGRAM = """
    import dataclasses, json, resource, sys, time
    from datetime import date
    from pathlib import Path
    sys.path.insert(0, sys.argv[1])
    from support.audit_servers import resolver
    from flows.web.limits import Limits

    if __name__ == "__main__":
        from flows.audit import audit
        root, limits = Path(sys.argv[2]), Limits(**json.loads(sys.argv[3]))
        start = time.monotonic()
        done = audit(root, date(2026, 11, 25), home=root, limit=None, allow_private=True, limits=limits, resolver=resolver)
        # ru_maxrss of this process would be that of the tests which started it, if theirs is larger
        (own,) = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")]
        peak = [int(own) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024]
        print(json.dumps({"seconds": time.monotonic() - start, "peak": peak, "words": done.words}))
"""


def program(forked: Commands, project: Project, environment: dict[str, str], limits: Limits) -> Started:
    words = [str(TESTS), str(project.root), json.dumps(dataclasses.asdict(limits))]
    return forked.start(words, project.root, environment, textwrap.dedent(PROGRAM))


@pytest.fixture(scope="module")
def environment(prefect_process: Server) -> dict[str, str]:
    return {**prefect_process.environment, "PREFECT_LOGGING_LEVEL": "WARNING"}


def test_a_run_that_is_killed_goes_on_where_it_was(
    tmp_path: Path, web: Web, forked: Commands, environment: dict[str, str]
) -> None:
    async def slowly(request: Request, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(SAID)

    project = project_of(tmp_path / "p", *(web.give(f"/{n}", slowly, f"{n % 3}.test") for n in range(60)))
    killed = program(forked, project, environment, FAST)
    end = time.monotonic() + 120
    while len(read_journal(project.root)) < 7 and killed.runs and time.monotonic() < end:
        time.sleep(0.01)
    killed.send(signal.SIGKILL)
    killed.wait()
    done = read_journal(project.root)
    assert 7 <= len(done) < 60
    asked = len([r for r in web.requests if r.path != "/robots.txt"])
    code, output = program(forked, project, environment, FAST).wait()
    assert code == 0, output
    assert len(read_journal(project.root)) == 60
    assert set(verdicts(project).values()) == {"confirmed"}
    later = [r.path for r in web.requests if r.path != "/robots.txt"][asked:]
    assert len(later) == 60 - len(done)


def mixed(web: Web) -> list[str]:
    """529 addresses on 10 hosts, with every kind of fault."""
    padding = "Words of a page. " * 300
    good = page(f"{padding} 175 billion parameters {padding}")
    sorts: list[tuple[bytes, int]] = [
        (good, 30), (page(f"{padding} 174 billion parameters"), 3), (answer(pdf("175 billion parameters")), 2),
        (answer(json.dumps({"parameters": 175e9}), Content_Type="application/json"), 2), (redirect("/moved"), 2),
        (answer("パラメータ 1750億".encode("shift_jis"), Content_Type="text/html; charset=shift_jis"), 2),
        (answer("", 404), 2), (answer("", 500), 1), (answer("", 403), 1), (redirect("ftp://a.test/"), 1),
        (answer(pdf("a", encrypted=True)), 1), (answer(b"\x89PNG"), 1), (answer("<html><script></script></html>"), 1),
    ]  # fmt: skip
    cycle = [body for body, often in sorts for _ in range(often)]
    urls = []
    for number in range(490):
        host = f"h{number % 10}.test"
        web.give("/moved", good, host)
        urls.append(web.give(f"/{number}", cycle[(number // 10) % len(cycle)], host))
    urls += [web.url(f"/{number}", "nowhere.test") for number in range(13)]
    web.give("/robots.txt", answer("", 500), "closed.test")
    urls += [web.give(f"/{number}", good, "closed.test") for number in range(10)]
    web.give("/robots.txt", answer("User-agent: *\nDisallow: /"), "forbidden.test")
    urls += [web.give(f"/{number}", good, "forbidden.test") for number in range(10)]
    urls += [web.give(f"/{number}", bomb(40), "bombs.test") for number in range(5)]
    return [*urls, web.give("/hanging", _hang, "slow.test")]


async def _hang(request: Request, writer: asyncio.StreamWriter) -> bool:
    await asyncio.sleep(30)
    return True


def test_five_hundred_sources_with_every_fault_each_get_their_verdict(
    tmp_path: Path, web: Web, forked: Commands, environment: dict[str, str]
) -> None:
    urls = mixed(web)
    project = project_of(tmp_path / "p", *urls)
    limits = dataclasses.replace(FAST, idle=3, total=6, decoded=20_000_000)
    code, output = program(forked, project, {**environment, "PREFECT_LOGGING_LEVEL": "ERROR"}, limits).wait()
    assert code == 0, output[-3000:]
    told = json.loads(output.splitlines()[-1])
    print(told)
    found = Counter(verdicts(project).values())
    assert len(urls) == 529
    assert found.total() == 529
    assert set(found) == set(AUDIT_VERDICTS)
    assert found["moved"] == 20
    assert found["gone"] == 20
    assert found["unreachable"] == 10 + 13 + 10 + 1
    assert max(told["peak"]) < 600, told
    assert {host: most for host, most in web.most_at_once.items() if most > 1} == {"slow.test": 2}  # it never ends


# --- the command


def test_the_command_prints_verdicts_and_its_exit_code_says_whether_all_still_say_it(
    tmp_path: Path, web: Web, prefect_process: Server, here: Here
) -> None:
    good, bad = web.give("/a", SAID, "127.0.0.1"), web.give("/[red]", page("174B"), "127.0.0.1")
    project = project_of(tmp_path / "p", good, bad)
    done = here.kiban(prefect_process, project.root, "audit", "--allow-private", "--source", "acme/one#s0")
    assert done.returncode == 0, done.stderr
    assert "confirmed" in done.stdout
    assert "1 source asked: 1 confirmed" in done.stdout
    done = here.kiban(prefect_process, project.root, "audit", "--allow-private", "--all")
    assert done.returncode == 1, done.stderr
    assert "/[red]" in done.stdout
    assert "1 of 1 not found" in done.stdout
    assert "1 source asked: 1 changed" in done.stdout  # the other one was asked today
    done = here.kiban(prefect_process, project.root, "audit", "--source", "acme/one#s1")
    assert done.returncode == 0, done.stderr
    assert "not of the public internet" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--source", "acme/one#none"), "no source 'acme/one#none'"), (("--limit", "-1"), "--limit -1")],
)
def test_what_cannot_be_asked_is_one_message(
    tmp_path: Path, prefect_process: Server, here: Here, arguments: tuple[str, ...], said: str
) -> None:
    done = here.kiban(prefect_process, project_of(tmp_path / "p", "https://a.test/").root, "audit", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_ends_at_once_when_it_is_told_to(tmp_path: Path, web: Web, environment: dict[str, str]) -> None:
    project = project_of(tmp_path / "p", *(web.give(f"/{n}", _hang, "127.0.0.1") for n in range(3)))
    process = subprocess.Popen(
        [BIN / "kiban", "audit", "--allow-private"],
        cwd=project.root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    end = time.monotonic() + 120
    while not web.asked("/0", "127.0.0.1") and time.monotonic() < end:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    assert read_journal(project.root) == {}
