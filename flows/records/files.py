"""Read the files of `raw/`, bytes to text to TOML, and report what a reader could not see in them."""

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import rtoml

from flows.records import characters
from flows.records.findings import Finding, Pointer, Rule, declared, show
from flows.records.outline import outline
from flows.records.toml_lines import line_of, positions
from schemas import addresses
from schemas.values import SLUG

MAX_BYTES = 1_000_000
#: characters of a text: a name, a note, an address; not of a claim's query
MAX_TEXT = 1_000
_SYNTAX_PLACE = re.compile(r" at line (\d+) column \d+$")
_FORMULA = ("=", "+", "-", "@")
# Only a file with one of these can hold a text that is wrong: an escape or tab, an opening quote before space,
# another quote or a formula's sign, a closing quote after space, credentials; or one with marks or a long text.
# Each pattern begins with a character of its own, to which the search leaps; in one pattern it would try all of them.
_SUSPECT = (
    *(
        re.compile(
            rf"""{quote}(?:(?:(?<=[\s=\[,{{]{quote})|(?<=\A{quote}))[\s=+@"'-]|(?<=\s{quote})\s*(?:[,\]}}#]|$))""",
            re.MULTILINE,
        )
        for quote in "\"'"
    ),
    re.compile(r"""://[^/?#\s"'<>]*@"""),
)
_RECORD = re.compile(rf"raw/models/{SLUG.pattern}/{SLUG.pattern}\.toml")
_READING = re.compile(rf"raw/readings/{SLUG.pattern}\.toml")
BOM = Rule("file.bom", "the file begins with a byte-order mark", "save it as UTF-8 without BOM")
NOT_UTF_8 = Rule("file.not-utf-8", "the file is not UTF-8", "save it as UTF-8")
CARRIAGE_RETURN = Rule("file.carriage-return", "a line ends in CR or CRLF", "save it with LF line ends")
OUTSIDE = Rule("file.outside", "the link leaves raw/", "put the file itself here")
TOO_LARGE = Rule("file.too-large", "the file is too large for a record", f"keep it under {MAX_BYTES} bytes")
UNREADABLE = Rule("file.unreadable", "the file cannot be read", "check that it exists and may be read")
SYNTAX = Rule("toml.syntax", "this is not TOML", "mend the line; text goes in quotes, dates do not")
DUPLICATE_KEY = Rule("toml.duplicate-key", "this is not TOML: duplicate key", "keep one of the two")
BLANK = Rule("text.blank", "the text is empty or blank", "leave the field out")
PADDED = Rule("text.padded", "there is space around the text", "trim it")
FORMULA = Rule("text.formula", "a spreadsheet would run this text", "begin it with another character")
TOO_LONG = Rule("text.too-long", "the text is longer than any here needs to be", "say it in fewer words")

CREDENTIALS = Rule(
    "text.credentials",
    "there are credentials in an address",
    "write the address without what stands before the @, and change the password: it is in the history of the records",
)

CODEBOOKS = ("organisations", "licences", "axes", "horizon", "retired", "errata", "comparisons", "draws", "waivers")
_LICENCE = "raw/LICENSE"
_INCLUSION = "raw/INCLUSION.md"  # which models are in; read by people alone
_BOOKS = {f"raw/{name}.toml" for name in CODEBOOKS}
NAME = Rule(
    "file.name",
    "it is not named as a record, nor has it another place in raw/",
    "records are raw/models/organisation/model.toml, readings raw/readings/text.toml, "
    f"in lower-case letters, digits and hyphens; beside them only {', '.join(CODEBOOKS)}.toml",
)
RULES = (*declared(globals()), *declared(vars(characters)))


@dataclass(eq=False)
class RawFile:
    """One file of `raw/`: where it is, its text, and what it parses to (None if it does not).

    `again` is where the text is read once more for the line of a finding, if it was not kept.
    """

    path: str
    text: str = ""
    data: dict[str, object] | None = None
    findings: list[Finding] = field(default_factory=list)
    again: Path | None = None

    def outline(self, root: Path) -> "RawFile":
        """The file as others need it once it is in the tables: of its data, only what they are held against is left."""
        return RawFile(self.path, data=outline(self.data), again=root / self.path if self.text else None)

    @property
    def model_id(self) -> str:
        """Id of the model, if the file is a record."""
        return self.path.removeprefix("raw/models/").removesuffix(".toml")

    def line(self, pointer: Pointer) -> int:
        """Line of a place in the file, counted from 1."""
        return line_of(_positions(self), pointer)

    def finding(self, rule: Rule, pointer: Pointer, value: object, message: str = "", remedy: str = "") -> Finding:
        """Make a finding at a place in this file."""
        return rule.finding(self.path, self.line(pointer), pointer, value, message, remedy)


@lru_cache(maxsize=256)  # a file often has several findings, and the places of all files would fill the memory
def _positions(file: RawFile) -> dict[Pointer, int]:
    """Line of every place in a file."""
    if file.again is None:
        return positions(file.text)
    try:
        with file.again.open(encoding="utf-8", errors="replace") as text:
            return positions(text.read(MAX_BYTES))
    except OSError:  # it went away since it was read
        return {}


def _decode(path: str, content: bytes) -> tuple[str, list[Finding]]:
    """Turn bytes into text; return it with the findings, which give the reason if there is none."""
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return "", [BOM.finding(path, 1, ())]
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return "", [NOT_UTF_8.finding(path, line, (), f"byte 0x{content[error.start]:02x}")]
    findings = []
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        findings.append(CARRIAGE_RETURN.finding(path, line, ()))
    lines = enumerate(text.split("\n"), start=1) if characters.unseen(text) else ()
    findings.extend(
        rule.finding(path, number, (), _code(char))
        for number, line_text in lines
        for char in characters.unseen(line_text.replace("\r", ""))
        if (rule := characters.rule_of(char))
    )
    return text, findings


def _code(char: str) -> str:
    return f"U+{ord(char):04X}"


def _is_suspect(text: str) -> bool:
    """Whether a file can hold a text that is wrong, seen without taking it apart."""
    if "\\" in text or "\t" in text or any(pattern.search(text) for pattern in _SUSPECT):
        return True
    if '"""' in text or "'''" in text or characters.has_marks(text):
        return True
    return len(text) > MAX_TEXT and max(map(len, text.split("\n"))) > MAX_TEXT


def strings(data: object, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Yield every text in parsed TOML, keys of tables included, with its place."""
    if isinstance(data, str):
        yield pointer, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield (*pointer, key), key
            yield from strings(value, (*pointer, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from strings(value, (*pointer, index))


def text_findings(file: RawFile) -> Iterator[Finding]:
    """Yield a finding for each text in a file that is blank, padded, too long, run by spreadsheets or holds unseen signs."""
    if file.data is None or not _is_suspect(file.text):
        return
    seen = {(finding.line, finding.value) for finding in file.findings}
    for pointer, text in strings(file.data):
        if "://" in text and addresses.CREDENTIALS.search(text):
            yield file.finding(CREDENTIALS, pointer, addresses.without_credentials(text))
        if len(text) > MAX_TEXT and pointer[-1] != "sql":
            message = f"the text has {len(text)} characters"
            yield file.finding(TOO_LONG, pointer, text, message, f"say it in at most {MAX_TEXT}")
        if text and text[0].isalnum() and text.isascii() and text.isprintable() and text[-1] != " ":
            continue
        if not text.strip():
            yield file.finding(BLANK, pointer, repr(text))
            continue
        if text != text.strip():
            yield file.finding(PADDED, pointer, repr(text))
        if text.startswith(_FORMULA):
            yield file.finding(FORMULA, pointer, text, remedy=f"begin it with something other than {text[0]}")
        if mark := characters.lone_mark(text):
            yield file.finding(characters.LONE_MARK, pointer, _code(mark))
        breaks = () if pointer[-1] == "sql" else re.findall(r"[\n\t]", text)
        for char in dict.fromkeys((*characters.unseen(text), *breaks)):
            if (file.line(pointer), _code(char)) not in seen:  # as a character of the file it was reported already
                yield file.finding(characters.rule_of(char) or characters.CONTROL, pointer, _code(char))


def read_file(root: Path, path: Path) -> RawFile:
    """Read one file below `root/raw`; what is wrong with it is reported as findings, never raised."""
    name = path.relative_to(root).as_posix()
    file = RawFile(name)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is no file")
        if status.st_size > MAX_BYTES:
            file.findings.append(TOO_LARGE.finding(name, 0, (), f"{status.st_size} bytes"))
            return file
        content = path.read_bytes()
    except OSError as error:
        file.findings.append(UNREADABLE.finding(name, 0, (), error.strerror or str(error)))
        return file
    file.text, file.findings = _decode(name, content)
    if not file.text and file.findings:
        return file
    try:
        file.data = rtoml.loads(file.text)
    except rtoml.TomlParsingError as error:
        message = str(error)
        place = _SYNTAX_PLACE.search(message)
        line = int(place[1]) if place else 0
        reason = message[: place.start()] if place else message
        rule = DUPLICATE_KEY if "duplicate key" in reason else SYNTAX
        source_line = file.text.split("\n")[line - 1].strip() if line else ""
        file.findings.append(rule.finding(name, line, (), source_line, f"{SYNTAX.words}: {show(reason)}"))
    return file


@dataclass
class RawFolder:
    """Everything in `raw/`: outlines of the records, and whole the files that they refer to."""

    records: list[RawFile]
    readings: list[RawFile]
    codebooks: dict[str, RawFile]

    @cached_property
    def files(self) -> dict[str, RawFile]:
        """Every file by its path."""
        return {file.path: file for file in (*self.records, *self.readings, *self.codebooks.values())}


@dataclass(frozen=True)
class Places:
    """Where the records and readings of a project lie, and findings about what lies where nothing belongs."""

    records: list[Path]
    readings: list[Path]
    strays: list[Finding]


def _licence_findings(root: Path) -> Iterator[Finding]:
    """Yield a finding if the licence of the data, which every release carries, is no file that can be read."""
    path = root / _LICENCE
    try:
        if not path.is_file():  # a pipe would be waited for
            raise OSError("it is no file" if os.path.lexists(path) else "No such file or directory")
        path.read_bytes()
    except OSError as error:
        yield UNREADABLE.finding(
            _LICENCE, 0, (), error.strerror or str(error), "the licence of the data cannot be read"
        )


def _leaves(raw: Path, path: Path) -> bool:
    return not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(raw))


def places_in(root: Path) -> Places:
    """Go through `root/raw`, without reading records.

    What does not belong there, leads out of it, or is not named as it must be, becomes
    findings.
    """
    raw = root / "raw"
    found = Places([], [], [])
    for path in sorted(raw.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() and _leaves(raw, path):
            found.strays.append(OUTSIDE.finding(name, 0, (), os.path.realpath(path)))
        elif path.is_dir():
            if path.is_symlink() or (path.suffix and name not in _BOOKS):  # of others, the files are named
                found.strays.append(NAME.finding(name, 0, (), path.name))
        elif _RECORD.fullmatch(name):
            found.records.append(path)
        elif _READING.fullmatch(name):
            found.readings.append(path)
        elif name not in _BOOKS and name not in (_LICENCE, _INCLUSION):
            found.strays.append(NAME.finding(name, 0, (), path.name))
    found.strays.extend(_licence_findings(root))
    found.records.sort(key=lambda path: path.with_suffix("").as_posix())  # as their ids are
    return found


def read_codebooks(root: Path) -> dict[str, RawFile]:
    """Read the codebooks in `root/raw`, each by its name; one that leads out of it has nothing in it."""
    raw = root / "raw"
    return {
        name: RawFile(f"raw/{name}.toml")
        if _leaves(raw, raw / f"{name}.toml")
        else read_file(root, raw / f"{name}.toml")
        for name in CODEBOOKS
    }
