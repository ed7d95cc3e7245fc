"""Renders the page and reads it as a browser would."""

import json
from html.parser import HTMLParser

from backup_watch.i18n import Words
from backup_watch.web.page.choice import read_choice
from backup_watch.web.page.document import render

VOID = {"meta", "link", "input", "img", "br"}
IMPLIED = {"td", "th", "tr", "li", "dt", "dd", "option", "tbody", "thead"}


class Element:
    """One element with what is inside it."""

    def __init__(self, tag: str, attributes: dict[str, str | None], parent=None) -> None:
        self.tag, self.attributes, self.parent, self.children = tag, attributes, parent, []

    def walk(self):
        """All that is drawn: what is inside a template is not."""
        yield self
        for child in self.children if self.tag != "template" else ():
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, tag: str, **attributes) -> list:
        return [each for each in self.walk() if each.tag == tag and attributes.items() <= each.attributes.items()]

    def one(self, tag: str, **attributes):
        [found] = self.all(tag, **attributes)
        return found

    @property
    def text(self) -> str:
        return "".join(child.text if isinstance(child, Element) else child for child in self.children)


class _Reader(HTMLParser):
    """Builds the tree; end tags that HTML lets one leave out are put in where an element of their kind begins."""

    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("document", {})

    def handle_starttag(self, tag, attrs):
        if tag in IMPLIED:
            self._close_open(tag)
        element = Element(tag, dict(attrs), self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag, attrs):
        self.at.children.append(Element(tag, dict(attrs), self.at))

    def handle_endtag(self, tag):
        element = self.at
        while element.tag != tag:
            assert element.tag in IMPLIED, f"<{element.tag}> is not closed before </{tag}>"
            element = element.parent
        self.at = element.parent

    def handle_data(self, data):
        self.at.children.append(data)

    def _close_open(self, tag):
        siblings = {
            "td": {"td", "th"},
            "th": {"td", "th"},
            "tr": {"tr", "td", "th"},
            "dt": {"dt", "dd"},
            "dd": {"dt", "dd"},
        }
        bodies = {"tbody": {"thead", "tr", "td", "th"}}
        while self.at.tag in siblings.get(tag, bodies.get(tag, {tag})):
            self.at = self.at.parent


def parsed(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.root


def page_of(report, *, query=(), language="en", zone="Asia/Seoul", prefix="") -> Element:
    return parsed(render(report, read_choice(tuple(query)), Words(language, zone), prefix=prefix))


def names(page: Element) -> list[str]:
    """The names in the table, top to bottom."""
    return [row.one("bdi").text for row in page.one("table").one("tbody").all("tr")]


def data(page: Element) -> list[dict]:
    """The rows that the page's script gets."""
    fields = page.one("table").attributes["data-fields"].split()
    return [dict(zip(fields, row, strict=True)) for row in json.loads(page.one("script", id="rows").text)]
