"""The catalogues: one module for each language, and for each area that only some invocations need."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

LANGUAGES = ("en", "ko")
AREAS = ("message", "page")
"""Keys that begin with one of these and a dot stand in ``message_en``, ``page_ko`` and so on; all others in ``en`` and
``ko``."""


def catalogue_of(key: str, language: str) -> Mapping[str, str]:
    """The texts among which *key* stands; imported when first asked for."""
    area = key.partition(".")[0]
    return _texts(f"{area}_{language}" if area in AREAS else language)


@cache
def _texts(module: str) -> Mapping[str, str]:
    texts: Mapping[str, str] = import_module(f"backup_watch.i18n.{module}").TEXTS
    return texts
