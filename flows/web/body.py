"""The body of an answer: unpacked as it comes, and cut off whatever its headers say."""

import zlib
from collections.abc import AsyncIterator, Mapping

from flows.web.deadline import Deadline
from flows.web.limits import Limits, PassingError, TooLargeError, UnfetchedError

_MAGIC = b"\x1f"  # the first byte of every member
_MOST_MEMBERS = 1000  # each copies what is left of a piece: a body of empty ones would keep us busy


class _Gzip:
    """Unpacks a gzip body, which is one member after another (RFC 1952, section 2.2); what follows them is passed over."""

    def __init__(self) -> None:
        self._member, self._count, self._is_over = zlib.decompressobj(wbits=31), 1, False

    @property
    def is_whole(self) -> bool:
        """Whether the last member that began has ended."""
        return self._member.eof

    def unpack(self, chunk: bytes, most: int) -> bytes:
        """The next bytes, up to `most` (one or more). Raises zlib.error, or TooLargeError for too many members."""
        text = b""
        while chunk and len(text) < most and not self._is_over:
            if self._member.eof:
                chunk = chunk.lstrip(b"\0")
                if not chunk.startswith(_MAGIC):
                    self._is_over = bool(chunk)
                    break
                self._member, self._count = zlib.decompressobj(wbits=31), self._count + 1
                if self._count > _MOST_MEMBERS:
                    raise TooLargeError(f"packed in more than {_MOST_MEMBERS} members of gzip")
            text += self._member.decompress(chunk, most - len(text))
            chunk = self._member.unused_data
        return text


async def body_of(
    chunks: AsyncIterator[bytes], headers: Mapping[str, str], limits: Limits, packed: bool, deadline: Deadline
) -> AsyncIterator[bytes]:
    """The pieces of a body, unpacked if it is gzip and that was asked for (`packed`).

    Puts the deadline off for as long as the body comes as fast as `limits.slowest`. Raises UnfetchedError if it is
    too large or packed otherwise, PassingError if it is torn.
    """
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", *(("gzip", "x-gzip") if packed else ())):
        raise UnfetchedError("unreadable", f"sent packed as {encoding[:20]!r}, which was not asked for")
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > limits.encoded:
        raise TooLargeError(f"larger than {limits.encoded} bytes")
    unpacker = _Gzip() if "gzip" in encoding else None
    sent = given = 0
    async for chunk in chunks:
        sent += len(chunk)
        if sent > limits.encoded:
            raise TooLargeError(f"larger than {limits.encoded} bytes")
        deadline.put_off(sent)
        try:
            piece = unpacker.unpack(chunk, limits.decoded + 1 - given) if unpacker else chunk
        except zlib.error as error:
            raise UnfetchedError("unreadable", "said to be gzip, and is not") from error
        given += len(piece)
        if given > limits.decoded:
            raise TooLargeError(f"larger than {limits.decoded} bytes when unpacked")
        yield piece
    if unpacker and not unpacker.is_whole and sent:
        raise PassingError("the packed answer is cut off")
