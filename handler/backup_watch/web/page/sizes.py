"""Sizes for people, in powers of 1,000 as disks are sold."""

from __future__ import annotations

UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


def human_size(size_bytes: int) -> str:
    """Three digits at most before a unit: ``950 B``, ``10.4 MB``, ``120 GB``."""
    size, unit = float(size_bytes), 0
    while size >= 999.5 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < 99.95 else 0
    return f"{size:.{digits}f} {UNITS[unit]}"
