"""Marks of English sentences that another line says: `make catalogues` finds them by these names, as gettext does."""

from __future__ import annotations


def N_(message: str) -> str:  # noqa: N802  gettext's own name for it
    """Mark *message*; it is said by ``Words.text``."""
    return message


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a sentence with a number; it is said by ``Words.counted``."""
    return one, many


def NP_(_context: str, message: str) -> str:  # noqa: N802
    """Mark *message* in a context; it is said by ``Words.term``."""
    return message


def NNP_(_context: str, one: str, many: str) -> tuple[str, str]:  # noqa: N802
    """Mark a sentence with a number in a context; it is said by ``Words.counted_term``."""
    return one, many
