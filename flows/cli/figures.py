"""Command of readers: the figures of a release, as of any day."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli.console import Root, app, console, progress, project_root
from flows.cli.releases import edition_folder
from flows.errors import UserError
from flows.layout import FIGURES_FILE, MANIFEST, build_folder


@app.command(name="figures")
def figures_command(
    edition: str | None = None,
    *,
    as_of: Annotated[date | None, Parameter(help="The day to draw. Default: the release's.")] = None,
    to: Annotated[Path | None, Parameter(help="Folder in which a folder `figures` is made. Default: build.")] = None,
    root: Root = None,
) -> int:
    """Draw the figures of a release, as of its day or an earlier one: SVG and PNG, English and Japanese.

    For example:

        kiban figures
        kiban figures --as-of 2022-05-31 --to /tmp/may
        kiban figures 2026.11.0
        kiban figures preview

    Parameters
    ----------
    edition
        A version, preview, or the folder of a release. Default: the newest of releases and preview.
    """
    from flows.cli.query import newest
    from flows.figures.draw import draw_figures
    from flows.release_files.reading import read_manifest

    folder = newest(project_root(root), None) if edition is None else edition_folder(root, edition)
    place = folder / MANIFEST
    manifest = read_manifest(place.read_bytes(), str(place))
    last = date.fromisoformat(manifest.as_of)
    day = as_of or last
    if day > last:
        raise UserError(f"{day} lies after {last}, the day of {folder}; give a day up to that, or a newer release")
    target = to or build_folder(project_root(root))
    if (target / MANIFEST).exists():
        raise UserError(f"{target} is a release, which never changes; give another folder with --to")
    with progress("drawing"):
        drawn = draw_figures(folder, target, manifest.version, day)
    for figure in drawn:
        console().print(f"{figure.name:14}{figure.title.en}: {figure.basis.en}", markup=False)
    console().print(f"as of {day}, from {folder}; written to {(target / FIGURES_FILE).parent}", markup=False)
    return 0
