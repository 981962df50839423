"""The text of what an address gave: HTML, PDF, JSON or plain text, whatever its header says it is.

What comes in is hostile; nothing here limits time or memory. Use it through `flows.sources.reader`, in a process that does.
"""

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

Kind = Literal["html", "pdf", "json", "plain"]

_MEDIA_TYPES: dict[Kind, str] = {
    "html": "text/html", "pdf": "application/pdf", "json": "application/json", "plain": "text/plain",
}  # fmt: skip
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# WHATWG Encoding Standard, "names and labels": what pages call by the name of its subset
_LABELS = {
    "shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "shift-jis": "cp932", "ms_kanji": "cp932",
    "windows-31j": "cp932", "iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252",
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "euc-kr": "cp949", "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs", "x-euc-jp": "euc-jp", "unicode": "utf-16-le",
}  # fmt: skip
_META = re.compile(rb"""<meta[^>]{0,500}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_META_WITHIN = 4096  # the standard says 1024; pages do not keep to it
_MARKUP = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,500}>\s*)?(?:<!--.{0,5000}?-->\s*)*<(?:!doctype|html|head|body|meta|title|script|div|p|table|"
    rb"h[1-6]|article|rss|feed|svg|[a-z]{1,20}[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_SNIFFED = 8192
_MAGIC = (
    (b"PK\x03\x04", "a zip archive"), (b"\x89PNG", "an image"), (b"GIF8", "an image"), (b"\xff\xd8\xff", "an image"),
    (b"\x1f\x8b", "a gzip archive"), (b"RIFF", "sound, film or an image"), (b"\x7fELF", "a program"),
    (b"%!PS", "PostScript"), (b"BZh", "an archive"), (b"\xfd7zXZ", "an archive"), (b"7z\xbc\xaf", "an archive"),
    (b"\x28\xb5\x2f\xfd", "an archive"), (b"{\\rtf", "RTF"), (b"\xd0\xcf\x11\xe0", "an old Office document"),
)  # fmt: skip

_HIDDEN = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg"})
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
     "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "math",
     "semantics", "mi", "mn", "mo", "mrow", "ms", "msqrt", "mstyle", "msub", "msup", "mtext"}
)  # fmt: skip


class NoTextError(Exception):
    """There is no text to be had; the message says why, in one line."""


@dataclass(frozen=True)
class PageText:
    """The text of a page, the media type that it turned out to be, and whether scripts may make more of it."""

    text: str
    media_type: str
    scripted: bool = False


def sniff(body: bytes, header: str) -> Kind:
    """What a body is, by its first bytes and only then by its `Content-Type`.

    Raises NoTextError if it is neither HTML (or XML), PDF, JSON nor plain text.
    """
    start, said = body[:_SNIFFED], header.partition(";")[0].strip().lower()
    if b"%PDF-" in start[:1024]:  # ISO 32000-1, annex H: within the first 1024 bytes
        return "pdf"
    for magic, what in _MAGIC:
        if start.startswith(magic):
            raise NoTextError(f"it is {what}, no text")
    if said.startswith(("image/", "audio/", "video/", "font/")) and not _MARKUP.match(start):
        raise NoTextError(f"it is {said[:60]}, no text")
    wide = start.startswith((b"\xff\xfe", b"\xfe\xff")) or "utf-16" in header.lower() or "utf-32" in header.lower()
    if not wide and b"\0" in start:
        raise NoTextError("it is binary, no text")
    bare = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"") if wide else start.removeprefix(b"\xef\xbb\xbf")
    if wide:
        bare = bare.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")
    if _MARKUP.match(bare) and said not in ("text/plain", "text/markdown", "application/json"):
        return "html"
    if re.match(rb"\s*<(?:!doctype\s+html|html)[\s>]", bare, re.IGNORECASE):
        return "html"
    if said.endswith(("/json", "+json")) or bare.lstrip()[:1] in (b"{", b"["):
        return "json"
    return "html" if "html" in said or said.endswith(("/xml", "+xml")) else "plain"


def _decoded(body: bytes, name: str) -> str | None:
    try:
        return body.decode(_LABELS.get(name.strip().strip("\"'").lower(), name.strip().strip("\"'")))
    except (LookupError, ValueError):
        return None


def decode(body: bytes, header: str) -> str:
    """The characters of a body: by its byte order mark, as UTF-8 if it is that, by header, by `<meta>`, by guess.

    A body that is valid UTF-8 is nothing else, so a header that says so is not believed. Otherwise the order is that
    of the HTML standard, section 13.2.3.2; one that does not decode the whole body is passed over.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    said = re.search(r"charset\s*=\s*([^;\s]+)", header, re.IGNORECASE)
    seven_bit = b"\x1b$" in body or b"\x1b(" in body  # ISO-2022-JP
    if not seven_bit and b"\0" not in body[:_SNIFFED] and (text := _decoded(body, "utf-8")) is not None:
        return text
    declared = [said[1]] if said else []
    start = body[:_META_WITHIN]
    declared += [m[1].decode("ascii") for m in (_META.search(start), _XML.search(start)) if m]
    for name in [*declared, *(["iso-2022-jp"] if seven_bit else [])]:
        if (text := _decoded(body, name)) is not None:
            return text
    from charset_normalizer import from_bytes

    cut = body[:1_000_000]
    best = from_bytes(cut).best()
    name = best.encoding if best is not None else "utf-8"
    return body.decode(_LABELS.get(name.replace("_", "-"), name), "replace")


def _pieces(node: "LexborNode", tag: str) -> tuple[str, str, str]:
    """What an element puts before, between and after its children."""
    if tag == "sup":
        return "^", "", ""
    if tag == "msup":
        return "", "^", ""
    if tag in ("td", "th"):
        return " \t ", "", ""
    if tag == "img":
        return f" {node.attributes.get('alt') or ''} ", "", ""
    return ("", "", "") if tag in _INLINE else ("\n", "", "\n")


def _html_text(markup: str, limit: int) -> tuple[str, bool]:
    """Text of a page as a reader sees it, and whether there are scripts.

    An own walk: `text()` would run cells together or tear words apart at inline tags, and lose that 10²³ is raised.
    """
    from selectolax.lexbor import LexborHTMLParser

    root = LexborHTMLParser(markup).root
    pieces: list[str] = []
    scripted, size = False, 0
    stack: list[LexborNode | str] = [root] if root is not None else []
    while stack and size <= limit:
        node = stack.pop()
        tag = "" if isinstance(node, str) else node.tag or ""
        if isinstance(node, str) or tag == "-text":
            text = node if isinstance(node, str) else node.text_content or ""
            pieces.append(text)
            size += len(text)
        elif tag in _HIDDEN:
            scripted = scripted or tag == "script"
        elif tag == "math" and (formula := node.attributes.get("alttext")):
            pieces.append(f" {formula} ")
        elif not tag.startswith("-") and tag not in ("annotation", "annotation-xml"):
            before, between, after = _pieces(node, tag)
            pieces.append(before)
            children = [item for child in node.iter(include_text=True) for item in (between, child)][1:]
            stack += [after, *reversed(children)]
    return "".join(pieces), scripted


def _pdf_text(body: bytes, limit: int) -> str:
    import pypdfium2  # type: ignore[import-untyped]  # it has no types

    try:
        document = pypdfium2.PdfDocument(body)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        raise NoTextError("the PDF is encrypted" if locked else "the PDF is broken") from error
    pieces: list[str] = []
    size = 0
    try:
        for number in range(len(document)):
            try:
                page = document[number]
                text = page.get_textpage().get_text_bounded()
            except pypdfium2.PdfiumError:
                continue  # one broken page; the others may say it
            pieces.append(text)
            size += len(text)
            page.close()
            if size > limit:
                break
    finally:
        document.close()
    return "\n\n".join(pieces).replace("\r\n", "\n").replace("\ufffe", "-").replace("\x02", "-")


def _json_text(text: str) -> str:
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, indent=1)
    except (ValueError, RecursionError):
        return text  # JSON lines, or only nearly JSON


def page_text(body: bytes, header: str, limit: int) -> PageText:
    """The text of a body whose `Content-Type` is `header`, up to `limit` characters.

    Raises NoTextError if it is empty, of another type, encrypted, broken, or longer than that.
    """
    if not body.strip():
        raise NoTextError("the answer is empty")
    kind = sniff(body, header)
    scripted = False
    if kind == "pdf":
        text = _pdf_text(body, limit)
    elif kind == "html":
        text, scripted = _html_text(decode(body, header), limit)
    else:
        text = decode(body, header)
        text = _json_text(text) if kind == "json" else text
    if len(text) > limit:
        raise NoTextError(f"it has more than {limit} characters of text")
    if not text.strip():
        why = {"pdf": "the PDF has no text, only images", "html": "the page has no text without its scripts"}
        raise NoTextError(why.get(kind, "it has no text"))
    return PageText(text, _MEDIA_TYPES[kind], scripted)
