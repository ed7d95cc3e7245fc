"""Bodies as large as the client takes in, each made to cost as much as it can.

``python -m tests.lab.fuzz.hostile [NAME]``
Prints for each the processor's seconds, the most memory that the process has had so far, and what came of it.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ncloud.decoding.fast_json import MAX_COMMAS, MAX_CONTAINERS
from ncloud.decoding.response import MAX_ROWS
from ncloud.decoding.xml import MAX_ATTRIBUTES, MAX_TAGS
from ncloud.transport.http import MAX_BODY_BYTES
from tests.lab.fuzz.promise import answer_in, read

HEADER = bytes((0, 0))
"""The backup list, under 200."""
START = b'{"getCloudPostgresqlBackupListResponse": {"returnCode": "0", "totalRows": 1, "cloudPostgresqlBackupList": ['
END = b"]}}"


def _filled(start: bytes, part: bytes, end: bytes) -> bytes:
    return start + part * ((MAX_BODY_BYTES - len(start) - len(end)) // len(part)) + end


def _nested_entities() -> bytes:
    levels = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "{"x" * 1000}">{levels}]><r>&e9;</r>'.encode()


BODIES: dict[str, Callable[[], bytes]] = {
    "deep-lists": lambda: b"[" * MAX_BODY_BYTES,
    "deep-objects": lambda: _filled(b"", b'{"a":', b""),
    "deep-in-a-row": lambda: _filled(START + b'{"a":', b"[", END),
    "empty-objects": lambda: _filled(START, b"{},", b"{}" + END),
    "empty-lists": lambda: _filled(START, b"[],", b"[]" + END),
    "numbers": lambda: _filled(START, b"1,", b"1" + END),
    "most-values": lambda: START + b'"a",' * (MAX_COMMAS - 9) + b"1" + END,
    "most-rows": lambda: START + b"1000," * (MAX_ROWS - 9) + b"1" + END,
    "most-objects": lambda: START[:-1] + b'{}, "a": [' + b"{}," * (MAX_CONTAINERS - 9) + b"{}" + END,
    "most-tags": lambda: b"<r>" + b"<a/>" * (MAX_TAGS - 9) + b"</r>",
    "most-attributes": lambda: b"<r " + b" ".join(b'a%d="1"' % n for n in range(MAX_ATTRIBUTES - 9)) + b"/>",
    "long-number": lambda: _filled(START.replace(b"1,", b""), b"9", END),
    "long-text": lambda: _filled(START + b'"', b"x", b'"' + END),
    "long-date": lambda: _filled(START + b'{"cloudPostgresqlInstanceNo":"1","lastBackupDate":"', b"9", b'"}' + END),
    "surrogates": lambda: _filled(START + b'"', b"\\ud800", b'"' + END),
    "shortest-rows": lambda: _filled(START, b'{"cloudPostgresqlInstanceNo":"1"},', b"{}" + END),
    "long-message": lambda: _filled(b'{"error": {"errorCode": "200", "message": "', b"A", b'"}}'),
    "xml-tags": lambda: _filled(b"<r>", b"<a/>", b"</r>"),
    "xml-deep": lambda: _filled(b"", b"<a>", b""),
    "xml-attributes": lambda: b"<r " + b" ".join(b'a%d="1"' % n for n in range(5 * MAX_ATTRIBUTES)) + b"/>",
    "xml-entities": _nested_entities,
    "xml-text": lambda: _filled(b"<r>", b"x", b"</r>"),
    "blanks": lambda: b" " * MAX_BODY_BYTES,
}


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    if (status := Path("/proc/self/status")).exists():
        # Not getrusage: on Linux its figure starts with the peak of the process that started this one.
        [kilobytes] = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(kilobytes) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2  # bytes, where there is no /proc (macOS)


def main(names: list[str]) -> None:
    """Read the bodies *names*, or all of them, one after another."""
    read(*answer_in(HEADER + START + END))  # imports and decoders are paid for once
    read(*answer_in(HEADER + b"<r/>"))
    for name in names or BODIES:
        operation, answer = answer_in(HEADER + BODIES[name]())
        began = time.process_time()
        outcome = read(operation, answer)
        spent = time.process_time() - began
        print(f"{name:16} {spent:6.2f} s, at most {peak_megabytes():4.0f} MB so far: {outcome!s:.80}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
