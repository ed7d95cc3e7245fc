"""Bodies of many megabytes: in memory of their own, and read as small ones are."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ncloud.transport import bodies
from ncloud.transport.bodies import MAPPED_FROM_BYTES, PIECE_BYTES, Body
from tests.unit.ncloud.wire import as_xml, backup_list, page, row


@given(st.lists(st.binary(min_size=1, max_size=9), max_size=9))
def test_the_whole_is_what_came_in_pieces(pieces):
    body = Body(1000)
    for piece in pieces:
        body.append(piece)
    assert bytes(body.whole()) == b"".join(pieces)
    assert body.size == sum(map(len, pieces))


@given(st.lists(st.binary(min_size=1, max_size=9), min_size=1, max_size=9), st.integers(1, 20))
def test_the_same_where_it_is_mapped(pieces, mapped_from):
    before = bodies.MAPPED_FROM_BYTES
    bodies.MAPPED_FROM_BYTES = mapped_from
    try:
        test_the_whole_is_what_came_in_pieces.hypothesis.inner_test(pieces)
    finally:
        bodies.MAPPED_FROM_BYTES = before


def test_a_large_body_is_no_piece_of_the_heap():
    body = Body(MAPPED_FROM_BYTES + PIECE_BYTES)
    while body.size < MAPPED_FROM_BYTES:
        body.append(b"x" * PIECE_BYTES)
    assert isinstance(body.whole(), memoryview)


DATED = row(lastBackupDate="2026-11-23T02:00:00+0900")
WRITTEN = {
    "as documented": json.dumps(backup_list(DATED)),
    "respelt": json.dumps(backup_list(row(LastBackupDate="2026-11-23T02:00:00+0900"))),
    "lenient": json.dumps(backup_list(DATED) | {"other": 1}),
    "after blanks": " \n" * 100 + json.dumps(backup_list(DATED)),
    "after a byte order mark": "\ufeff\n" + json.dumps(backup_list(DATED)),
    "XML": as_xml(backup_list(DATED)),
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
@pytest.mark.parametrize("kind", [bytes, memoryview])
def test_what_is_mapped_is_read_as_bytes_are(written, kind):
    assert page(kind(written.encode())) == page(WRITTEN["as documented"])


@pytest.mark.parametrize("at", [-3, -1, 0, 1, 3])
def test_another_spelling_is_found_across_the_parts_in_which_it_is_looked_for(at, monkeypatch):
    """The parts overlap by more than a key."""
    body = WRITTEN["respelt"].encode()
    monkeypatch.setattr("ncloud.decoding.fast_json._PART_BYTES", body.index(b"LastBackupDate") + at)
    assert page(body).rows[0].last_backup_at is not None
