"""Texts of a release from templates in `flows/templates`."""

import json
import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

#: what Markdown or the HTML in it would take for markup
_MARKUP = re.compile(r"([\\`*_\[\]<>&|#~$])")


def plain(text: str) -> str:
    """A text from the tables as Markdown shows it as it is: one line, nothing in it is markup."""
    return _MARKUP.sub(r"\\\1", " ".join(text.split()))


@cache  # of which each keeps what it compiled
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("flows"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    environment.filters["json"] = lambda value: json.dumps(value, ensure_ascii=False)
    environment.filters["plain"] = plain
    return environment


def load(template: str) -> Template:
    """A template, compiled when it is first asked for."""
    return _environment().get_template(template)


def rendered(template: str, **values: object) -> str:
    """Text of a template. Raises jinja2.UndefinedError if it names what is not given."""
    return load(template).render(**values)
