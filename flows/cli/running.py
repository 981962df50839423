"""Running a flow from the command line: Prefect's settings, signals, and a server that is not there."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from rich.console import Console

from flows.cli.console import Screen, console, load
from flows.errors import UserError

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State
    from prefect.settings.legacy import Setting

R = TypeVar("R")


_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def spare_loopback() -> None:
    """Have no proxy of the environment asked for this machine itself, where a temporary Prefect server is."""
    given = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""  # who has both means the first
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    spared = ",".join([*hosts, *(host for host in _LOOPBACK if host not in hosts)])
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = spared


@contextmanager
def prefect_defaults() -> Iterator[None]:
    """Send no telemetry, ask no proxy for this machine, give a first start time enough, where the operator has not set it otherwise."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    spare_loopback()
    if home := os.environ.get("PREFECT_HOME"):
        Path(home).expanduser().mkdir(parents=True, exist_ok=True)  # Prefect itself would wait in vain
    from prefect.settings import (
        PREFECT_SERVER_ANALYTICS_ENABLED,
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS,
        get_current_settings,
        temporary_settings,
    )

    server = get_current_settings().server
    defaults: dict[Setting, bool | int] = {}
    if "analytics_enabled" not in server.model_fields_set:
        defaults[PREFECT_SERVER_ANALYTICS_ENABLED] = False
    if "startup_timeout_seconds" not in server.ephemeral.model_fields_set:
        defaults[PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS] = 180
    with temporary_settings(updates=defaults):
        yield


@contextmanager
def ended_by_signal(folder: Path) -> Iterator[threading.Event]:
    """Let Ctrl-C, or SIGTERM, end a run within seconds; the event says whether it came.

    The terminal interrupts Prefect's temporary server too, and its client would go on asking
    the dead server for more than a minute.
    """

    def give_up() -> None:
        own = f"-{os.getpid()}"
        for path in (*folder.glob(f"build/.work{own}"), *folder.glob(f"build/releases/.staging-*{own}")):
            shutil.rmtree(path, ignore_errors=True)
        os._exit(130)

    pressed = threading.Event()

    def interrupt(*_: object) -> None:
        pressed.set()
        timer = threading.Timer(5, give_up)
        timer.daemon = True
        timer.start()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield pressed
    except Exception as error:
        if pressed.is_set():  # whatever it broke, the cause is the interrupt
            raise KeyboardInterrupt from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _failure_words(state: "State[R]") -> str:
    """What a flow that did not complete says, also where its server went away in the middle."""
    import httpx

    error = state.data if isinstance(state.data, BaseException) else None
    lost = error is None and "connection attempts failed" in (state.message or "").lower()
    if lost or isinstance(error, httpx.HTTPError):
        return (
            "the Prefect server cannot be reached any more, or fails; what is published is whole and nothing else was; "
            "see to the server, then run this again"
        )
    return state.message or "the run failed"


def failed(state: "State[R]", ended: threading.Event) -> bool:
    """Whether a flow did not complete, and then print why. Raises KeyboardInterrupt if a signal ended it."""
    if state.is_completed():
        return False
    if ended.is_set():
        raise KeyboardInterrupt
    console(stderr=True).print(_failure_words(state), style="red", markup=False)
    return True


def _proxy_words() -> str:
    """A remedy more, where the operator's server is asked for through a proxy, whose address may be a secret."""
    from urllib.request import getproxies, proxy_bypass

    from prefect.settings import get_current_settings

    url = urlsplit(get_current_settings().api.url or "")
    proxied = getproxies().get(url.scheme) or getproxies().get("all")
    if not proxied or not url.hostname or proxy_bypass(url.hostname):
        return ""
    return f"; it is asked for through the proxy that the environment names: if that is not meant, set NO_PROXY={url.hostname}"


@contextmanager
def server_errors_told() -> Iterator[None]:
    """Put into one message that the Prefect server cannot be reached, or fails. Raises UserError."""
    import httpx

    try:
        yield
    except httpx.HTTPStatusError as error:
        if not error.response.is_server_error:
            raise
        raise UserError(
            f"the Prefect server answers {error.response.status_code}; see its log, and whether it has too much to do"
        ) from error
    except (RuntimeError, httpx.TransportError) as error:
        if isinstance(error, RuntimeError) and "ephemeral" in str(error):
            raise UserError(
                "the temporary Prefect server did not start in time; run this again when the machine is less busy, see to "
                "PREFECT_HOME, or give it longer: PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"
            ) from error
        if isinstance(error, RuntimeError) and "reach API" not in str(error):
            raise
        raise UserError(
            f"the Prefect server cannot be reached ({error}); start that server, or unset PREFECT_API_URL for a temporary "
            f"one{_proxy_words()}"
        ) from error


def let_pipes_close() -> None:
    """Have Prefect's own consoles, on which it logs, go on when a pipe is closed; rich would end the run with 1."""
    Console.on_broken_pipe = Screen.on_broken_pipe  # type: ignore[method-assign]  # Prefect makes them, and offers no other way


def _await_server(meanwhile: Callable[[], None]) -> None:
    """Start a temporary Prefect server, unless the operator has one, and do something else until it answers.

    Raises what Prefect raises if it does not come up.
    """
    from prefect.settings import get_current_settings

    if get_current_settings().api.url:
        return
    load("prefect.main")  # has Prefect log
    from prefect.client.orchestration import get_client
    from prefect.server.api.server import SubprocessASGIServer

    with ThreadPoolExecutor(max_workers=1) as beside:
        doing = beside.submit(meanwhile)
        try:
            get_client(sync_client=True)
            doing.result()
        except BaseException:  # also of an interrupt, after which what is being done is awaited first
            SubprocessASGIServer().stop()
            raise


@contextmanager
def under_prefect(folder: Path, meanwhile: Callable[[], None]) -> Iterator[threading.Event]:
    """Run a flow from the command line: it says what it waits for, and ends in one message whatever ends it.

    `meanwhile` is what can be done while a temporary server starts, such as loading the flow. Yields the event of
    `ended_by_signal`. Raises UserError if the server cannot be reached, or fails.
    """
    words = "starting Prefect: your own server, or a temporary one, which takes some ten seconds"
    let_pipes_close()
    console(stderr=True).print(words, style="dim")
    with prefect_defaults(), ended_by_signal(folder) as ended, server_errors_told():
        _await_server(meanwhile)
        yield ended
