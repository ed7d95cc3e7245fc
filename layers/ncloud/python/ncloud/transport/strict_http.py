"""An HTTP response reader that takes no response for another request's, where CPython's is too lenient.

It leans on these methods of CPython's `http.client.HTTPResponse`, which are not public (checked with 3.11 to 3.14):

- `_read_status`, which `begin` calls for the status line, and once more after a 100;
- `_read_next_chunk_size`, which every way of reading a chunked body calls for the size of the next chunk;
- the attributes `fp`, `chunked`, `will_close` and `status`, as `begin` leaves them.

`tests/edges/ncloud/test_framing.py` sends what each of them is overridden for.
"""

import http.client
import re

_MAX_LINE = 65536
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,16}[ \t]*(?:;.*)?\r?\n", re.DOTALL)
_SWITCHING = http.client.SWITCHING_PROTOCOLS
_WITHOUT_BODY = {_SWITCHING, http.client.NO_CONTENT, http.client.NOT_MODIFIED}


class BadChunkSize(http.client.HTTPException):
    """The body is framed by what is no number of bytes."""


class StrictResponse(http.client.HTTPResponse):
    """Ends the connection wherever the end of a response is in doubt."""

    def _read_status(self) -> tuple[str, int, str]:
        """The final response's status line.

        The base class takes any interim response but 100 for the final one (RFC 9110, 15.2). Their number needs no
        limit: the exchange has an end of its own.
        """
        while True:
            status_line: tuple[str, int, str] = super()._read_status()  # type: ignore[misc]  # not public
            if status_line[1] == _SWITCHING or status_line[1] >= http.client.OK:
                return status_line
            http.client.parse_headers(self.fp)

    def begin(self) -> None:
        """Read status and headers; the connection ends with a response whose own end is in doubt."""
        super().begin()
        is_coded = "Transfer-Encoding" in self.headers and not self.chunked
        self.will_close = self.will_close or is_coded or self.status in _WITHOUT_BODY

    def _read_next_chunk_size(self) -> int:
        """Digits and nothing else (RFC 9112, 7.1). The base class accepts a sign, and reads to the end for -1."""
        line = self.fp.readline(_MAX_LINE)
        if not line.endswith(b"\n") and len(line) < _MAX_LINE:
            raise http.client.IncompleteRead(b"")
        if not _CHUNK_SIZE.fullmatch(line):
            raise BadChunkSize
        return int(line.partition(b";")[0], 16)
