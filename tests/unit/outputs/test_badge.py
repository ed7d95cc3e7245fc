"""The badge: an image that needs no colour to be understood, and Shields' own document."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backup_watch.i18n import Words
from backup_watch.model.report import Counts
from backup_watch.model.vocabulary import Severity, Verdict
from backup_watch.outputs.badge import COLOURS, LABEL_COLOUR, badge_document, badge_message, badge_svg
from tests.builders import a_report, an_error, fresh, late, missing, stale, unread
from tests.unit.web.asking import WORDS, ask

OK, EMPTY = a_report(others=[fresh()]), a_report()
SHIELDS_KEYS = {
    "schemaVersion", "label", "message", "color", "labelColor", "isError", "namedLogo", "logoSvg", "logoColor",
    "logoSize", "style", "cacheSeconds",
}  # fmt: skip
REPORTS = {
    "1 of 1 fresh": OK,
    "1 of 2 not fresh": a_report(stale(), others=[fresh()]),
    "1 of 1 not fresh": a_report(late()),
    "2 missing": a_report(missing(), missing("b-*"), others=[fresh()]),
    "unknown": EMPTY,
}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def is_green(colour: str) -> bool:
    red, green, blue = (int(colour.lstrip("#")[at : at + 2], 16) for at in (0, 2, 4))
    return green > red and green > blue


@pytest.mark.parametrize("message", REPORTS)
def test_the_message_says_how_many(message):
    assert badge_message(REPORTS[message], WORDS) == message


def test_the_message_of_an_incomplete_check_is_not_a_number():
    assert badge_message(a_report(others=[fresh()], errors=[an_error()]), WORDS) == "unknown"
    assert badge_message(a_report(unread(), others=[fresh()], errors=[an_error()]), WORDS) == "unknown"


def test_the_document_is_what_shields_reads():
    document = ask("/badge.json", report=OK).json
    assert document["schemaVersion"] == 1
    assert set(document) <= SHIELDS_KEYS
    assert document["label"]
    assert document["message"]
    assert re.fullmatch("[0-9a-f]{6}", document["color"])
    assert document["cacheSeconds"] >= 300
    assert document["isError"] is False


@pytest.mark.parametrize(
    "report", [EMPTY, a_report(late()), a_report(stale()), a_report(others=[fresh()], errors=[an_error()])]
)
def test_nothing_but_ok_is_green_and_nobody_can_repaint_it(report):
    document = badge_document(report, WORDS)
    assert not is_green(document["color"])
    assert document["isError"] is True
    assert is_green(badge_document(OK, WORDS)["color"])


def test_each_severity_has_a_colour_of_its_own_on_which_white_can_be_read():
    assert len(set(COLOURS.values())) == len(Severity)
    assert all(contrast(colour, "#ffffff") >= 4.5 for colour in (*COLOURS.values(), LABEL_COLOUR))


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("report", REPORTS.values())
def test_the_image_is_well_formed_and_says_in_words_what_its_colour_says(report, language):
    words = Words(language)
    image = ET.fromstring(badge_svg(report, words))  # noqa: S314  our own image
    assert image.get("aria-label") == f"{words.term('badge', 'backups')}: {badge_message(report, words)}"
    assert [text.text for text in image.iter("{http://www.w3.org/2000/svg}text")] == [
        words.term("badge", "backups"),
        badge_message(report, words),
    ]


def test_the_image_asks_for_nothing_from_elsewhere():
    svg = ask("/badge.svg", report=OK)
    assert svg.kind == "image/svg+xml; charset=utf-8"
    assert "href" not in svg.text
    assert re.findall(r"https?://[^\"]+", svg.text) == ["http://www.w3.org/2000/svg"]


@given(st.integers(0, 10**6))
def test_the_image_is_wide_enough_for_any_number(total):
    report = replace(a_report(others=[fresh()]), counts=Counts(total, {Verdict.FRESH: total}))
    image = ET.fromstring(badge_svg(report, WORDS))  # noqa: S314
    lengths = [float(text.get("textLength")) for text in image.iter("{http://www.w3.org/2000/svg}text")]
    assert sum(lengths) < float(image.get("width"))
    assert lengths[1] >= 6 * len(f"{total} of {total} fresh")
