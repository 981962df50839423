"""What cannot be saved: importing the libraries, the bare SQL and writing, a trivial flow, bare figures."""

import sys
from pathlib import Path


def imports_check() -> None:
    import duckdb
    import polars
    import pyarrow
    import pydantic
    import rtoml

    assert duckdb and polars and pyarrow and pydantic and rtoml


def imports_preview() -> None:
    imports_check()
    import jinja2
    import pandera.polars
    import pyarrow.parquet

    assert jinja2 and pandera and pyarrow


def sql(folder: Path) -> None:
    """The same SQL over tables that lie there already, written by DuckDB alone."""
    from datetime import date

    import pyarrow.feather as feather

    from flows.derive.database import Database
    from flows.derive.products import derive, product_query
    from schemas.products import OBSERVED, PRODUCTS

    imports_preview()
    tables = {path.stem: feather.read_table(str(path)) for path in sorted((folder / "ingested").glob("*.arrow"))}
    out = folder / "bare"
    out.mkdir(exist_ok=True)
    with Database(tables) as database:
        derive(database, tables, date(2026, 11, 23))
        database.connection.execute(f"attach '{out}/bare-{len(list(out.iterdir()))}.duckdb' as bare")
        for name in PRODUCTS:
            if name not in ("claims", *OBSERVED):
                database.connection.execute(f'create table bare."{name}" as {product_query(name)}')
                source = f'bare."{name}"'
                database.connection.execute(
                    f"copy {source} to '{out}/{name}.parquet' (format parquet, compression zstd)"
                )
                database.connection.execute(f"copy {source} to '{out}/{name}.csv' (format csv)")


def figures(count: int) -> None:
    """So many figures of 300 points and 60 words each, drawn by matplotlib alone in this process, as SVG and PNG."""
    from io import BytesIO

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    for _ in range(count):
        figure = Figure(figsize=(10, 6.25), dpi=150)
        FigureCanvasAgg(figure)
        axes = figure.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.plot(range(300), range(300), "o")
        for place in range(60):
            axes.text(5 * place, 5 * place, "a model's name")
        for kind in ("png", "svg"):
            figure.savefig(BytesIO(), format=kind)


def trivial_flow(tasks: int) -> None:
    from prefect import flow, task
    from prefect.cache_policies import NO_CACHE

    @task(cache_policy=NO_CACHE, persist_result=False)
    def nothing(number: int) -> int:
        return number

    @flow(name="trivial")
    def trivial() -> None:
        for number in range(tasks):
            nothing(number)

    trivial()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["imports-check"]:
            imports_check()
        case ["imports-preview"]:
            imports_preview()
        case ["sql", folder]:
            sql(Path(folder))
        case ["figures", count]:
            figures(int(count))
        case ["flow", tasks]:
            trivial_flow(int(tasks))
        case other:
            sys.exit(f"no such floor: {other}")
