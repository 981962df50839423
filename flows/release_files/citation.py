"""How a release is cited: `CITATION.cff` (Citation File Format 1.2) and BibTeX."""

import json

from flows.about import AUTHOR, DESCRIPTION, KEYWORDS, LICENCE, NAME, TITLE, places
from flows.layout import Identity

#: words of the format; it has none for where to report a mistake
_PLACES = {"homepage": "url", "releases": "repository-artifact"}


def citation(identity: Identity) -> str:
    """Text of `CITATION.cff` for a release.

    Each value is written as JSON, which YAML reads as it stands: no text needs quoting rules.
    """
    entries: dict[str, object] = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it with the version that you used.",
        "type": "dataset",
        "title": TITLE,
        "abstract": DESCRIPTION + (f" Models up to {day}." if (day := identity.collected_until) else ""),
        "authors": [{"name": AUTHOR}],
        "version": identity.version,
        "date-released": identity.as_of.isoformat(),
        "license": LICENCE,
        **{_PLACES[name]: address for name, address in places().items() if name in _PLACES},
        "keywords": list(KEYWORDS),
    }
    return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in entries.items())


def bibtex(identity: Identity) -> str:
    """The same as a BibTeX entry, for formats that ask for one."""
    return (
        f"@misc{{{NAME}_{identity.version.replace('.', '_')}, author = {{{{{AUTHOR}}}}}, title = {{{TITLE}}}, "
        f"year = {{{identity.as_of.year}}}, version = {{{identity.version}}}, note = {{Licence: {LICENCE}}}}}"
    )
