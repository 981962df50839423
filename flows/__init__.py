"""What happens to the data, in order: ingest, check, derive, publish."""

import os

# The allocators of Arrow, polars and DuckDB keep what was freed for later, which is a tenth of a run's memory; as they
# begin, they ask this, so it is set before anything imports them.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
os.environ.setdefault("DUCKDB_JE_MALLOC_CONF", "dirty_decay_ms:200,muzzy_decay_ms:0")
