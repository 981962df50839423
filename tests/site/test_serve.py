"""`kiban serve`: ranges, types and cache headers as readers of Parquet and of pages need them, and nothing but the folder."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from flows.errors import UserError
from flows.site.serve import application, content_type, serve
from support.servers import free_port

CONTENT = bytes(range(100))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    outer = tmp_path_factory.mktemp("served")
    root = outer / "site"
    for path in ("latest/data", "2026.11.0/data", "en"):
        (root / path).mkdir(parents=True)
    for path in ("latest/data/models.parquet", "2026.11.0/data/models.parquet", ".hidden"):
        (root / path).write_bytes(CONTENT)
    (root / "en/index.html").write_text("<h1>基盤</h1>", encoding="utf-8")
    (root / "404.html").write_text("<h1>nothing here</h1>")
    (outer / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(outer / "secret.txt")
    (root / "out").symlink_to(outer)
    return root


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with TestClient(application(folder)) as client:
        yield client


FILE = "/latest/data/models.parquet"


def test_a_range_gives_the_bytes_that_were_asked_for(client: TestClient) -> None:
    part = client.get(FILE, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, CONTENT[10:20])
    assert part.headers["content-range"] == "bytes 10-19/100"
    assert client.get(FILE, headers={"Range": "bytes=-8"}).content == CONTENT[-8:]


def test_a_range_behind_the_end_is_refused(client: TestClient) -> None:
    refused = client.get(FILE, headers={"Range": "bytes=100-"})
    assert (refused.status_code, refused.headers["content-range"]) == (416, "bytes */100")


def test_a_range_of_another_file_than_the_one_known_gives_the_whole(client: TestClient) -> None:
    tag = client.head(FILE).headers["etag"]
    same = client.get(FILE, headers={"Range": "bytes=0-1", "If-Range": tag})
    other = client.get(FILE, headers={"Range": "bytes=0-1", "If-Range": '"other"'})
    assert (same.status_code, other.status_code, other.content) == (206, 200, CONTENT)


def test_head_says_all_but_the_content(client: TestClient) -> None:
    answer = client.head(FILE)
    assert (answer.status_code, answer.content) == (200, b"")
    assert (answer.headers["content-length"], answer.headers["accept-ranges"]) == ("100", "bytes")
    assert client.post(FILE).status_code == 405


def test_versions_are_kept_for_ever_and_all_else_is_asked_again(client: TestClient) -> None:
    assert "immutable" in client.get("/2026.11.0/data/models.parquet").headers["cache-control"]
    latest = client.get(FILE)
    assert latest.headers["cache-control"] == "no-cache"
    again = client.get(FILE, headers={"If-None-Match": latest.headers["etag"]})
    assert (again.status_code, again.headers["cache-control"]) == (304, "no-cache")


def test_pages_of_elsewhere_may_read_it(client: TestClient) -> None:
    answer = client.get(FILE, headers={"Origin": "https://example.org", "Range": "bytes=0-1"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Content-Range" in answer.headers["access-control-expose-headers"]
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "range",
    }
    assert client.options(FILE, headers=asked).status_code == 200


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("models.parquet", "application/vnd.apache.parquet"),
        ("kiban.duckdb", "application/octet-stream"),
        ("duckdb-eh.wasm", "application/wasm"),
        ("queries.sql", "text/plain"),
        ("README.md", "text/markdown"),
        ("catalog.jsonld", "application/ld+json"),
        ("SHA256SUMS", "text/plain"),
        ("arrow.mjs", "text/javascript"),
    ],
)
def test_files_have_their_types(name: str, kind: str) -> None:
    assert content_type(name) == kind


def test_a_folder_gives_its_page_as_text_in_utf_8(client: TestClient) -> None:
    page = client.get("/en/")
    assert (page.headers["content-type"], page.text) == ("text/html; charset=utf-8", "<h1>基盤</h1>")
    assert client.get("/en", follow_redirects=False).headers["location"].endswith("/en/")


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/link.txt", "/out/secret.txt", "/.hidden", "/en/%00"],
)
def test_nothing_outside_of_the_folder_and_nothing_hidden_is_served(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_port_that_is_taken_is_told(folder: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UserError, match="give another by --port"):
        serve(folder, taken.getsockname()[1], print)


def test_the_command_serves_until_it_is_interrupted(folder: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "flows.cli", "serve", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            assert re.search(rf"http://127\.0\.0\.1:{port}/", said)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, errors) == (130, "")
