"""The page's style and script, read once, and the policy that lets a browser use just these."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from backup_watch.i18n import Words
from backup_watch.web.page.columns import LABELS

LABELLED = ("freshness", "newest", "slot", "size", "retention")
"""Columns whose headings a narrow screen shows beside each value."""


@cache
def script() -> str:
    """What makes filtering and sorting immediate; the page works without it."""
    return _file("script.js")


@cache
def style(language: str) -> str:
    """The style sheet, with the words that it shows in *language*."""
    words = Words(language)
    labels = "".join(f'--{name}:"{words.text(LABELS[name])}";' for name in LABELLED)
    return f":root{{{labels}}}\n{_bar_widths()}\n{_file('style.css')}"


@cache
def sign_in_script() -> str:
    """What opens the page for who knows the token; see :mod:`backup_watch.web.page.sign_in`."""
    return _file("sign_in.js")


@cache
def content_policy(language: str, *, signing_in: bool = False) -> str:
    """Nothing from anywhere but this very style and script, by their hashes (CSP level 2), and icons in the page.

    *signing_in*: also for the script that fetches the page and puts it in the place of the form; what it puts there
    stays under the form's policy.
    """
    scripts = f"'{_hash(script())}'" + (f" '{_hash(sign_in_script())}'" if signing_in else "")
    connect = "connect-src 'self'; " if signing_in else ""
    return (
        f"default-src 'none'; style-src '{_hash(style(language))}'; script-src {scripts}; img-src data:; {connect}"
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}"


def _bar_widths() -> str:
    """A class for each width of a freshness bar and each place of a slot: the policy forbids style attributes."""
    widths = [f".a{width}{{--a:{width}%}}" for width in range(101)]
    places = [f".s{step}{{--s:{step}}}" for step in range(48)]
    return "".join(widths + places)


def _file(name: str) -> str:
    return files("backup_watch.web.page").joinpath(name).read_text("utf-8")
