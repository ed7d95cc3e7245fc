"""Payload 2.0 events become requests."""

import pytest

from backup_watch.web.refusals import RequestRefused
from backup_watch.web.request import MAX_PARAMETERS, read_request
from tests.unit.web.asking import an_event


@pytest.mark.parametrize(
    ("raw_path", "stage", "prefix", "path"),
    [
        ("/report", "$default", "", "/report"),
        ("/prod/report", "prod", "/prod", "/report"),
        ("/prod", "prod", "/prod", "/"),
        ("/prod/", "prod", "/prod", "/"),
        ("/report", "prod", "", "/report"),
        ("/production", "prod", "", "/production"),
        ("", "$default", "", "/"),
    ],
)
def test_the_stage_is_taken_off_the_path_where_it_is_there(raw_path, stage, prefix, path):
    request = read_request(an_event(raw_path, stage=stage))
    assert (request.prefix, request.path) == (prefix, path)


def test_the_raw_query_is_decoded_with_its_repetitions_blanks_and_korean():
    request = read_request(an_event("/report?match=a%2Bb&match=%EC%A3%BC%EB%AC%B8+1&region="))
    assert request.query() == (("match", "a+b"), ("match", "주문 1"), ("region", ""))


def test_a_query_that_is_no_utf8_is_still_read():
    assert read_request(an_event("/report?match=%ff%zz")).query() == (("match", "\N{REPLACEMENT CHARACTER}%zz"),)


def test_the_decoded_parameters_serve_where_there_is_no_raw_query():
    event = an_event("/report") | {"queryStringParameters": {"match": "주문&=1", "verdict": "STALE,LATE"}}
    del event["rawQueryString"]
    assert read_request(event).query() == (("match", "주문&=1"), ("verdict", "STALE,LATE"))


def test_an_event_without_headers_and_query_is_a_plain_request():
    request = read_request({"version": "2.0", "requestContext": {"http": {"method": "get"}}, "headers": None})
    assert (request.method, request.path, request.query(), request.header("accept")) == ("GET", "/", (), "")


def test_names_of_headers_are_lower_case_whatever_came():
    assert read_request(an_event() | {"headers": {"Accept": "text/html"}}).header("accept") == "text/html"


def test_more_parameters_than_anybody_needs_are_refused():
    with pytest.raises(RequestRefused, match=str(MAX_PARAMETERS)):
        read_request(an_event("/report?" + "match=a&" * MAX_PARAMETERS + "match=a")).query()


@pytest.mark.parametrize("part", ["headers", "queryStringParameters"])
@pytest.mark.parametrize("value", ["text", ["list"], 1, True])
def test_a_part_of_a_hand_made_event_that_is_no_mapping_is_as_good_as_absent(part, value):
    event = {name: known for name, known in an_event("/report").items() if name != "rawQueryString"}
    request = read_request(event | {part: value})
    assert (request.path, request.query()) == ("/report", ())
