"""Everybody can use the page: by keyboard, on a phone, with a screen reader, without colour, in print."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.looking import names, row_of
from tests.browser.site import report_of
from tests.browser.states import STATES

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 740}
SMALL_STATES = [state for state in STATES if state != "thousands"]
SHOWN = [*((state, "en") for state in SMALL_STATES), ("mixed", "ko"), ("hostile", "ko")]


@pytest.mark.parametrize(("state", "language"), SHOWN)
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(visit, axe, state, language):
    page = visit(state, language=language)
    page.evaluate(axe)
    for scheme, width in (("light", 1180), ("dark", 360)) if language == "en" else (("dark", 1180), ("light", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []


@pytest.mark.parametrize(("number", "language"), [("1235802", "en"), ("1235800", "ko"), ("1235803", "en")])
def test_the_page_of_one_database_is_for_everybody_too(visit, axe, number, language):
    page = visit("mixed", f"instance/{number}", language=language)
    page.evaluate(axe)
    for scheme, width in (("light", 1180), ("dark", 360), ("dark", 1180), ("light", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(("state", "language"), SHOWN)
def test_a_phone_never_scrolls_sideways(visit, state, language):
    page = visit(state, language=language, viewport=PHONE, is_mobile=True, has_touch=True)
    for width in (360, 320):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        beyond = page.evaluate(
            """width => [...document.querySelectorAll("body *")]
                .filter(e => e.getClientRects().length && !e.closest(".skip, caption, svg"))
                .filter(e => e.getBoundingClientRect().right > width + 1).map(e => e.outerHTML.slice(0, 80))""",
            width,
        )
        assert beyond == []


def test_on_a_phone_every_value_has_its_heading_and_the_table_its_roles(visit):
    page = visit("mixed", viewport=PHONE)
    cell = row_of(page, "orders-primary").locator("td").nth(4)
    assert cell.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Size"'
    expect(page.get_by_role("table")).to_have_attribute("role", "table")
    expect(page.get_by_role("row")).to_have_count(51)
    expect(page.get_by_role("rowheader", name="orders-primary KR 1235800")).to_be_visible()


def test_the_keyboard_reaches_everything_and_shows_where_it_is(visit):
    page = visit("mixed")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to all databases")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        focus = page.evaluate(
            "(e => e === document.body ? null : [e.id || e.dataset.sort || e.textContent, "
            "getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)])(document.activeElement)"
        )
        if focus is None:
            break
        assert focus[1] == "solid", f"{focus[0]} does not show its focus"
        assert focus[2] >= 2
        reached.append(focus[0])
    assert reached[:10] == [
        "match", "verdict", "region", "worst", "name", "freshness", "newest", "slot", "size", "retention",
    ]  # fmt: skip
    assert any("Report" in name for name in reached)


def test_the_keyboard_filters_and_sorts(visit):
    page = visit("mixed")
    page.get_by_label("Name or number").focus()
    page.keyboard.type("archive")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("11 of 49 databases shown")
    page.get_by_label("Verdict").focus()
    page.keyboard.type("late")
    expect(page.get_by_role("status")).to_have_text("1 of 49 databases shown")
    page.locator("thead").get_by_role("link", name="Size").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")


def test_colour_is_never_alone(visit):
    """Without any colour, words and shapes still tell the severities apart."""
    page = visit("mixed")
    shapes = {}
    for verdict in ("fresh", "late", "stale", "new"):
        mark = page.locator("tbody td b", has_text=re.compile(f"^{verdict}$")).first
        shapes[verdict] = mark.evaluate(
            "b => { const s = getComputedStyle(b, '::before'); return s.clipPath + s.backgroundImage }"
        )
    assert len(set(shapes.values())) == 4


def test_all_of_it_can_be_printed(visit):
    page = visit("mixed")
    page.emulate_media(media="print")
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert len(names(page)) == len(report_of("mixed").findings)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_under_the_systems_own_colours_marks_bars_and_slots_are_still_drawn(visit, scheme):
    page = visit("mixed")
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    drawn = row_of(page, "orders-primary").evaluate(
        """row => [["td b", "::before"], [".f", "::after"], [".h", "::after"]].map(([where, part]) =>
            getComputedStyle(row.querySelector(where), part).backgroundColor)"""
    )
    bar = row_of(page, "orders-primary").locator(".f").evaluate("bar => getComputedStyle(bar).backgroundImage")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert not {ground, "rgba(0, 0, 0, 0)"} & set(drawn)
    assert bar.startswith("linear-gradient")


def test_nothing_moves(visit):
    page = visit("mixed")
    page.get_by_role("link", name="3 stale").click()
    moving = """[...document.querySelectorAll("*")].filter(each => {
        const style = getComputedStyle(each);
        return style.animationName !== "none" || style.transitionDuration !== "0s" || style.scrollBehavior !== "auto"
    }).length"""
    assert page.evaluate(moving) == 0
