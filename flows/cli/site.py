"""Commands that lay releases out for readers: a static site, and a server on loopback to look at it."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter, validators

from flows.cli.console import Root, app, console, progress, project_root
from flows.errors import UserError
from flows.layout import build_folder, releases_folder


@app.command(name="site")
def site_command(
    folder: Path,
    *,
    store: Annotated[
        str | None, Parameter(help="Releases: a folder, s3://bucket/prefix or https://…. Default: build/releases.")
    ] = None,
    address: Annotated[
        str | None, Parameter(help="Where the site will lie, https://…: for canonical addresses and the sitemap.")
    ] = None,
    sql_engine: Annotated[
        Path | None,
        Parameter(help="node_modules/@duckdb/duckdb-wasm/dist: adds the page that runs SQL in the browser."),
    ] = None,
    root: Root = None,
) -> None:
    """Lay out all releases as a static site that any web host can take, whole or not at all.

    A page per model and maker in English and Japanese, every release under its version, and
    latest/ for the newest. A site that is there already is replaced.
    For example:

        kiban site build/site
        kiban site /srv/www/kiban --store /srv/kiban --address https://example.org/kiban
        kiban site build/site --sql-engine node_modules/@duckdb/duckdb-wasm/dist
    """
    from flows.site.build import lay_out

    place = store or str(releases_folder(project_root(root)))
    with progress("laying out the site"):
        made = lay_out(folder, place, address, sql_engine)
    console().print(f"{made.version}: {made.pages} pages in two languages in {made.folder}", markup=False)
    console().print(f"look at it: kiban serve {made.folder}", markup=False)


@app.command(name="serve")
def serve_command(
    folder: Path | None = None,
    *,
    port: Annotated[int, Parameter(help="0 takes a free one.", validator=validators.Number(gte=0, lte=65535))] = 8000,
    root: Root = None,
) -> None:
    """Serve a site, a store or a release on this machine alone, with ranges, until Ctrl-C.

    For example:

        kiban serve
        kiban serve build/preview --port 8080

    Parameters
    ----------
    folder
        Default: build/site, if there is one, else whichever of release and preview was made last.
    """
    from flows.site.serve import serve

    if folder is None:
        from flows.cli.query import newest

        home = project_root(root)
        folder = build_folder(home) / "site"
        folder = folder if folder.is_dir() else newest(home, None)
    if not folder.is_dir():
        raise UserError(f"there is no folder {folder}; make a site with: kiban site {folder}")

    def tell(address: str) -> None:
        console().print(f"{folder} is at {address} until Ctrl-C", markup=False)

    serve(folder, port, tell)
