"""Collects the bytes of a body so that the memory of a large one goes back to the system at once.

Many megabytes that a thread allocates and frees stay with its part of the C library's heap: sixteen threads that read
30 MB each in turn kept 700 MiB of it. Memory that is mapped for one body is unmapped with it.
"""

import mmap

PIECE_BYTES = 256 * 1024
"""Read at once."""
MAPPED_FROM_BYTES = 4 * 1024 * 1024
"""Bodies of this size and more are mapped; a page of a list is smaller."""


class Body:
    """One body of at most *limit* bytes, piece by piece."""

    def __init__(self, limit: int) -> None:
        self.size = 0
        self._limit = limit
        self._pieces: list[bytes] = []
        self._mapped: mmap.mmap | None = None

    def append(self, piece: bytes) -> None:
        """Take the next bytes. Raises ValueError beyond the limit."""
        if self._mapped is None and self.size + len(piece) >= MAPPED_FROM_BYTES:
            self._mapped = mmap.mmap(-1, self._limit)  # what is not written takes no memory
            for each in self._pieces:
                self._mapped.write(each)
            self._pieces.clear()
        if self._mapped is None:
            self._pieces.append(piece)
        else:
            self._mapped.write(piece)
        self.size += len(piece)

    def whole(self) -> bytes | memoryview:
        """All bytes, as they came."""
        if self._mapped is not None:
            return memoryview(self._mapped)[: self.size]
        return self._pieces[0] if len(self._pieces) == 1 else b"".join(self._pieces)
