"""DuckDB in memory: ingested tables as `in_<table>`, and the steps that are run over them."""

from tempfile import TemporaryDirectory
from types import TracebackType

import duckdb
import pyarrow as pa

from flows.derive.steps import step_statement
from schemas.tables import Tables

#: what DuckDB may hold in memory, beside the tables that it is handed; the rest goes to a folder of its own
MEMORY_LIMIT = "600MB"


class Database:
    """An in-memory database over ingested tables, closed at the end of a `with` block."""

    def __init__(self, tables: Tables, threads: int | None = None, memory: str | None = None) -> None:
        self._spill = TemporaryDirectory(prefix="kiban-")
        config: dict[str, str | bool | int | float | list[str]] = {
            "preserve_insertion_order": True,
            "memory_limit": memory or MEMORY_LIMIT,
            "temp_directory": self._spill.name,
            # a file that is being made is ordered once, when it is whole, not after each table that is added
            "checkpoint_threshold": "1TB",
        }
        if threads:
            config["threads"] = threads
        self.connection = duckdb.connect(":memory:", config=config)
        self.connection.execute("set enable_progress_bar = false")  # it would draw over what we print
        self.hand(tables)

    def hand(self, tables: Tables) -> None:
        """Hand in tables, each in place of what was handed in by its name."""
        for name, table in tables.items():
            self.connection.register(f"in_{name}", table)

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()
        self._spill.cleanup()

    def run(self, name: str) -> None:
        """Make the table or macro of a step."""
        self.connection.execute(step_statement(name))

    def execute(self, statement: str) -> None:
        """Run a statement of which nothing comes back."""
        self.connection.execute(statement)

    def arrow(self, query: str) -> pa.Table:
        """Rows of a query as one Arrow table."""
        return self.connection.execute(query).to_arrow_table()
