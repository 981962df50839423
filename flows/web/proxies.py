"""Proxies that the environment names (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY)."""

import ssl
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

from flows.web.limits import UnfetchedError


def proxy_for(url: httpx.URL) -> str | None:
    """Address of the proxy for an address; None if it is asked directly."""
    found = getproxies()
    proxy = found.get(url.scheme) or found.get("all")
    if not proxy or proxy_bypass(url.netloc.decode("ascii")):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def through(proxy: str, context: ssl.SSLContext) -> httpcore.AsyncHTTPProxy:
    """Connections through a proxy. Raises UnfetchedError, without its credentials, if it is none of HTTP."""
    try:
        url = httpx.URL(proxy)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        note = "the proxy that the environment names is none of http; set HTTPS_PROXY to http://host:port, or NO_PROXY"
        raise UnfetchedError("unreachable", note)
    return httpcore.AsyncHTTPProxy(
        str(url.copy_with(userinfo=b"")),
        proxy_auth=(url.username, url.password) if url.userinfo else None,
        ssl_context=context,
        proxy_ssl_context=context if url.scheme == "https" else None,
        keepalive_expiry=5,
    )
