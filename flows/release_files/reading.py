"""Reading what describes a release: the strict shapes of `release.json` and `datapackage.json`.

Whoever can write to a store can lay anything there, so nothing of a release is used before it
is known to be what a release holds. What later versions add is passed over.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, NonNegativeInt, ValidationError, model_validator

from flows.errors import UserError
from flows.layout import MANIFEST, is_hub
from schemas.values import Version

_Shape = TypeVar("_Shape", bound=BaseModel)

#: the largest `release.json` that is read, in bytes
MAX_MANIFEST = 16 * 2**20
#: how much of a message of pydantic is shown: it may quote what was found
_SHOWN = 160


class ReleaseFormatError(UserError):
    """A file of a release is not what such a file must be."""


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Day = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"), AfterValidator(_day)]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)]
_Label = Annotated[str, Field(pattern=r"^[0-9a-z.]+$", max_length=20)]
_SemVer = Annotated[str, Field(pattern=r"^(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){2}$")]
_STRICT = ConfigDict(strict=True, frozen=True)


class Source(BaseModel):
    """The commit that a release was made from, if any, and whether the files were as committed."""

    model_config = _STRICT
    commit: str | None
    clean: bool


class TableContent(BaseModel):
    """Rows of a table, and the SHA-256 of its canonical CSV."""

    model_config = _STRICT
    rows: NonNegativeInt
    content_sha256: Hash


class FileContent(BaseModel):
    """Size and SHA-256 of a file."""

    model_config = _STRICT
    bytes: NonNegativeInt
    sha256: Hash


class ListedErratum(BaseModel):
    """A known fault, and the version that has it."""

    model_config = _STRICT
    version: Version
    id: str
    table: str | None
    text: str
    text_ja: str
    corrected_in: Version | None
    on: Day


class Manifest(BaseModel):
    """What `release.json` says; an index alone asks for versions, since a preview has none."""

    model_config = _STRICT
    version: _Label
    schema_version: _SemVer
    as_of: Day
    collected_until: Day | None = None
    previous: _Label | None
    source: Source
    libraries: dict[str, str]
    tables: dict[_Name, TableContent]
    errata: list[ListedErratum] = []
    files: dict[str, FileContent]


class _Constraints(BaseModel):
    model_config = _STRICT
    required: bool = False
    enum: list[str] = []


class _Column(BaseModel):
    model_config = _STRICT
    name: str
    type: str
    is_list: bool = Field(default=False, alias="kiban:list")
    unit: str | None = None
    description: str = ""
    constraints: _Constraints = _Constraints()


class _TableSchema(BaseModel):
    model_config = _STRICT
    fields: list[_Column]
    key: list[str] = Field(alias="primaryKey", min_length=1)

    @model_validator(mode="after")
    def _key_is_there(self) -> "_TableSchema":
        names = [column.name for column in self.fields]
        if len(set(names)) < len(names) or not set(self.key) <= set(names):
            raise ValueError("columns must stand there once each, and those of the key be among them")
        return self


class _Resource(BaseModel):
    model_config = _STRICT
    name: str
    format: str
    table: dict[str, object] | None = Field(default=None, alias="schema")


class _Package(BaseModel):
    model_config = _STRICT
    resources: list[_Resource]


def first_fault(error: ValidationError) -> str:
    """Where a value first departs from its shape, and how, in one line of limited length."""
    first = error.errors(include_url=False)[0]
    where = "".join(f"{str(part)[:40]}: " for part in first["loc"])
    said = "".join(character if character.isprintable() else "�" for character in f"{where}{first['msg']}")
    return said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…"


def _unfit(error: ValidationError, place: str) -> ReleaseFormatError:
    return ReleaseFormatError(
        f"{place}: {first_fault(error)}; it is not that of a release: put back what was published, from a mirror, or "
        "move the folder away if it never was"
    )


def _read(shape: type[_Shape], content: bytes, place: str) -> _Shape:
    try:
        return shape.model_validate_json(content)
    except ValidationError as error:
        raise _unfit(error, place) from error


def read_manifest(content: bytes, place: str) -> Manifest:
    """Read a `release.json`. Raises ReleaseFormatError, naming `place`, if it is not of the shape that releases have."""
    return _read(Manifest, content, place)


def manifest_in(folder: Path) -> Manifest:
    """The `release.json` in the folder of a release. Raises ReleaseFormatError as `read_manifest` does."""
    return read_manifest((folder / MANIFEST).read_bytes(), str(folder / MANIFEST))


def are_of_the_hub(old: Path, new: Path) -> bool:
    """Whether two folders hold releases of the hub layer. Raises UserError if one alone does."""
    of_hub = [is_hub(manifest_in(folder).tables) for folder in (old, new)]
    if len(set(of_hub)) > 1:
        raise UserError(f"{old} and {new}: one is of the hub layer, the other curated; give two of one kind")
    return all(of_hub)


def read_schemas(content: bytes, place: str, tables: Sequence[str]) -> dict[str, dict[str, object]]:
    """Table Schema of each table that a `datapackage.json` has as CSV, by the name of the table.

    Raises ReleaseFormatError, naming `place`, if it is not of the known shape, or has one of `tables` not at all.
    """
    found: dict[str, dict[str, object]] = {}
    for resource in _read(_Package, content, place).resources:
        if resource.format == "csv":
            table = resource.name.removesuffix("-csv")
            try:
                _TableSchema.model_validate(resource.table)
            except ValidationError as error:
                raise _unfit(error, f"{place}: {table[:40]}: schema") from error
            found[table] = resource.table or {}
    if missing := sorted(set(tables) - set(found)):
        raise ReleaseFormatError(f"{place}: describes no {', '.join(missing)[:_SHOWN]}, which release.json has")
    return found
