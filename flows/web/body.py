"""The body of an answer: unpacked as it comes, and cut off whatever its headers say."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping

from flows.web.limits import Limits, PassingError, TooLargeError, UnfetchedError


def _gzip() -> "zlib._Decompress":
    return zlib.decompressobj(wbits=31)


async def body_of(
    chunks: AsyncIterator[bytes], headers: Mapping[str, str], limits: Limits, packed: bool, timer: asyncio.Timeout
) -> AsyncIterator[bytes]:
    """The pieces of a body, unpacked if it is gzip and that was asked for (`packed`).

    Puts the end of `timer` off for as long as the body comes as fast as `limits.slowest`. Raises UnfetchedError if it is
    too large or packed otherwise, PassingError if it is torn.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", *(("gzip", "x-gzip") if packed else ())):
        raise UnfetchedError("unreadable", f"sent packed as {encoding[:20]!r}, which was not asked for")
    length, latest = headers.get("content-length", ""), timer.when()
    if length.isdecimal() and int(length[:20]) > limits.encoded:
        raise TooLargeError(f"larger than {limits.encoded} bytes")
    unpacker = _gzip() if "gzip" in encoding else None
    sent = given = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > limits.encoded:
            raise TooLargeError(f"larger than {limits.encoded} bytes")
        if limits.slowest and latest is not None:
            timer.reschedule(latest + max(0.0, sent / limits.slowest - limits.total))
        try:
            piece = unpacker.decompress(chunk, limits.decoded + 1 - given) if unpacker else chunk
        except zlib.error as error:
            raise UnfetchedError("unreadable", "said to be gzip, and is not") from error
        given += len(piece)
        if given > limits.decoded:
            raise TooLargeError(f"larger than {limits.decoded} bytes when unpacked")
        yield piece
    if unpacker and not unpacker.eof and sent:
        raise PassingError("the packed answer is cut off")
