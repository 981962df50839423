"""A store of releases laid out as a static site that any web host can take. The same store gives the same bytes."""

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

import flows.about as about
from flows.canonical import to_json
from flows.errors import UserError, told
from flows.layout import INDEX
from flows.publishing.index import MAX_INDEX
from flows.publishing.mirror import mirror
from flows.site.engine import copy_engine, sql_page
from flows.site.for_machines import llms, machine_files, sitemap
from flows.site.hub import hub_pages, newest_hub
from flows.site.models import Landscape, model_pages
from flows.site.newest import newest
from flows.site.overview import overview_pages
from flows.site.page import Page, Renderer, Site
from flows.site.texts import texts
from flows.stores.open import open_reader
from schemas.addresses import address_fault

#: file by which a folder is known to be a site of ours, which may be replaced
MARK = "site.json"
#: the folder that is always the newest release
LATEST = "latest"


@dataclass(frozen=True)
class LaidOut:
    """What was laid out: where, of which release, how many pages."""

    folder: Path
    version: str
    pages: int


def _address(address: str | None) -> str | None:
    """The address of the site with a slash at its end. Raises UserError if it can be none."""
    if address is None:
        return None
    if (fault := address_fault(address)) or urlsplit(address).query or urlsplit(address).fragment:
        raise UserError(
            f"{address} is no address of a site: {fault or 'it has a query'}; give one such as https://example.org/kiban"
        )
    return f"{address.rstrip('/')}/"


def _refuse_target(folder: Path) -> None:
    """Raise UserError unless a site may be put there: where nothing is, or a site of ours and nothing hidden beside it."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UserError(f"{folder} is no folder; give another one")
    there = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    strange = [name for name in there if name.startswith(".")] if MARK in there else there
    if strange:
        raise UserError(
            f"{folder} has what is no site of ours ({', '.join(strange)[:120]}); give a new or empty folder"
        )


def _copy_store(place: str, root: Path) -> None:
    """Copy every release of a store, each byte checked. Raises UserError if it has none."""
    is_absent = "://" not in place and not Path(place).is_dir()
    if is_absent or (reader := open_reader(place)).read(INDEX, MAX_INDEX) is None:
        raise UserError(
            f"there are no releases in {place}; make one with: kiban release, or name their place by --store"
        )
    mirror(reader, root)
    for left in root.glob(".*"):
        shutil.rmtree(left) if left.is_dir() else left.unlink()


def _link_latest(release: Path, latest: Path) -> None:
    """Put the files of a release under `latest` as well: the same files twice where the disk has links, else copies."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    shutil.copytree(release, latest, copy_function=link)


def _write(root: Path, path: str, text: str) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # it may be one file with that of a release, which never changes
    target.write_text(text, encoding="utf-8", newline="\n")


def _write_pages(root: Path, pages: Iterable[Page], renderers: dict[str, Renderer]) -> list[str]:
    """Write pages in every language; return the paths, below a language, of those that are listed."""
    paths = []
    for page in pages:
        paths += [page.path] if page.is_listed else []
        for language, renderer in renderers.items():
            _write(root, f"{language}/{page.path}index.html", renderer.render(page))
    return paths


def _write_outer(root: Path, renderer: Renderer, address: str | None) -> None:
    """Write the entrance, which leads to the languages, and the page for what is not there."""
    both = {language: f"{language}/" for language in about.LANGUAGES}
    ja = texts("ja")
    base = urlsplit(address).path if address else "/"
    title = dict.fromkeys(about.LANGUAGES, about.TITLE)
    entrance = Page("", "entrance.html.j2", title)
    _write(root, "index.html", renderer.render_outer(entrance, both))
    _write(
        root,
        "404.html",
        renderer.render_outer(Page("404", "not_found.html.j2", "not_found", {"base": base, "ja": ja}), both),
    )


def _lay_out(root: Path, place: str, address: str | None, engine: Path | None) -> tuple[str, int]:
    """Write a whole site into the folder `root`, which is not there yet; return its newest version and number of pages."""
    _copy_store(place, root)
    release, hub = newest(root, place), newest_hub(place)
    _link_latest(release.folder, root / LATEST)
    for path, text in machine_files(release, address):
        _write(root, path, text)
    with as_file(files("flows").joinpath("templates/site/assets")) as assets:
        shutil.copytree(assets, root / "assets")
    if engine is not None:
        copy_engine(engine, root / "assets" / "engine")
    site = Site(
        release=release,
        address=address,
        has_explorer=(root / LATEST / "index.html").is_file(),
        has_sql=engine is not None,
        has_api=(root / "api" / "models.json").is_file(),
        has_hub=hub is not None,
    )
    renderers = {language: Renderer(site, language) for language in about.LANGUAGES}
    sql = [sql_page(release)] if engine is not None else []
    pages = chain(overview_pages(release, address, root), sql, hub_pages(release, hub), model_pages(Landscape(release)))
    paths = _write_pages(root, pages, renderers)
    _write_outer(root, renderers["en"], address)
    _write(root, "llms.txt", llms(site))
    if address is not None:
        _write(root, "sitemap.xml", sitemap(paths, address, release.identity.as_of.isoformat()))
    _write(root, MARK, to_json({"name": about.NAME, "version": release.version, "pages": len(paths)}))
    return release.version, len(paths)


def lay_out(folder: Path, place: str, address: str | None = None, engine: Path | None = None) -> LaidOut:
    """Lay out a store of releases as a static site in `folder`: whole, or not at all.

    `place` is the store, `address` where the site will lie, `engine` the folder `dist` of @duckdb/duckdb-wasm. A site of
    ours in `folder` is replaced. Raises UserError if the store has no release, `folder` holds anything else, or the
    address or the engine is none; StoreError if a release is not what the store's index promises.
    """
    address = _address(address)
    folder = folder.absolute()
    _refuse_target(folder)
    beside = folder.parent / f".{folder.name}.site-{os.getpid()}"
    before = folder.parent / f".{folder.name}.before-{os.getpid()}"
    with told(f"{folder}: the site cannot be written"):
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            version, pages = _lay_out(beside, place, address, engine)
            if folder.exists():
                folder.rename(before)
            beside.rename(folder)
        finally:
            if before.exists() and not folder.exists():
                before.rename(folder)
            for left in (beside, before):
                shutil.rmtree(left, ignore_errors=True)
    return LaidOut(folder, version, pages)
