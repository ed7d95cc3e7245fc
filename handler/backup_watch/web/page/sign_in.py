"""The form that asks a browser for the token, where the platform keeps the browser from asking by itself.

A Function URL renames the header ``WWW-Authenticate``, so that no browser shows its own dialogue for the password.
Everybody who finds the address gets this response, so it is small, and tells nothing of what is behind it.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape

from backup_watch.i18n import Words
from backup_watch.web.page.assets import asset, hashed, script, style
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.response import Response


def sign_in_response(refused: RequestRefused, words: Words) -> Response:
    """The 401 as a page. Its script asks for the same address with the token, and shows what comes."""
    headers = {name.lower(): value for name, value in refused.headers.items()}
    headers["content-security-policy"] = _policy(words.language)
    return Response(refused.status, "text/html; charset=utf-8", _form(words).encode(), headers)


@cache
def _policy(language: str) -> str:
    """Nothing but the form's style and script, and those of the page that the script puts in the form's place, which
    stays under this policy; requests only to where the form came from.
    """
    styles, scripts = (_style(), style(language)), (_script(), script())
    return (
        f"default-src 'none'; style-src {' '.join(map(hashed, styles))}; script-src {' '.join(map(hashed, scripts))}; "
        "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


@cache
def _style() -> str:
    return "".join(re.sub(r"\s*([{}:;,])\s*", r"\1", line.strip()) for line in asset("sign_in.css").splitlines())


@cache
def _script() -> str:
    """Without the lines' indents and last comments; each statement ends with its sign, so that lines can be joined."""
    return "".join(re.sub(r"\s// .*", "", line).strip() for line in asset("sign_in.js").splitlines())


def _form(words: Words) -> str:
    title, token = escape(words.text("This page needs the access token")), escape(words.text("Access token"))
    wrong, failed = escape(words.text("That is not the token.")), escape(words.text("No answer came. Try again."))
    without = escape(
        words.text("Without JavaScript, send the token as the password of HTTP Basic or as a Bearer token.")
    )
    return (
        f"<!doctype html><html lang={words.language}><meta charset=utf-8>"
        f"<meta name=viewport content='width=device-width'><link rel=icon href=data:,><title>{title}</title>"
        f"<style>{_style()}</style><main><h1>{title}</h1><form><label>{token} "
        "<input type=password autocomplete=current-password required autofocus></label>"
        f"<button>{escape(words.text('Open'))}</button></form>"
        f'<p role=alert data-wrong="{wrong}" data-failed="{failed}"></p>'
        f"<noscript>{without}</noscript></main><script>{_script()}</script>"
    )
