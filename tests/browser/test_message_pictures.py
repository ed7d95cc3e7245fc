"""The documents' pictures of alerts show what the function composes, in a real browser."""

import pytest

from tests.browser.message_pictures import PICTURES, composed, take
from tests.browser.site import report_of

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_can_be_taken(browser, name, tmp_path):
    draw, language = PICTURES[name]
    take(browser, draw(language), tmp_path / "picture.png")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_mail_is_shown_whole_as_plain_text(browser, language):
    page = browser.new_page()
    page.set_content(PICTURES["alert-email"][0](language))
    message = composed(report_of("mixed"), language)
    assert page.locator("h1").inner_text() == message.subject
    assert page.locator("pre").inner_text().startswith(message.renderings["email"].rstrip())
    page.close()


def test_the_end_stands_below_its_beginning(browser):
    page = browser.new_page()
    page.set_content(PICTURES["alert-slack"][0]("en"))
    titles = page.locator("h3").all_inner_texts()
    assert [title.split()[0] for title in titles] == ["WARNING", "RESOLVED"]
    page.close()
