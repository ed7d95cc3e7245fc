"""`python -m tests.stack VERB`: the local stack, for the Makefile's targets."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType


def _leave(number: int, frame: FrameType | None) -> None:
    """End at once: all of the stack are threads of this process and its sockets, so the process is all there is."""
    sys.__stderr__.write("\r\x1b[K" if sys.__stderr__.isatty() else "")
    sys.__stderr__.flush()
    os._exit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _leave)  # before anything that takes time, so that no moment of it shows a traceback
    from tests.stack.verbs import main

    sys.exit(main(sys.argv[1:]))
