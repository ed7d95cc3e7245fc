"""Checks the options of a client before anything is sent."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from ncloud.errors import SettingsProblem

PUBLIC_BASE_URL = "https://ncloud.apigw.ntruss.com"
SITES = {
    "public": PUBLIC_BASE_URL,
    "gov": "https://ncloud.apigw.gov-ntruss.com",
    "fin": "https://fin-ncloud.apigw.fin-ntruss.com",
}
"""The base URL of each of Ncloud's sites."""
MAX_PAGE_SIZE = 1000
"""The API's own limit."""
MAX_CONCURRENCY = 64


def checked_base_url(base_url: str) -> str:
    """*base_url* without a trailing slash. Raises SettingsProblem, which does not show what may hold a secret.

    Only scheme, host and port: a path would become part of what is signed.
    """
    url = urlsplit(base_url) if is_safe_url(base_url) else None
    if url is None or url.port == 0 or url.path not in ("", "/") or "?" in base_url:
        shown = "" if set(base_url) & set("@?#") else f" {base_url!r}"
        raise SettingsProblem(
            f"base_url{shown} must be https://host or https://host:port, without user, path or query; "
            "http is for loopback addresses only"
        )
    return f"{url.scheme}://{url.netloc}"


def is_safe_url(url: str) -> bool:
    """Whether *url* is `https:`, or `http:` to a loopback address, with a host, without a user or a fragment.

    Keys and signatures would be readable on the way of any other `http:`. Only printable ASCII, and no backslash:
    parsers disagree about the rest, and one of them would find another host.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc or not (url.isascii() and url.isprintable()) or set(url) & set(" #\\"):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check(
    *, page_size: int, max_concurrency: int, attempts: int, method: str, response_format: str, seconds: dict[str, float]
) -> None:
    """Raises one SettingsProblem that names every wrong option, its value and what is allowed."""
    wrong = []
    for name, value, highest in (
        ("page_size", page_size, MAX_PAGE_SIZE),
        ("max_concurrency", max_concurrency, MAX_CONCURRENCY),
        ("attempts", attempts, 10),
    ):
        if not 1 <= value <= highest:
            wrong.append(f"{name} is {value}, allowed are 1 to {highest}")
    if method not in ("GET", "POST"):
        wrong.append(f"method is {method!r}, allowed are 'GET' and 'POST'")
    if response_format not in ("json", "xml"):
        wrong.append(f"response_format is {response_format!r}, allowed are 'json' and 'xml'")
    wrong += [f"{name} is {value}, it must be more than 0 s" for name, value in seconds.items() if not value > 0]
    if wrong:
        raise SettingsProblem("; ".join(wrong))
