"""Tables as tests write and change them: as frames of polars, and back as the stages hand them on."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from schemas.products import FILES, arrow_schema
from schemas.tables import Tables, polars_types


def arrow(name: str, frame: pl.DataFrame) -> pa.Table:
    """A frame as the published table of this name; one that cannot be that is left for what is tested to find."""
    table = frame.to_arrow()
    if frame.schema != polars_types(FILES[name].columns):
        return table
    try:
        return table.cast(arrow_schema(FILES[name])).combine_chunks()
    except ValueError:  # something is missing that may not be
        return table


def arrow_tables(frames: Mapping[str, pl.DataFrame]) -> Tables:
    """Frames as published tables."""
    return {name: arrow(name, frame) for name, frame in frames.items()}
