"""The page as people use it: they filter, sort, and read what it says, with a script or without."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from backup_watch.cli.gateway import Gateway, serving
from backup_watch.i18n import Words
from backup_watch.web.auth import Authenticator
from backup_watch.web.routes import answer
from tests.browser.looking import names, row_of
from tests.browser.site import Fixed, report_of
from tests.stack.stack import running_stack

pytestmark = pytest.mark.browser


# --- filter and sort ------------------------------------------------------------------------------------------------


def test_typing_a_part_of_a_name_leaves_just_those(visit):
    page = visit("mixed")
    page.get_by_label("Name or number").press_sequentially("ORD")
    expect(page.get_by_role("status")).to_have_text(re.compile(r"^\d+\sof 49\sdatabases shown$"))
    expect(page.locator("tbody tr:not([hidden]) bdi").filter(has_not_text="ord")).to_have_count(0)
    assert "orders-primary" in names(page)
    assert page.url.endswith("?match=ORD")


def test_verdict_region_and_text_narrow_together_and_can_be_undone(visit):
    page = visit("mixed")
    everyone = names(page)
    page.get_by_label("Verdict").select_option(label="fresh")
    page.get_by_label("Region").select_option("SGN")
    page.get_by_label("Name or number").fill("*-archive-*")
    status = page.get_by_role("status")
    expect(status).to_have_text("4 of 49 databases shown")
    places = page.locator("tbody tr:not([hidden]) th small").all_text_contents()
    assert all(place.startswith("SGN") for place in places)
    page.get_by_role("link", name="Show all").click()
    expect(status).to_have_text("49 of 49 databases shown + 1 expected")
    assert names(page) == everyone
    assert page.url.endswith("/?")
    expect(page.get_by_label("Name or number")).to_be_focused()


def test_a_filter_that_matches_nothing_says_so(visit):
    page = visit("mixed")
    expect(page.get_by_text("No database matches this filter.")).to_be_hidden()
    page.get_by_label("Name or number").fill("nothing such")
    expect(page.get_by_text("No database matches this filter.")).to_be_visible()
    assert names(page) == []


def test_a_number_finds_its_instance(visit):
    page = visit("mixed")
    page.get_by_label("Name or number").fill("1235800")
    expect(page.get_by_role("status")).to_have_text("1 of 49 databases shown")
    assert names(page) == ["orders-primary"]


def test_headings_sort_and_sort_back(visit):
    page = visit("mixed")
    heading = page.get_by_role("columnheader", name="Database")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    ascending = names(page)
    expect(page.get_by_role("status")).to_have_text("Sorted by Database, ascending")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names(page) == ascending[::-1]
    expect(page.locator("[aria-sort]")).to_have_count(1)
    assert page.url.endswith("?sort=-name")


@pytest.mark.parametrize("heading", ["Age of newest backup", "Newest backup", "Backup slot", "Size", "Kept for"])
def test_the_script_sorts_as_the_server_does(visit, heading):
    page = visit("mixed")
    worst_first = names(page)
    link = page.locator("thead").get_by_role("link", name=heading, exact=True)
    sort = link.get_attribute("href")
    link.click()
    sorted_here = names(page)
    page.goto(page.url.partition("?")[0] + sort)
    assert sorted_here == names(page) != worst_first


@pytest.mark.parametrize(
    "query", ["?match=db", "?match=1235*", "?match=%3F%EC%A0%9C*", "?verdict=STALE&region=KR", "?match=[x],ORDERS"]
)
def test_the_script_filters_as_the_server_does(visit, query):
    page = visit("mixed", query)
    served = names(page)
    page.get_by_label("Name or number").press("End")
    page.get_by_label("Name or number").press_sequentially(" ")
    page.wait_for_timeout(120)
    assert names(page) == served


def test_a_filter_can_be_kept_as_a_bookmark(visit):
    page = visit("mixed")
    page.get_by_label("Verdict").select_option(label="stale")
    expect(page.locator("tbody tr")).to_have_count(3)  # the filter waits a little for more to be typed
    page.locator("thead").get_by_role("link", name="Size").click()
    expect(page).to_have_url(re.compile("verdict=STALE&sort=-size$"))
    chosen = names(page)
    page.reload()
    assert names(page) == chosen
    expect(page.get_by_label("Verdict")).to_have_value("STALE")
    expect(page.get_by_role("columnheader", name="Size")).to_have_attribute("aria-sort", "descending")


def test_a_count_leads_to_what_it_counts(visit):
    page = visit("mixed")
    page.get_by_role("link", name="3 stale").click()
    expect(page.get_by_role("status")).to_have_text("3 of 49 databases shown")
    expect(page.get_by_label("Verdict")).to_have_value("STALE")
    expect(page.get_by_role("heading", name="All databases")).to_be_in_viewport()


def test_without_a_script_the_form_and_the_headings_do_the_same(visit):
    page = visit("mixed", java_script_enabled=False)
    page.get_by_label("Name or number").fill("orders")
    page.get_by_label("Verdict").select_option(label="stale")
    page.get_by_role("button", name="Filter").click()
    assert names(page) == ["orders-primary"]
    page.get_by_role("link", name="Show all").click()
    page.locator("thead").get_by_role("link", name="Database").click()
    assert names(page) == sorted(names(page), key=str.casefold)
    assert len(names(page)) == 50


def test_of_five_thousand_the_worst_are_drawn_and_all_can_be_filtered_and_listed(visit):
    page = visit("thousands")
    rows, status = page.locator("tbody tr"), page.get_by_role("status")
    expect(status).to_have_text("300 of 5,000 databases shown")
    expect(rows).to_have_count(300)
    assert page.locator("#row").evaluate("template => template.content.childElementCount") == 1
    page.get_by_label("Name or number").fill("audit-db")
    expect(page.locator("tbody bdi").filter(has_not_text="audit-db")).to_have_count(0)
    assert len(names(page)) > 30
    page.get_by_label("Name or number").fill("audit-node-048")
    expect(status).to_have_text("1 of 5,000 databases shown")
    assert names(page) == ["audit-node-048"]
    page.get_by_label("Name or number").fill("-db-")
    every = page.get_by_role("link", name="List all")
    expect(every).to_have_text(re.compile("^List all [0-9,]{3,}$"))
    matching = every.inner_text().removeprefix("List all ")
    every.click()
    expect(every).to_be_hidden()
    expect(status).to_have_text(f"{matching} of 5,000 databases shown")
    expect(rows).to_have_count(int(matching.replace(",", "")))
    page.locator("thead").get_by_role("link", name="Size").click()
    expect(rows).to_have_count(300)


def test_a_row_that_the_script_draws_is_the_servers(visit):
    page = visit("hostile", "?match=nothing+such")
    page.get_by_role("link", name="Show all").click()
    drawn = page.locator("tbody tr").evaluate_all(ROWS)
    page = visit("hostile")
    assert drawn == page.locator("tbody tr").evaluate_all(ROWS) != []
    for language, links in (("en", True), ("fleet", False)):
        page = visit("several", "?match=nothing+such", language=language)
        page.get_by_role("link", name="Show all").click()
        drawn = page.locator("tbody tr").evaluate_all(ROWS)
        page = visit("several", language=language)
        assert drawn == page.locator("tbody tr").evaluate_all(ROWS) != []
        assert (page.locator("tbody a").count() > 0) is links


ROWS = "rows => rows.map(row => row.outerHTML.replace(/\\s+</g, '<'))"


# --- several accounts and products ------------------------------------------------------------------------------------


def test_several_accounts_are_summed_up_and_lead_to_their_databases(visit):
    page = visit("several")
    section = page.get_by_role("region", name="Accounts")
    accounts = section.locator(".groups > li > a")
    expect(accounts).to_have_text(["acme-prod", "beta-test", "acme-stage"])
    acme = section.locator(".groups > li", has_text="acme-prod")
    expect(acme.locator("li")).to_contain_text(["PostgreSQL", "MySQL"])
    acme.get_by_role("link", name="MySQL").click()
    expect(page.get_by_label("Account", exact=True)).to_have_value("acme-prod")
    expect(page.get_by_label("Product", exact=True)).to_have_value("mysql")
    places = page.locator("tbody th small").all_text_contents()
    assert places
    assert all(place.startswith("acme-prod MySQL KR ") for place in places)
    assert page.url.endswith("?account=acme-prod&product=mysql")
    served = names(page)
    page.reload()
    assert names(page) == served


def test_who_has_one_account_and_one_product_sees_nothing_of_either(visit):
    page = visit("mixed")
    for name in ("Account", "Product"):
        expect(page.get_by_label(name, exact=True)).to_have_count(0)
    expect(page.locator(".groups")).to_have_count(0)
    expect(page.locator("tbody th small").filter(has_text="default")).to_have_count(0)


# --- one database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scripted", [True, False])
def test_a_row_leads_to_its_database_and_back(visit, scripted):
    page = visit("mixed", "?match=sessions-archive", java_script_enabled=scripted)
    page.locator("tbody").get_by_role("link", name="sessions-archive", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("sessions-archive")
    today = page.get_by_role("row", name="2026-11-23 today")
    expect(today).to_contain_text("under way since 10:08")
    slot, usual = (page.locator(f"tbody tr:nth-child(2) path.{kind}") for kind in ("slot", "usual"))
    assert slot.bounding_box()["x"] < usual.bounding_box()["x"]
    expect(page.locator(".steps .met")).to_contain_text("LATE")
    page.get_by_role("link", name="All databases").click()
    expect(page.get_by_role("heading", name="All databases")).to_be_visible()


# --- what it says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "sentence", "level"), [
    ("all-fresh", "All 47 databases have a fresh backup", "ok"),
    ("all-stale", "30 of 30 databases have no fresh backup", "critical"),
    ("empty", "No database was found in KR", "unknown"),
])  # fmt: skip
def test_the_answer_is_the_first_thing_to_be_seen(visit, state, sentence, level):
    page = visit(state)
    expect(page.get_by_role("heading", level=1)).to_have_text(sentence)
    expect(page.get_by_role("heading", level=1)).to_be_in_viewport()
    expect(page.locator(".level")).to_have_text(level)
    expect(page).to_have_title(sentence)


def test_what_could_not_be_read_stands_above_the_answer(visit):
    page = visit("incomplete")
    notice, answer = (
        page.get_by_role("region", name="Not everything could be read"),
        page.get_by_role("heading", level=1),
    )
    assert notice.bounding_box()["y"] < answer.bounding_box()["y"]
    expect(notice).to_contain_text("SGN")


def test_bars_and_slots_are_drawn_under_the_strict_policy(visit):
    page = visit("mixed")
    row = row_of(page, "orders-primary")
    assert "85%" in row.locator(".f").evaluate("bar => getComputedStyle(bar).backgroundImage")
    slot = row.locator(".h").evaluate(
        "strip => [parseFloat(getComputedStyle(strip, '::after').left), strip.clientWidth]"
    )
    assert slot[0] / slot[1] == pytest.approx(2 / 24, abs=0.01)
    tallest = page.locator(".slots rect").evaluate_all("bars => Math.max(...bars.map(bar => bar.getBBox().height))")
    assert tallest > 50


def test_the_page_says_how_old_it_is(visit):
    page = visit("mixed")
    expect(page.locator("#ago")).to_have_text("")
    page.clock.set_fixed_time("2026-11-23T03:07:30Z")
    page.reload()
    expect(page.locator("#ago")).to_have_text(" (7 min ago)")


def test_a_tab_that_was_left_open_does_not_pass_for_the_present(visit, axe):
    page = visit("all-fresh")
    page.clock.set_fixed_time("2026-11-23T05:59:00Z")
    page.reload()
    expect(page.locator("#ago")).to_have_text(" (2 h ago: reload the page)")
    expect(page.locator("#ago")).to_have_css("font-weight", "700")
    page.evaluate(axe)
    assert page.evaluate("axe.run('header', {runOnly: ['color-contrast']})")["violations"] == []


def test_names_that_are_markup_stay_names(visit):
    page = visit("hostile")
    assert "owned" not in page.title()
    expect(page.locator("tbody bdi", has_text="<script>document.title='owned'</script>")).to_be_visible()
    expect(page.locator("img")).to_have_count(0)


def test_the_page_speaks_korean(visit):
    page = visit("mixed", language="ko")
    expect(page.get_by_role("heading", name="전체 데이터베이스")).to_be_visible()
    page.get_by_label("이름 또는 번호").fill("결제")
    expect(page.get_by_role("status")).to_have_text("데이터베이스 49개 중 4개 표시")
    assert all("결제" in name for name in names(page))


def test_the_page_of_the_real_function_shows_what_ncloud_has(visit):
    with running_stack() as stack, serving(Gateway(stack.invoke)) as gateway:
        page = visit.open(f"{gateway.url}/")
        listed = {database.service_name for database in stack.emulator.account.databases}
        assert len(names(page)) >= len(listed)
        assert page.get_by_role("heading", level=1).inner_text()
        kept = next(one for one in stack.emulator.account.databases if len(one.backups) > 2)
        page.get_by_role("link", name=kept.service_name, exact=True).last.click()
        expect(page.get_by_role("heading", level=1)).to_have_text(kept.service_name)
        assert page.locator(".days rect.done").count() >= 3


def test_a_browser_gets_in_with_the_token_although_a_function_url_hides_the_challenge(visit, axe):
    def function_url(event):
        answered = answer(
            event,
            checks=Fixed(report_of("mixed")),
            authenticator=Authenticator(required=True, token="열려라:참깨"),
            words=Words(),
        )
        headers = answered["headers"]
        if "www-authenticate" in headers:
            headers["x-amzn-remapped-www-authenticate"] = headers.pop("www-authenticate")
        return answered

    with serving(Gateway(function_url)) as gateway:
        page = visit.open(f"{gateway.url}/?verdict=STALE")
        field = page.get_by_label("Access token")
        page.evaluate(axe)
        assert page.evaluate("axe.run()")["violations"] == []
        field.fill("sesame")
        field.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("That is not the token.")
        expect(page.get_by_text("orders-primary")).to_have_count(0)
        field.fill("열려라:참깨")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("status")).to_have_text("3 of 49 databases shown")
        page.get_by_role("link", name="Show all").click()
        expect(page.get_by_role("status")).to_have_text("49 of 49 databases shown + 1 expected")
        page.reload()
        expect(page.get_by_role("heading", name="All databases")).to_be_visible()
        page.locator("tbody").get_by_role("link", name="orders-primary", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("orders-primary")
        assert page.locator(".days").evaluate("table => getComputedStyle(table).borderTopStyle") == "solid"
        page.get_by_role("link", name="All databases").click()
        page.get_by_role("link", name="Report (JSON)").click()
        expect(page.locator("pre")).to_contain_text('"schemaVersion":"1.0"')
    visit.complaints = [text for text in visit.complaints if "401" not in text]  # the browser's own note of the status
