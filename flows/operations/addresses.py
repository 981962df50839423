"""Secrets in addresses: what a run is told lands in logs, the status file and the server, which shows it to all its users."""

import re
from urllib.parse import urlsplit

from flows.errors import UserError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
# ssh as git writes it, user@host:path; what holds a slash before the colon is a folder
_SSH = re.compile(r"[^/:]+:(?!:)")

#: what to do with an address of releases that carries them
PUBLIC_REMEDY = "give the address at which readers find the releases as it is for everybody"


def scheme_of(address: str) -> str | None:
    """The scheme of an address, `ssh` also for user@host:path; None for a folder."""
    if match := _SCHEME.match(address):
        return match[1].lower()
    return "ssh" if _SSH.match(address) else None


def without_secrets(address: str) -> str:
    """An address as messages may show it: without user and password, query and fragment. A folder is shown as it is."""
    scheme = scheme_of(address)
    if scheme is None or scheme == "file":
        return address
    plain = re.split(r"[?#]", address, maxsplit=1)[0]
    start = _SCHEME.match(plain)
    if start is None:
        return plain.rpartition("@")[2] if _carries_password(plain) else plain
    host, slash, path = plain[start.end() :].partition("/")
    return f"{start[0]}{host.rpartition('@')[2]}{slash}{path}"


def _carries_password(address: str) -> bool:
    if _SCHEME.match(address):
        try:
            parts = urlsplit(address)
        except ValueError:
            return "@" in address
        return parts.password is not None or (parts.scheme in ("http", "https") and "@" in parts.netloc)
    return re.match(r"[^/@:]*:[^/@]*@", address) is not None


def refuse_secrets(address: str | None, remedy: str, kind: type[UserError] = UserError) -> None:
    """Raise an error of this kind, without them, if an address carries a password, a token, or a query, which may be one."""
    scheme = scheme_of(address or "")
    if address is None or scheme is None or scheme == "file":
        return
    if _carries_password(address) or re.search(r"[?#]", address):
        raise kind(
            f"{without_secrets(address)}: the address carries credentials, or a ? or # behind which they may be, "
            f"and the Prefect server would show them; {remedy}"
        )
