"""A crawl of the hub's list from a server on the loopback: pages a second, and whether memory stays the same."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from benchmarks.used import used
from flows.hub import crawl
from flows.hub.listing import LIMITS, PAGE

ROOT = Path(__file__).parents[1]
PAGES = (20, 200)


def _page(first: int) -> bytes:
    """A page of the list: models as heavy as those of `hub_snapshot` with a card, which is not asked for."""
    rows = [
        {
            "_id": f"{number:024x}",
            "id": f"owner-{number % 1000}/model-{number}-instruct-gguf",
            "createdAt": "2024-05-06T07:08:09.000Z",
            "lastModified": "2024-06-01T00:00:00.000Z",
            "downloads": number % 97,
            "downloadsAllTime": number,
            "likes": number % 5,
            "tags": ["transformers", "safetensors", "en", "license:mit", *(f"tag-{number}-{n}" for n in range(8))],
            "library_name": "transformers",
            "pipeline_tag": "text-generation",
            "gated": False,
            "private": False,
            "safetensors": {"parameters": {"BF16": number}, "total": number},
            "config": {
                "model_type": "llama",
                "architectures": ["LlamaForCausalLM"],
                "tokenizer_config": {"a": "b" * 500},
            },
        }
        for number in range(first, first + PAGE)
    ]
    return json.dumps(rows).encode()


class _Hub(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pages = 0

    def do_GET(self) -> None:
        number = int(parse_qs(urlsplit(self.path).query).get("cursor", ["0"])[0])
        body = _page(number * PAGE)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if number + 1 < self.pages:
            self.send_header("Link", f'<https://hub.test/api/models?cursor={number + 1}>; rel="next"')
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: it would be printed between the figures."""


def _of_one(folder: Path) -> dict[str, float]:
    start = time.perf_counter()
    with patch.object(crawl, "LIMITS", replace(LIMITS, pause=0)):  # not the time that it waits out of politeness
        done = crawl.ask_pages(folder, 1_000_000)
    seconds = time.perf_counter() - start
    return {"pages": done.pages, "models": done.models, "seconds": seconds, **used()}


def main(sizes: Sequence[int]) -> None:
    """Print a line a number of pages: pages a second, processor time a page, and peak memory, which must not grow."""
    for pages in sizes:
        hub = type("_Sized", (_Hub,), {"pages": pages})
        with ThreadingHTTPServer(("127.0.0.1", 0), hub) as server, tempfile.TemporaryDirectory() as scratch:
            Thread(target=server.serve_forever, daemon=True).start()
            found = json.loads(
                subprocess.run(
                    [sys.executable, "-m", "benchmarks.crawl", "--in", scratch],
                    cwd=ROOT,
                    env={**os.environ, "HF_ENDPOINT": f"http://127.0.0.1:{server.server_address[1]}"},
                    capture_output=True,
                    check=True,
                ).stdout
            )
            server.shutdown()
        print(
            f"{found['pages']:,} pages, {found['models']:,} models: {found['pages'] / found['seconds']:.1f} pages a second, "
            f"{1000 * found['processor'] / found['pages']:.0f} ms of processor a page, {found['peak']:,.0f} MB"
        )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--in", scratch]:
            print(json.dumps(_of_one(Path(scratch))))
        case given:
            main([int(size) for size in given] or PAGES)
