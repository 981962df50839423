"""Shape: does a raw file have the keys and types that `schemas` asks for?"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flows.records.files import RawFile, RawFolder, text_findings
from flows.records.findings import Finding, Pointer
from schemas.codebook import Axes, Errata, Licences, Organisations, Reading, Retired, Waivers
from schemas.record import Record
from schemas.values import closest, name_type

M = TypeVar("M", bound=BaseModel)

_EXPECTED = {
    "bool_type": ("true or false belongs here", "write true or false without quotes"),
    "string_type": ("text belongs here", "put it in quotes"),
    "list_type": ("a list belongs here", 'write it as ["…", "…"]'),
    "dict_type": ("a table belongs here", "write it as { … }"),
    "model_type": ("a table belongs here", "write it as { value = …, at = … }"),
    "model_attributes_type": ("a table belongs here", "write it as { value = …, at = … }"),
}


@dataclass(frozen=True)
class Shaped:
    """The files of `raw/` whose shape is right, and what is wrong with the others."""

    records: list[tuple[RawFile, Record]]
    readings: list[tuple[RawFile, Reading]]
    organisations: Organisations
    licences: Licences
    axes: Axes
    retired: Retired
    errata: Errata
    waivers: Waivers
    broken_books: frozenset[str]
    findings: list[Finding]


def _allowed_keys(model: type[BaseModel], pointer: Pointer) -> list[str]:
    """Keys that the table around `pointer` may have, by walking down the model's fields."""
    current: object = model
    for part in pointer[:-1]:
        if isinstance(part, int):
            continue
        if isinstance(current, type) and issubclass(current, BaseModel) and part in current.model_fields:
            current = _inner_model(current.model_fields[part].annotation)
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _inner_model(annotation: object) -> object:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _inner_model(argument)) is not None:
            return found
    return None


def _translate(file: RawFile, model: type[BaseModel], error: ErrorDetails) -> Finding:
    """Put an error of pydantic into the language of curators."""
    pointer: Pointer = tuple(part for part in error["loc"] if part != "[key]")
    kind, value = error["type"], error["input"]
    context = error.get("ctx", {})
    shown = "" if isinstance(value, dict | list) else value
    if kind == "extra_forbidden":
        key = str(pointer[-1])
        remedy = closest(key, _allowed_keys(model, pointer))
        return file.finding("shape.unknown-key", pointer, "no such key", key, remedy)
    if kind == "missing":
        missing = str(pointer[-1])
        rule = "shape.missing-source" if pointer == ("sources",) else "shape.missing"
        return file.finding(rule, pointer, f"`{missing}` is missing", "", f"add {missing} = …")
    if kind in _EXPECTED:
        message, remedy = _EXPECTED[kind]
        return file.finding("shape.wrong-type", pointer, f"{message}, not a {name_type(value)}", shown, remedy)
    if kind == "too_short" and pointer == ("sources",):
        return file.finding("shape.missing-source", pointer, "the record has no source", "", "add a [[sources]] block")
    if kind == "too_short":
        message = "the model has no organisation" if pointer == ("organisations",) else "the list is empty"
        return file.finding("shape.empty", pointer, message, "", "name at least one")
    if kind == "string_too_long":
        message = f"`{pointer[-1]}` has {len(str(value))} characters"
        limit = f"at most {context['max_length']} characters, never a sentence"
        return file.finding("shape.too-long", pointer, message, shown, f"give the figure or term alone, {limit}")
    message, remedy = str(context.get("message", error["msg"])), str(context.get("remedy", "mend it"))
    return file.finding(f"shape.{kind}", pointer, message, shown, remedy)


def _nearest_table(findings: list[Finding]) -> Iterator[Finding]:
    """Drop the echo of an error in a table's parts: the same place reported at both levels."""
    places = {f.pointer for f in findings}
    for f in findings:
        if not (
            f.rule in ("shape.one-of", "shape.empty")
            and any(p[: len(f.pointer)] == f.pointer and p != f.pointer for p in places)
        ):
            yield f


def shape_of(file: RawFile, model: type[M]) -> tuple[M | None, list[Finding]]:
    """Hold one parsed file against its shape: the typed record, or None and the findings."""
    if file.data is None:
        return None, []
    try:
        return model.model_validate(file.data), []
    except ValidationError as error:
        found = [_translate(file, model, e) for e in error.errors(include_url=False)]
        return None, list(_nearest_table(found))


def shape(folder: RawFolder, scope: Container[str] | None = None) -> Shaped:
    """Hold the files of `raw/` against their shape.

    `scope` limits the records and readings to some paths; the codebooks are always read. A
    codebook whose shape is wrong counts as empty, beside its findings.
    """
    findings = list(folder.strays)
    broken = set()

    def take(file: RawFile, model: type[M]) -> M | None:
        shaped, wrong = shape_of(file, model)
        if shaped is None:
            broken.add(file.path)
        findings.extend((*file.findings, *text_findings(file), *wrong))
        return shaped

    def wanted(files: list[RawFile]) -> list[RawFile]:
        return [file for file in files if scope is None or file.path in scope]

    books = folder.codebooks
    return Shaped(
        records=[(file, record) for file in wanted(folder.records) if (record := take(file, Record))],
        readings=[(file, reading) for file in wanted(folder.readings) if (reading := take(file, Reading))],
        organisations=take(books["organisations"], Organisations) or Organisations(organisations={}),
        licences=take(books["licences"], Licences) or Licences(licences={}),
        axes=take(books["axes"], Axes) or Axes(axes={}),
        retired=take(books["retired"], Retired) or Retired(),
        errata=take(books["errata"], Errata) or Errata(),
        waivers=take(books["waivers"], Waivers) or Waivers(),
        broken_books=frozenset(name for name, file in books.items() if file.path in broken),
        findings=findings,
    )
