"""Check of the signatures that a store keeps, such as one of every index that it ever had."""

import re
from pathlib import Path

from flows.layout import SIGNERS
from flows.verification.subject import NotRunError, Outcome
from flows.verification.untrusted import UnfitError, read, walk

_NAME = re.compile(r"[0-9a-f]{64}\.sig")
_LIMIT = 64 * 1024


def signatures(root: Path, signers: bytes | None) -> Outcome:
    """Every signature kept in a store's folder is well formed, was made for releases, and by one of the signers.

    `signers` are the reader's own; None takes the store's. What an older signature was made over is no longer there,
    so a change of its last part, the proof itself, stays unseen; the index of today is checked wholly at each release.
    """
    from flows.publishing.signing import signer_problem

    folder = root / "signatures"
    files, others = walk(folder) if folder.is_dir() and not folder.is_symlink() else ([], [])
    if folder.is_symlink():
        raise UnfitError("signatures: is a link")
    if signers is None and (root / SIGNERS).exists():
        signers = read(root, SIGNERS, _LIMIT)
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
            content = read(folder, name, _LIMIT)
        except UnfitError as error:
            problems.append(f"signatures/{error}")
            continue
        if signers is not None and (reason := signer_problem(content, signers)) is not None:
            problems.append(f"signatures/{name}: {reason}")
    return Outcome(f"{len(files)} kept", problems)
