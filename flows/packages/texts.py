"""The pages of the packages: what they hold and how to begin, in English and Japanese."""

from typing import Literal

import flows.about as about
from flows.layout import Identity
from flows.release_files.rendering import rendered


def readme(kind: Literal["python", "npm"], identity: Identity) -> str:
    """Text of the README of a package."""
    return rendered(f"package-{kind}.md.j2", about=about, identity=identity)
