"""git, as a program: one way to call it."""

import os
import subprocess
from pathlib import Path

from flows.errors import UserError

_SECONDS = 600

#: what git may speak: what it allows by default, and no helper such as `ext` or `fd`, which run programs or wait for ever
PROTOCOLS = ("file", "git", "http", "https", "ssh")
_ALLOWED = {"GIT_ALLOW_PROTOCOL": ":".join(PROTOCOLS)}

#: no prompt for a password, no hooks or helpers of a repository that somebody else wrote
_SILENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes"}
_SAFE = ("-c", "core.hooksPath=/dev/null")


class GitError(UserError):
    """git refused, or could not be called; the message is its last line."""


def git(folder: Path, *arguments: str) -> str:
    """Call git in a folder; return what it prints, without the last line break. Raises GitError."""
    try:
        done = subprocess.run(
            ["git", *_SAFE, *arguments],
            cwd=folder,
            env={**_SILENT, **os.environ, **_ALLOWED},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GitError(f"git {arguments[0]}: {type(error).__name__}") from error
    if done.returncode != 0:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise GitError(f"git {arguments[0]}: {last}")
    return done.stdout.rstrip("\n")
