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
    return asset("script.js")


@cache
def style(language: str) -> str:
    """The style sheet, with the words that it shows in *language*."""
    words = Words(language)
    labels = "".join(f'--{name}:"{words.text(LABELS[name])}";' for name in LABELLED)
    return f":root{{{labels}}}\n{_bar_widths()}\n{asset('style.css')}"


@cache
def content_policy(language: str, *, scripted: bool = True) -> str:
    """Nothing from anywhere but this very style and script, by their hashes (CSP level 2), and icons in the page.

    *scripted*: False for a page without a script.
    """
    scripts = f"script-src {hashed(script())}; " if scripted else ""
    return (
        f"default-src 'none'; style-src {hashed(style(language))}; {scripts}img-src data:; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def hashed(text: str) -> str:
    """*text* as a source of the policy: ``'sha256-...'``."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode('ascii')}'"


def _bar_widths() -> str:
    """A class for each width of a freshness bar and each place of a slot: the policy forbids style attributes."""
    widths = [f".a{width}{{--a:{width}%}}" for width in range(101)]
    places = [f".s{step}{{--s:{step}}}" for step in range(48)]
    return "".join(widths + places)


def asset(name: str) -> str:
    """The text of a file beside this module."""
    return files("backup_watch.web.page").joinpath(name).read_text("utf-8")
