"""One event handled in a fresh interpreter, and what that took: modules imported, documents parsed, instances judged.

`python tests/edges/counted_run.py EVENT` with `app` on the path; the last line of its output is JSON.
"""

import json
import sys
import threading
from types import FrameType

PARSERS = {"decode", "loads", "raw_decode", "fromstring"}
"""What functions are called that parse a document. Those of ``bytes`` decode text, and ``marshal`` reads byte code."""
event = json.loads(sys.argv[1])
before = set(sys.modules)
parsed: list[str] = []
judged: list[str] = []


def watch(frame: FrameType, kind: str, called: object) -> None:
    """Note each call of a parser written in C, as all are that read a whole page, in whatever thread; and of ours."""
    if kind == "call" and frame.f_code.co_name == "judge":
        judged.append(frame.f_code.co_name)
    if kind == "c_call" and called.__name__ in PARSERS:
        owner = called.__self__
        parsed.append(getattr(owner, "__name__", None) or type(owner).__name__)


import app  # noqa: E402

imported = set(sys.modules) - before
threading.setprofile(watch)
sys.setprofile(watch)
app.lambda_handler(event, None)
sys.setprofile(None)
documents = [name for name in parsed if name not in ("bytes", "bytearray", "marshal")]
loaded = sorted(set(sys.modules) - before)
print(json.dumps({"imported": sorted(imported), "loaded": loaded, "parsed": documents, "judged": len(judged)}))
