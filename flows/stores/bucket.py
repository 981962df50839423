"""A store in a bucket of an object store that speaks S3.

There are no renames there, but conditional writes: `If-None-Match: *` makes a file unless
there is one, `If-Match` replaces the one that was read. Nothing else is ever asked of it.
Endpoint, region and credentials come from the usual environment (AWS_ENDPOINT_URL,
AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ALLOW_HTTP, …).
"""

import hashlib
import os
import re
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from flows.canonical import digest
from flows.layout import MANIFEST, SUMS
from flows.stores.patience import patiently, status_of
from flows.stores.store import CHUNK, StoreError, Tagged, UnansweredError, VersionTakenError, limited, safe_path, save
from flows.web.limits import LONGEST

if TYPE_CHECKING:
    from obstore import GetResult, PutMode
    from obstore.store import ClientConfig, RetryConfig

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]")
_CODE = re.compile(r"<Code>([A-Za-z]{1,60})</Code>")
_THREADS = 4
_TRIES = 5

#: an ETag that no content has
_NO_TAG = '"00000000000000000000000000000000"'

_REFUSED = {"InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "ExpiredToken", "InvalidToken", "Forbidden"}

# what the library asked again by itself would be refused by its own first write, and nobody could tell that from another's
_ONCE: "RetryConfig" = {"max_retries": 0}


def _endpoint() -> str | None:
    """Address of the object store; None for the one of Amazon."""
    names = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
    return next((os.environ[name] for name in names if os.environ.get(name)), None)


def _host() -> str:
    """The endpoint as messages name it: without credentials."""
    address = urlsplit(_endpoint() or "https://s3.amazonaws.com")
    return f"{address.scheme}://{address.netloc.rpartition('@')[2]}"


def _reason(error: Exception, bucket: str) -> str:
    """What went wrong and what to do, in one line; the words of the library may hold credentials."""
    text = str(error)
    code = match[1] if (match := _CODE.search(text)) else ""
    status = status_of(error)
    if "//169.254." in text:  # where machines in a cloud ask for credentials, the last resort
        return "there are no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if code == "NoSuchBucket":
        return f"there is no bucket {bucket}; make it, or correct its name"
    if status == "501" or code in ("NotImplemented", "InvalidArgument"):
        return f"{_host()} does not do what is asked of it ({status} {code}); it cannot be published to safely, use another"
    if "API port" in text or (status in ("404", "405") and not code):
        return f"{_host()} is no object store that speaks S3 ({status}); see to AWS_ENDPOINT_URL: its address and port"
    if code in _REFUSED or status in ("401", "403"):
        return f"the credentials are refused ({code or status}); see to AWS_ACCESS_KEY_ID and the rights of that key"
    if code in ("PermanentRedirect", "AuthorizationHeaderMalformed") or status == "301":
        return "the bucket lies in another region; set AWS_REGION"
    if status:
        return f"{_host()} answers {status} {code}".rstrip() + "; try again later"
    return f"{_host()} cannot be reached, or breaks off; see to AWS_ENDPOINT_URL and the network"


@dataclass(frozen=True)
class ObjectStore:
    """A store below a prefix of a bucket."""

    place: str
    bucket: str
    remote: S3Store

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn errors of the library into one line, without credentials."""
        try:
            yield
        except (BaseError, FileNotFoundError, PermissionError, ValueError, OSError) as error:
            raise UnansweredError(f"{self.place}: {_reason(error, self.bucket)}") from None

    def _found(self, path: str, limit: int) -> tuple["GetResult", Iterator[bytes]] | None:
        """A file and its content in pieces, None if there is none."""
        try:
            result = self.remote.get(safe_path(path))
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise
            return None
        return result, limited(result.stream(min_chunk_size=CHUNK), limit, f"{self.place}: {path}")

    def read(self, path: str, limit: int) -> bytes | None:
        return self.read_tagged(path, limit).content

    def read_tagged(self, path: str, limit: int) -> Tagged:
        def read() -> Tagged:
            found = self._found(path, limit)
            if found is None:
                return Tagged(None, None)
            result, chunks = found
            return Tagged(b"".join(chunks), result.meta["e_tag"])

        with self._told():
            return patiently(read)

    def download(self, path: str, target: Path, limit: int) -> None:
        def load() -> None:
            found = self._found(path, limit)
            if found is None:
                raise StoreError(f"{self.place}: {path} is missing")
            save(found[1], target)

        with self._told():
            patiently(load)

    def _put(self, path: str, content: bytes, mode: "PutMode") -> bool:
        """Write a file under a condition; False if the condition does not hold.

        If the answer to an attempt was lost, the next one may be refused because of that: then what lies there decides.
        """
        attempts = 0

        def put() -> bool:
            nonlocal attempts
            attempts += 1
            try:
                # in one part: a multipart upload makes no promise about its condition
                self.remote.put(safe_path(path), content, mode=mode, use_multipart=False)
            except (AlreadyExistsError, PreconditionError) as error:
                if "NoSuchBucket" in str(error):
                    raise
                return attempts > 1 and self._same(path, content) is True
            return True

        with self._told():
            return patiently(put)

    def create(self, path: str, content: bytes) -> bool:
        return self._put(path, content, "create")

    def swap(self, path: str, content: bytes, tag: str | None) -> bool:
        # something on the way may have asked again, and been refused because of our own write: what lies there decides
        if self._put(path, content, "create" if tag is None else {"e_tag": tag}):
            return True
        with suppress(StoreError):  # larger than ours
            return self.read(path, len(content)) == content
        return False

    @contextmanager
    def guard(self) -> Iterator[None]:
        yield  # nothing to lock: the conditions of writes keep publishers apart

    def probe(self) -> None:
        """As in `Store`. Only a file of its own name below `probe/` is written, and deleted again."""
        path = f"probe/{uuid.uuid4().hex}"
        try:
            self._probe(path)
        except StoreError:
            with suppress(BaseError, OSError):  # once: a store that is not there would keep us waiting again
                self.remote.delete(path)
            raise
        with suppress(BaseError, OSError):  # a key without the right to delete leaves a file of a few bytes
            patiently(lambda: self.remote.delete(path))

    def _probe(self, path: str) -> None:
        ignores = f"{self.place}: this store ignores the condition {{}}, so one publisher could overwrite another; "
        ignores += "it cannot be published to safely: use another one"
        self.create(path, b"1")
        first = self.read_tagged(path, 16)
        if first.content != b"1" or first.tag is None:
            raise StoreError(f"{self.place}: this store does not give back what was written, with an ETag; use another")
        if self._put(path, b"2", "create"):
            raise StoreError(ignores.format("If-None-Match: * (write only what is not there)"))
        if self._put(path, b"3", {"e_tag": _NO_TAG}):
            raise StoreError(ignores.format("If-Match (replace only what was read)"))
        if not self.swap(path, b"4", first.tag) or self.read(path, 16) != b"4":
            raise StoreError(f"{self.place}: this store refuses If-Match with the right ETag; use another one")

    def begun(self) -> set[str]:
        with self._told():
            listed = patiently(self.remote.list_with_delimiter)
        paths = [*listed["common_prefixes"], *(meta["path"] for meta in listed["objects"])]
        return {path.rstrip("/").rpartition("/")[2] for path in paths}

    @contextmanager
    def staging(self, version: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(prefix="kiban-") as folder:
            yield Path(folder) / safe_path(version)

    def put_release(self, folder: Path, version: str) -> None:
        """Put a finished folder under `version`: SHA256SUMS first, which reserves it, `release.json` last.

        What an earlier try left is taken up. Raises VersionTakenError if the version is
        reserved with other sums, StoreError if a file of it is not what the sums say.
        """
        files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
        if not {SUMS, MANIFEST} <= set(files):
            raise StoreError(f"{folder} is no finished release: it must hold {SUMS} and {MANIFEST}")
        sums = files[SUMS].read_bytes()
        if not _settled(lambda: self.create(f"{version}/{SUMS}", sums), lambda: self._same(f"{version}/{SUMS}", sums)):
            raise VersionTakenError(f"{self.place}: {version} is taken and never changes; publish under the next one")
        with ThreadPoolExecutor(max_workers=_THREADS) as pool:
            between = sorted(set(files) - {SUMS, MANIFEST})
            for _ in pool.map(lambda path: self._upload(files[path], version, path), between):
                pass
        self._upload(files[MANIFEST], version, MANIFEST)

    def _same(self, path: str, content: bytes) -> bool | None:
        """Whether a file has this content; None if it is not there."""

        def same() -> bool | None:
            found = self._found(path, len(content))
            if found is None:
                return None
            sha = hashlib.sha256()
            try:
                for chunk in found[1]:
                    sha.update(chunk)
            except StoreError:  # larger
                return False
            return sha.hexdigest() == digest(content)

        with self._told():
            return patiently(same)

    def _upload(self, source: Path, version: str, path: str) -> None:
        content, key = source.read_bytes(), f"{version}/{path}"
        if not _settled(lambda: self.create(key, content), lambda: self._same(key, content)):
            raise StoreError(
                f"{self.place}: {key} lies there with other content than its SHA256SUMS says; "
                "nothing was overwritten; publish under the next version"
            )


def _settled(create: Callable[[], bool], same: Callable[[], bool | None]) -> bool:
    """Whether a file has our content, written by us now or before; a refusal may be over a write that then failed."""
    for _ in range(_TRIES):
        if create():
            return True
        if (answer := same()) is not None:
            return answer
    return False


def open_bucket(place: str) -> ObjectStore:
    """Store at `s3://bucket/prefix`. Raises StoreError if the address is not of that form."""
    address = urlsplit(place)
    if "@" in address.netloc or ":" in address.netloc:
        raise StoreError("credentials and ports do not belong into s3://bucket/prefix; set AWS_ACCESS_KEY_ID and so on")
    if not _BUCKET.fullmatch(address.netloc) or address.query or address.fragment:
        shown = re.split(r"[?#]", place, maxsplit=1)[0]  # behind it may be a token
        raise StoreError(f"{shown[:80]!r} is no place in an object store; write s3://bucket/prefix")
    path = address.path.strip("/")
    prefix = safe_path(path) if path else None
    allow = os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true", "yes", "on")
    allow = allow or (_endpoint() or "").lower().startswith("http://")
    name = f"s3://{address.netloc}" + (f"/{prefix}" if prefix else "")
    options: ClientConfig = {
        "allow_http": allow,
        "connect_timeout": "3s",
        "timeout": f"{LONGEST}s",
        "read_timeout": "60s",
    }
    try:
        remote = S3Store(
            address.netloc,
            prefix=prefix,
            client_options=options,
            retry_config=_ONCE,
        )
    except (BaseError, ValueError) as error:
        raise StoreError(
            f"{name}: the environment variables AWS_… do not fit together: {type(error).__name__}"
        ) from None
    return ObjectStore(name, address.netloc, remote)
