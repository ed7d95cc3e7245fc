"""Checks what a client is made from, all of it at once, before anything is sent."""

from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from ncloud.errors import SettingsProblem

PUBLIC_BASE_URL = "https://ncloud.apigw.ntruss.com"
MAX_PAGE_SIZE = 1000
"""The API's own limit."""
MAX_CONCURRENCY = 64


def checked_base_url(base_url: str) -> str:
    """*base_url* without a trailing slash. Raises SettingsProblem.

    Only scheme, host and port: a path would become part of what is signed. No `http:` but to this machine,
    as keys and signatures would be readable on the way.
    """
    try:
        url = urlsplit(base_url)
        port = url.port
    except ValueError as error:
        raise SettingsProblem(f"base_url {base_url!r} is no URL: {error}") from error
    if url.scheme not in ("https", "http") or not url.hostname or port == 0:
        raise SettingsProblem(f"base_url {base_url!r} must be https://host or https://host:port")
    if "@" in url.netloc or url.path not in ("", "/") or url.query or url.fragment:
        raise SettingsProblem("base_url must be scheme, host and port only, without user, path or query")
    if url.scheme == "http" and not _is_loopback(url):
        raise SettingsProblem(f"base_url {base_url!r} must be https; http is for loopback addresses only")
    return f"{url.scheme}://{url.netloc}"


def _is_loopback(url: SplitResult) -> bool:
    try:
        return url.hostname == "localhost" or ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False


def check(
    *, page_size: int, max_concurrency: int, attempts: int, method: str, response_format: str, seconds: dict[str, float]
) -> None:
    """Raises one SettingsProblem that names every wrong setting, its value and what is allowed."""
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
