"""The font of figures: one file, found by its path, so that no machine's own fonts have a say."""

from functools import cache
from pathlib import Path

from pylopdf_fonts_jp import sans_path

from flows.canonical import sha256


def font_file() -> Path:
    """Noto Sans JP (SIL Open Font License 1.1)."""
    return Path(sans_path())


@cache
def font_sha256() -> str:
    """SHA-256 of the font's file."""
    return sha256(font_file())
