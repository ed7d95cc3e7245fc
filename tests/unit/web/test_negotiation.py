"""Content negotiation with weights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.web.negotiation import accepts_gzip, prefers_html, weights
from tests.unit.web.asking import BROWSER


@pytest.mark.parametrize(
    ("accept", "html"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("TEXT/HTML", True),
        ("text/*", True),
        ("text/html;q=0.5, application/json;q=0.4", True),
        ("application/json, text/html", True),
        ("application/json, text/html;q=0.9", False),
        ("text/html;q=0.5, */*;q=0.8", False),
        ("text/html;q=0", False),
        ("text/html;level=1", True),
        ("application/json", False),
        ("*/*", False),
        ("", False),
        ("text/html;q=nonsense", False),
        ("text/plain", False),
    ],
)
def test_html_is_for_who_names_it_and_likes_json_no_better(accept, html):
    assert prefers_html(accept) is html


@pytest.mark.parametrize(
    ("accept_encoding", "gzip"),
    [
        ("gzip, deflate, br", True),
        ("br;q=1, gzip;q=0.1", True),
        ("*", True),
        ("x-gzip", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("identity", False),
        ("", False),
    ],
)
def test_gzip_is_for_who_accepts_it(accept_encoding, gzip):
    assert accepts_gzip(accept_encoding) is gzip


@given(st.text(alphabet="ab/*;,q=.0159 -", max_size=60))
def test_no_header_breaks_the_reading_and_weights_stay_weights(header):
    assert all(0 <= weight <= 1 for weight in weights(header).values())
