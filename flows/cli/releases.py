"""Commands of publishers and of those who check what was published."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast

from cyclopts import Parameter

from flows.cli.console import AsOf, Public, Root, Sign, To, app, console, load, progress, project_root, release_day
from flows.cli.running import failed, under_prefect
from flows.errors import UserError, counted
from flows.layout import MANIFEST, build_folder, releases_folder

if TYPE_CHECKING:
    from flows.release import Released


@app.command(name="release")
def release_command(
    *,
    as_of: AsOf = None,
    version: Annotated[str | None, Parameter(help="YYYY.M.N. Default: the next free one.")] = None,
    to: To = None,
    sign: Sign = None,
    public: Public = None,
    root: Root = None,
) -> int:
    """Publish a release, as a Prefect flow, unless nothing changed since the newest.

    Uses your Prefect profile and server if you have them, otherwise a temporary server. For
    s3:// the usual AWS_… variables name endpoint, region and credentials.
    For example:

        kiban release
        kiban release --as-of 2026-11-01 --sign ~/.ssh/id_ed25519
        kiban release --to s3://bucket/kiban
    """
    from flows.cli.views import print_next, print_summary
    from flows.operations.addresses import PUBLIC_REMEDY, refuse_secrets
    from flows.operations.ahead import ahead
    from flows.publishing.publish import refuse
    from flows.stores.open import open_store

    folder, day = project_root(root), release_day(as_of)
    refuse(version)
    place = to or str(releases_folder(folder))
    open_store(place)  # an address that is none is told before Prefect starts
    refuse_secrets(public, PUBLIC_REMEDY)
    today = date.today()
    with (
        ahead(folder, today, day),
        under_prefect(folder, lambda: load("flows.release", "schemas.validation")) as ended,
    ):
        from flows.release import release

        state = release(folder, day, today, version, place, sign, public, return_state=True)
    if failed(state, ended):
        return 1
    released = cast("Released", state.result())
    print_summary(released.summary, released.published.words)
    print_next(released.published)
    return 0


def edition_folder(root: Path | None, named: str) -> Path:
    """Folder of a version in build/releases (of the hub layer: hub/<version>), of the preview, or as given."""
    from flows.layout import HUB, is_version

    if named != "preview" and not is_version(named.removeprefix(f"{HUB}/")):
        folder = Path(named)
    else:
        folder = build_folder(project_root(root)) / (named if named == "preview" else f"releases/{named}")
    if not (folder / MANIFEST).is_file():
        raise UserError(f"there is no release in {folder}; give a version, a folder of a release, or preview")
    return folder


@app.command(name="diff")
def diff_command(
    old: str,
    new: str,
    *,
    format: Annotated[
        Literal["text", "csv", "json"], Parameter(help="For people, or every change as it is published.")
    ] = "text",
    root: Root = None,
) -> int:
    """Show what changed between two releases, and why.

    For example:

        kiban diff 2026.11.0 2026.11.1
        kiban diff 2026.11.1 preview
        kiban diff /somewhere/2026.10.0 2026.11.1 --format csv
        kiban diff hub/2026.11.19 hub/2026.11.26

    Parameters
    ----------
    old, new
        A version, preview, or the folder of a release; of the hub layer hub/<version>.
    """
    from flows.release_files.reading import are_of_the_hub

    before, after = (edition_folder(root, named) for named in (old, new))
    if are_of_the_hub(before, after):
        from flows.hub_layer.diff import as_rows, as_text
    else:
        from flows.changes.diff import as_rows, as_text
    print(as_text(before, after) if format == "text" else as_rows(before, after, format), end="")
    return 0


@app.command(name="yank")
def yank_command(
    version: str,
    *,
    reason: Annotated[str, Parameter(help="What is wrong with it, for whoever has pinned it.")],
    to: To = None,
    sign: Sign = None,
    root: Root = None,
) -> int:
    """Mark a published version as not to be used: latest skips it, and it stays where it is.

    For example:

        kiban yank 2026.11.0 --reason "sizes of three models were in thousands"
    """
    from flows.publishing.publish import yank
    from flows.stores.open import open_store

    store = open_store(to or str(releases_folder(project_root(root))))
    done = yank(store, version, reason, date.today(), sign)
    console().print(f"{version} in {store.place} is {'now' if done.new else 'already'} yanked", markup=False)
    for stray in done.strays:
        console().print(f"passed over: {stray}", markup=False)
    return 0


@app.command(name="rebuild")
def rebuild_command(
    version: str,
    *,
    to: Annotated[str | None, Parameter(help="Where it was published. Default: build/releases.")] = None,
    root: Root = None,
) -> int:
    """Make a release again from the commit that it names, and compare the two.

    Exits with 1 if they are not the same: to the byte, or in content where libraries are others.
    For example:

        kiban rebuild 2026.11.0
    """
    from flows.cli.views import print_rebuilt
    from flows.rebuild import rebuild
    from flows.stores.open import open_store

    folder = project_root(root)
    with progress(f"making {version} again"):
        made = rebuild(folder, open_store(to or str(releases_folder(folder))), version)
    print_rebuilt(made)
    return 0 if made.same else 1


@app.command(name="verify")
def verify_command(
    place: str,
    version: str | None = None,
    *,
    allowed_signers: Annotated[
        Path | None, Parameter(help="Your own copy of the signers that you trust. Default: the store's.")
    ] = None,
    all_: Annotated[
        bool, Parameter(name="--all", negative="", help="Verify the whole store: its root, and every release in it.")
    ] = False,
    not_before: Annotated[
        int | None, Parameter(help="Serial that you saw before: an index that is older than that fails.")
    ] = None,
    format: Annotated[Literal["text", "json"], Parameter(help="How checks are printed.")] = "text",
) -> int:
    """Run every check on a release, and print each. Exits with 1 if one failed.

    For example:

        kiban verify build/releases
        kiban verify build/releases/2026.11.0
        kiban verify build/releases --all
        kiban verify build/releases/hub --all
        kiban verify https://example.org/kiban 2026.11.0 --allowed-signers signers --not-before 7

    Parameters
    ----------
    place
        Folder of a release or of releases, s3:// or http(s):// address of releases.
    version
        Default: the newest that is not yanked.
    """
    import json
    from dataclasses import asdict

    from flows.cli.views import print_checks
    from flows.verification.verify import verify

    if all_ and version is not None:
        raise UserError(f"--all verifies every release; leave {version} out, or --all")
    if all_:
        return _verify_store(place, allowed_signers, not_before, format)
    with progress("verifying"):
        checks = verify(place, version, allowed_signers, not_before)
    if format == "json":
        print(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        print_checks(checks)
    return 1 if any(check.status == "failed" for check in checks) else 0


def _verify_store(
    place: str, allowed_signers: Path | None, not_before: int | None, format: Literal["text", "json"]
) -> int:
    import json
    from dataclasses import asdict

    from flows.cli.views import print_store
    from flows.verification.whole import verify_store

    found = verify_store(place, allowed_signers, not_before)
    if format == "text":
        return 0 if print_store(found) else 1
    with progress("verifying"):
        each = dict(found)
    shown = {name: [asdict(check) for check in checks] for name, checks in each.items()}
    print(json.dumps(shown, ensure_ascii=False, indent=2))
    return 1 if any(check.status == "failed" for checks in each.values() for check in checks) else 0


@app.command(name="mirror")
def mirror_command(
    place: str,
    folder: Path,
    *,
    allowed_signers: Annotated[
        Path | None, Parameter(help="Your own copy of the signers that you trust. Default: those pinned in FOLDER.")
    ] = None,
    accept_signers: Annotated[
        bool, Parameter(negative="", help="Pin the signers of the store in place of those pinned in FOLDER.")
    ] = False,
) -> int:
    """Copy all releases of a store and check every byte; run again, it goes on where it stopped.

    The first copy of a signed store pins its signers: from then on they must have signed all that is copied.
    For example:

        kiban mirror https://example.org/kiban /srv/kiban
        kiban mirror https://example.org/kiban /srv/kiban --allowed-signers signers

    Parameters
    ----------
    place
        Address of releases: http(s)://, s3:// or a folder.
    folder
        Where the copy goes.
    """
    from flows.publishing.mirror import mirror
    from flows.publishing.pinning import Trust, read_signers
    from flows.stores.open import open_reader

    trust = Trust(read_signers(allowed_signers), accept_signers)
    with progress("copying"):
        done = mirror(open_reader(place), folder, trust)
    console().print(
        f"{counted(len(done.copied), 'release')} copied to {folder} ({done.fetched:,} bytes), {len(done.there)} were there",
        markup=False,
    )
    return 0
