"""A fleet that stands still: the emulated clock stopped an hour ago, and no backup has landed since."""

GRACE = "6h"
"""Long enough that no slot since then makes a database overdue, and its details asked for: the bare readers ask for
none, and a healthy fleet whose clock runs has none that are due.
"""
