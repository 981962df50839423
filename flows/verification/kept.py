"""Checks of what a store keeps beside its releases: signatures, such as one of every index, and nothing of others."""

import re
from collections.abc import Container
from pathlib import Path

from flows.errors import counted
from flows.layout import CATALOGUE, FEED, HUB, HUB_NAME, INDEX, SIGNERS
from flows.publishing.signing import MAX_SIGNATURE, signer_problem
from flows.verification.subject import NotRunError, Outcome
from flows.verification.untrusted import UnfitError, read, walk

_NAME = re.compile(r"[0-9a-f]{64}\.sig")
#: what else lies in the root of a store, and only in that of the curated releases
_OWN = (INDEX, SIGNERS, "signatures", "yanked")
_CURATED = (FEED, CATALOGUE, HUB)
#: locks, and what runs are at work on or left when they were killed
_AT_WORK = re.compile(r"\.(staging|mirror)-.*|\.[a-z.]*lock")


def signatures(root: Path, signers: bytes | None) -> Outcome:
    """Every signature kept in a store's folder is well formed, was made for releases, and by one of the signers.

    `signers` are the reader's own; None takes the store's. What an older signature was made over is no longer there,
    so a change of its last part, the proof itself, stays unseen; the index of today is checked wholly at each release.
    """
    folder = root / "signatures"
    files, others = walk(folder) if folder.is_dir() and not folder.is_symlink() else ([], [])
    if folder.is_symlink():
        raise UnfitError("signatures: is a link")
    if signers is None and (root / SIGNERS).exists():
        signers = read(root, SIGNERS, MAX_SIGNATURE)
    if signers is None and not files and not others:
        raise NotRunError("not signed")
    problems = [f"signatures/{name}: is neither a file nor a folder" for name in others]
    if signers is None:
        problems.append(f"{SIGNERS}: is missing, although there are signatures")
    for name in files:
        if not _NAME.fullmatch(name):
            problems.append(f"signatures/{name}: is not named by a SHA-256")
            continue
        try:
            content = read(folder, name, MAX_SIGNATURE)
        except UnfitError as error:
            problems.append(f"signatures/{error}")
            continue
        if signers is not None and (reason := signer_problem(content, signers)) is not None:
            problems.append(f"signatures/{name}: {reason}")
    return Outcome(f"{len(files)} kept", problems)


def strays(root: Path, versions: Container[str], name: object) -> Outcome:
    """Nothing lies in a store's folder that is neither its own nor a release that the index, of that name, names."""
    own = _OWN if name == HUB_NAME else (*_OWN, *_CURATED)
    lying = sorted(path.name for path in root.iterdir())
    others = [path for path in lying if path not in own and path not in versions and not _AT_WORK.fullmatch(path)]
    return Outcome(counted(len(lying), "path"), [f"{path}: does not belong to the store" for path in others])
