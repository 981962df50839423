"""Compare raw files with their shape: the keys and types that `schemas` asks for."""

from typing import TypeVar

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from flows.records.files import RawFile
from flows.records.findings import Finding, Pointer, Rule
from flows.records.salvage import Lost, salvage
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


RULES = {
    rule.id: rule
    for rule in (
        Rule("shape.unknown-key", "no such key", "use a key that there is"),
        Rule("shape.missing", "a key is missing", "add it"),
        Rule("shape.missing-source", "the record has no source", "add a [[sources]] block"),
        Rule("shape.wrong-type", "a value of another type belongs here", "write it as the finding says"),
        Rule("shape.out-of-range", "the number is larger than any count can be", "check the unit"),
        Rule("shape.not-finite", "the number is not finite", "leave the field out if the figure is unknown"),
        Rule("shape.date-time", "a date-time stands where a date belongs", "write the day alone, 2022-05-31"),
        Rule("shape.bad-form", "a slug, id, version or language code is not written as one", "mend it"),
        Rule("shape.unknown-code", "no such code", "use one of the field's codes"),
        Rule("shape.too-long", "`printed` is long", "give the figure or term alone"),
        Rule("shape.one-of", "a statement says exactly one thing", "give value, undisclosed or not_applicable"),
        Rule("shape.empty", "a list or table says nothing", "name at least one, or leave it out"),
    )
}


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


def _translate(file: RawFile, model: type[BaseModel], error: ErrorDetails, pointer: Pointer) -> Finding:
    """Turn an error of pydantic at a place of the file into a finding in curators' words."""
    kind, value = error["type"], error["input"]
    context = error.get("ctx", {})

    def found(rule: str, message: str = "", value: object = "", remedy: str = "") -> Finding:
        return file.finding(RULES[f"shape.{rule}"], pointer, value, message, remedy)

    shown = "" if isinstance(value, dict | list) else value
    if kind == "extra_forbidden":
        key = str(pointer[-1])
        remedy = closest(key, _allowed_keys(model, pointer))
        return found("unknown-key", value=key, remedy=remedy)
    if kind == "missing":
        missing = str(pointer[-1])
        rule = "missing-source" if pointer == ("sources",) else "missing"
        return found(rule, f"`{missing}` is missing", remedy=f"add {missing} = …")
    if kind in _EXPECTED:
        message, remedy = _EXPECTED[kind]
        return found("wrong-type", f"{message}, not a {name_type(value)}", shown, remedy)
    if kind == "too_short" and pointer == ("sources",):
        return found("missing-source")
    if kind == "too_short":
        message = "the model has no organisation" if pointer == ("organisations",) else "the list is empty"
        return found("empty", message, remedy="name at least one")
    if kind == "string_too_long":
        message = f"`{pointer[-1]}` has {len(str(value))} characters"
        limit = f"at most {context['max_length']} characters, never a sentence"
        return found("too-long", message, shown, f"give the figure or term alone, {limit}")
    return found(kind, str(context["message"]), shown, str(context["remedy"]))  # from `schemas.values.wrong`


def shape_of(file: RawFile, model: type[M]) -> tuple[M | None, Lost, list[Finding]]:
    """Compare one parsed file with its shape.

    Returns what it holds, typed and without what is wrong (None if nothing is left), what it lost, and the findings.
    """
    found: list[Finding] = []
    if file.data is None:
        return None, Lost(), found
    shaped, lost = salvage(file.data, model, lambda error, place: found.append(_translate(file, model, error, place)))
    return shaped, lost, found
