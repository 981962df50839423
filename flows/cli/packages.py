"""The command that packs a release for package indexes."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flows.cli.console import Root, app, console, progress, project_root
from flows.cli.releases import edition_folder
from flows.layout import build_folder


@app.command(name="package")
def package_command(
    release: str,
    *,
    to: Annotated[Path | None, Parameter(help="Folder for the packages. Default: build/packages.")] = None,
    root: Root = None,
) -> int:
    """Build a wheel and an npm tarball of a published release, named and versioned by it. Nothing is uploaded.

    For example:

        kiban package 2026.11.0
        kiban package /somewhere/2026.11.0 --to packages

    Parameters
    ----------
    release
        A version, or the folder of a release.
    """
    from flows.packages.build import build

    folder = edition_folder(root, release)
    target = to or build_folder(project_root(root)) / "packages"
    with progress("building packages"):
        built = build(folder, target)
    for path, found in built:
        console().print(f"{found}  {path}", markup=False)
    return 0
