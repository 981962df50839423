"""The pages of the packages: what they hold and how to begin, in English and Japanese."""

from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

import flows.about as about
from flows.layout import Identity


def readme(kind: Literal["python", "npm"], identity: Identity) -> str:
    """Text of the README of a package."""
    environment = Environment(
        loader=PackageLoader("flows"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False
    )
    return environment.get_template(f"package-{kind}.md.j2").render(about=about, identity=identity)
