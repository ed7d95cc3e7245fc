"""The command's table as a terminal shows it: drawn by the command's own code, in a font whose Korean is two cells."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from backup_watch.cli.answers import report_view
from backup_watch.i18n import Words
from backup_watch.web.checks import CachedCheck
from tests.browser.site import report_of

FRAME = Path(__file__).parent / "frames" / "terminal.html"
COLUMNS = 112
CELLS = re.compile("[가-힣✗✓]")
THEME = TerminalTheme(
    (18, 24, 27), (222, 227, 229),
    [(18, 24, 27), (255, 107, 107), (96, 211, 148), (245, 196, 81), (110, 168, 254), (199, 146, 234), (94, 214, 217),
     (222, 227, 229)],
)  # fmt: skip


def terminal(language: str) -> str:
    """`backup-watch check` of a fleet on a bad day."""
    console = Console(
        file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True, color_system="standard", highlight=False,
        markup=False, emoji=False, _environ={},
    )  # fmt: skip
    option = "" if language == "en" else f" --language {language}"
    console.print(Text.assemble(("$ ", "dim"), f"backup-watch check{option}"))
    console.print(report_view(CachedCheck(report_of("mixed"), timedelta(0)), Words(language)))
    drawn = console.export_html(theme=THEME, inline_styles=True, code_format="{code}")
    return FRAME.read_text("utf-8").replace("<!--text-->", CELLS.sub(_in_its_cells, drawn))


def _in_its_cells(found: re.Match[str]) -> str:
    """A character in as many cells as a terminal gives it, whatever the font does."""
    return f"<i style='width: {cell_len(found[0])}ch'>{found[0]}</i>"
