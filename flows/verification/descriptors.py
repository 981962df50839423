"""Checks of what describes a release: data package, Croissant, provenance, citation."""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flows.bounded import at
from flows.errors import counted
from flows.layout import CITATION, CROISSANT, DATA_PACKAGE, PROVENANCE, UNLISTED, table_path
from flows.verification.description import descriptions, resources
from flows.verification.subject import NotRunError, Outcome, Subject, check_size
from flows.verification.untrusted import UnfitError, first_line, inside, mapping, mappings, read, text

if TYPE_CHECKING:
    import frictionless
    import mlcroissant

#: what a tool of readers is given of a resource; it never sees a property that makes it open something else
_RESOURCE = ("name", "type", "path", "format", "mediatype", "encoding", "bytes", "hash")
_FIELD = ("name", "type", "format")
_CONSTRAINTS = ("required", "unique", "enum", "minimum", "maximum", "minLength", "maxLength")
_PROFILES = (
    "https://datapackage.org/profiles/2.0/datapackage.json",
    "https://datapackage.org/profiles/2.0/dataresource.json",
)

_ENCODINGS = {"text/csv", "application/x-parquet"}

_REMEDY = (
    "is not installed; get the tools of `make .venv/.installed-dev`, or run it yourself as the release's CHECK.md says"
)


#: files that neither a manifest nor a statement can name
_UNNAMED = frozenset({*UNLISTED, PROVENANCE})


def _kept(value: Mapping[str, object], keys: Sequence[str]) -> dict[str, object]:
    return {key: value[key] for key in keys if key in value}


def _constraints(field: Mapping[str, object]) -> dict[str, object]:
    """Constraints of a field but for patterns, which can keep a reader busy for ever."""
    return _kept(mapping(field.get("constraints", {}), f"{DATA_PACKAGE}: constraints"), _CONSTRAINTS)


def _harmless(resource: Mapping[str, object]) -> dict[str, object]:
    """A resource as it stands, but for what could lead a reader out of the release."""
    kept = _kept(resource, _RESOURCE)
    if "schema" in resource:
        schema = mapping(resource["schema"], f"{DATA_PACKAGE}: schema")
        fields = mappings(schema.get("fields"), f"{DATA_PACKAGE}: fields")
        kept["schema"] = {
            "fields": [_kept(field, _FIELD) | {"constraints": _constraints(field)} for field in fields],
            **_kept(schema, ("primaryKey", "foreignKeys", "missingValues")),
        }
    return kept


def _say_when_read(resource: "frictionless.Resource") -> None:
    """frictionless opens its resources one after another by this method; whoever waits wants to know at which one it is."""
    opened: Callable[..., object] = resource.open

    def told(*args: Any, **kwargs: Any) -> object:
        at(resource.place)
        return opened(*args, **kwargs)

    object.__setattr__(resource, "open", told)


def datapackage(subject: Subject) -> Outcome:
    """frictionless finds the data package and every row of its tables valid."""
    package = subject.package
    found = resources(subject)
    for resource in found:
        path = text(resource.get("path"), f"{DATA_PACKAGE}: path")
        inside(subject.release, path)
        if not path.endswith((".csv", ".parquet")):  # frictionless would unpack an archive
            raise UnfitError(f"{DATA_PACKAGE}: {path}: is neither CSV nor Parquet")
    problems = [
        f"{DATA_PACKAGE}: $schema: is not that of Data Package v2"
        for item in (package, *found)
        if item.get("$schema", _PROFILES[0]) not in _PROFILES
    ]
    descriptions(subject)  # its references lead to resources of this very package
    try:
        import frictionless
    except ImportError as error:
        raise NotRunError(f"frictionless {_REMEDY}") from error
    descriptor = {"name": package.get("name"), "resources": [_harmless(resource) for resource in found]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = frictionless.Package.from_descriptor(descriptor, basepath=str(subject.release))
        for opening in made.resources:
            _say_when_read(opening)
        report = made.validate()
    found_by_it = [(DATA_PACKAGE, report.errors), *((task.place, task.errors) for task in report.tasks)]
    problems += [
        f"{place}: {(str(fault.message) or fault.type).splitlines()[0]}"
        for place, faults in found_by_it
        for fault in faults[:5]
    ]
    return Outcome(f"frictionless: {counted(len(found), 'resource')}", problems)


def _no_addresses(value: object) -> None:
    """Raise UnfitError if a JSON-LD text has a context other than the one at its top, or one from elsewhere."""
    if isinstance(value, dict):
        if "@import" in value or "@context" in value:
            raise UnfitError(f"{CROISSANT}: @context: must stand at the top alone and import nothing")
        for item in value.values():
            _no_addresses(item)
    elif isinstance(value, list):
        for item in value:
            _no_addresses(item)


def _distribution(subject: Subject, dataset: "mlcroissant.Dataset") -> Iterator[str]:
    """Compare each file that mlcroissant would read with the release. Raises UnfitError if it must not be read."""
    for node in dataset.metadata.distribution:
        url = getattr(node, "content_url", None)
        if not isinstance(url, str) or getattr(node, "contained_in", None):
            raise UnfitError(f"{CROISSANT}: {str(node.id)[:80]}: is no file of its own")
        place = inside(subject.release, url)
        if not set(node.encoding_formats or ()) <= _ENCODINGS:
            raise UnfitError(f"{CROISSANT}: {url}: is neither CSV nor Parquet")
        with place.open("rb") as file:
            start = file.read(64)
        # mlcroissant unpacks gzip, and fetches what a pointer of Git LFS names
        if start.startswith((b"\x1f\x8b", b"version https://git-lfs")):
            raise UnfitError(f"{CROISSANT}: {url}: is neither CSV nor Parquet")
        if url.endswith(".parquet"):
            check_size(place, url)
        if node.sha256 != subject.digest(url):
            yield f"{CROISSANT}: {url}: sha256 is not that of the file"


def _no_transforms(dataset: "mlcroissant.Dataset") -> None:
    """Raise UnfitError if a column is to be worked on: a pattern can keep a reader busy for ever."""
    for record_set in dataset.metadata.record_sets:
        for field in record_set.fields:
            if field.source is not None and field.source.transforms:
                raise UnfitError(f"{CROISSANT}: {str(field.id)[:80]}: is no plain column")


def _records(subject: Subject, dataset: "mlcroissant.Dataset") -> Iterator[str | int]:
    """Load every record set: the number of its rows, or a problem."""
    names = [str(record_set.uuid) for record_set in dataset.metadata.record_sets]
    for name in sorted(set(subject.contents) - set(names)):
        yield f"{CROISSANT}: has no record set {name}"
    for name in names:
        at(f"{CROISSANT}: {name}")
        try:
            count = sum(1 for _ in dataset.records(name))
        except Exception as error:  # whatever breaks the loader breaks it for readers too
            yield f"{CROISSANT}: {name}: cannot be loaded: {first_line(error)}"
            continue
        yield count
        if name in subject.contents and count != subject.table(table_path(name, "parquet")).num_rows:
            yield f"{CROISSANT}: {name}: loads {counted(count, 'row')}, not as many as its Parquet file has"


def croissant(subject: Subject) -> Outcome:
    """mlcroissant loads every record set to its last row."""
    body = dict(subject.json(CROISSANT))
    context = mapping(body.pop("@context", None), f"{CROISSANT}: @context")
    _no_addresses(body)
    _no_addresses(context)
    try:
        import mlcroissant
    except ImportError as error:
        raise NotRunError(f"mlcroissant {_REMEDY}") from error
    logging.getLogger("absl").setLevel(logging.ERROR)  # it warns of every record set in turn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = mlcroissant.Dataset(str(inside(subject.release, CROISSANT)))
        _no_transforms(dataset)
        problems = list(_distribution(subject, dataset))
        if problems:
            return Outcome("mlcroissant", problems)
        found = list(_records(subject, dataset))
    counts = [item for item in found if isinstance(item, int)]
    problems = [item for item in found if isinstance(item, str)]
    return Outcome(f"mlcroissant: {counted(len(counts), 'record set')}, {counted(sum(counts), 'row')}", problems)


def _subjects(subject: Subject, statement: Mapping[str, object]) -> Iterator[str]:
    named = set()
    for entry in mappings(statement.get("subject"), f"{PROVENANCE}: subject"):
        name = text(entry.get("name"), f"{PROVENANCE}: subject: name")
        named.add(name)
        if entry.get("digest") != {"sha256": subject.digest(name)}:
            yield f"{PROVENANCE}: {name}: digest is not that of the file"
    for path in sorted(set(subject.files) - named - _UNNAMED):
        yield f"{PROVENANCE}: {path}: is no subject"


def provenance(subject: Subject) -> Outcome:
    """provenance.json is an in-toto statement over these files, from the commit that release.json names."""
    statement = subject.json(PROVENANCE)
    problems = []
    if statement.get("_type") != "https://in-toto.io/Statement/v1":
        problems.append(f"{PROVENANCE}: _type: is not that of an in-toto statement, version 1")
    problems += _subjects(subject, statement)
    predicate = mapping(statement.get("predicate"), f"{PROVENANCE}: predicate")
    definition = mapping(predicate.get("buildDefinition"), f"{PROVENANCE}: buildDefinition")
    dependencies = mappings(definition.get("resolvedDependencies"), f"{PROVENANCE}: resolvedDependencies")
    digests = [mapping(item.get("digest"), f"{PROVENANCE}: digest") for item in dependencies]
    commits = {digest["gitCommit"] for digest in digests if "gitCommit" in digest}
    commit = mapping(subject.manifest.get("source"), "release.json: source").get("commit")
    if commits != ({commit} - {None}):
        problems.append(f"{PROVENANCE}: gitCommit: is not the commit of release.json")
    given = mapping(definition.get("externalParameters"), f"{PROVENANCE}: externalParameters")
    problems += [
        f"{PROVENANCE}: {key}: is not that of release.json"
        for key in ("version", "as_of", "previous")
        if given.get(key) != subject.manifest.get(key)
    ]
    count = len(mappings(statement.get("subject"), PROVENANCE))
    return Outcome(f"{counted(count, 'file')}, commit {str(commit)[:12] if commit else 'unknown'}", problems)


def citation(subject: Subject) -> Outcome:
    """CITATION.cff is YAML, and has the version and the day of release.json."""
    import ruamel.yaml

    at(CITATION)
    content = read(subject.release, CITATION, 1024 * 1024)
    try:
        found = mapping(ruamel.yaml.YAML(typ="safe", pure=True).load(content.decode("utf-8")), CITATION)
    except (ruamel.yaml.error.YAMLError, UnicodeDecodeError) as error:
        return Outcome("", [f"{CITATION}: is no YAML: {first_line(error)}"])
    problems = [
        f"{CITATION}: {key}: is not the {of} of release.json"
        for key, of in (("version", "version"), ("date-released", "as_of"))
        if str(found.get(key)) != subject.manifest.get(of)
    ]
    return Outcome(f"version {str(found.get('version'))[:40]}", problems)
