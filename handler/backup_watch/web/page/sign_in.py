"""The form that asks a browser for the token, where the platform keeps the browser from asking by itself.

A Function URL renames the header ``WWW-Authenticate``, so that no browser shows its own dialogue for the password.
"""

from __future__ import annotations

from html import escape

from backup_watch.i18n import Words
from backup_watch.web.page.assets import content_policy, sign_in_script, style
from backup_watch.web.refusals import RequestRefused
from backup_watch.web.response import Response


def sign_in_response(refused: RequestRefused, words: Words) -> Response:
    """The 401 as a page. Its script asks for the same address with the token, and shows what comes."""
    headers = {name.lower(): value for name, value in refused.headers.items()}
    headers["content-security-policy"] = content_policy(words.language, signing_in=True)
    return Response(refused.status, "text/html; charset=utf-8", _form(words).encode(), headers)


def _form(words: Words) -> str:
    title = escape(words.text("This page needs the access token"))
    token, button = escape(words.text("Access token")), escape(words.text("Open"))
    wrong, failed = escape(words.text("That is not the token.")), escape(words.text("No answer came. Try again."))
    without = escape(
        words.text("Without JavaScript, send the token as the password of HTTP Basic or as a Bearer token.")
    )
    return f"""<!doctype html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style(words.language)}</style>
</head>
<body>
<main class="door">
<h1>{title}</h1>
<form id="sign-in">
<p><label for="token">{token}</label>
<input id="token" type="password" autocomplete="current-password" required autofocus></p>
<p class="buttons"><button>{button}</button></p>
</form>
<p id="wrong" role="alert" data-wrong="{wrong}" data-failed="{failed}"></p>
<noscript><p>{without}</p></noscript>
</main>
<script>{sign_in_script()}</script>
</body>
</html>
"""
