"""Both packages of a release, written into a folder."""

from pathlib import Path

from flows.canonical import digest, write_whole
from flows.errors import told
from flows.packages.contents import contents
from flows.packages.npm import npm_name, npm_tarball
from flows.packages.wheel import wheel, wheel_name


def build(folder: Path, target: Path) -> list[tuple[Path, str]]:
    """Write the wheel and the npm tarball of the release in `folder` into `target`; their paths, and the SHA-256 of each.

    Neither is written unless both could be made. Raises UserError if the release cannot be packaged, or the disk refuses.
    """
    release = contents(folder)
    version = release.identity.version
    made = {wheel_name(version): wheel(release), npm_name(version): npm_tarball(release)}
    with told(f"{target}: the packages cannot be written"):
        return [(write_whole(target / name, content), digest(content)) for name, content in made.items()]
