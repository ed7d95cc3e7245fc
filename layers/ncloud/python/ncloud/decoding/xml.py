"""XML: bytes to the tree that the same response would have in JSON. No I/O.

No DTD, no entity, no reference to anything outside: such a body is malformed, whatever else it says.
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ncloud.errors import MalformedAnswer

MAX_TAGS = 1_500_000
"""Opening and closing ones; 32 MiB of `<a/>` would otherwise become most of a gigabyte."""
MAX_ATTRIBUTES = 100_000
"""The API uses none; two million in one tag take ten seconds to parse."""
MAX_DEPTH = 40


def read_tree(body: bytes) -> dict[str, Any]:
    """`{root: {child: text | dict | list of these | None}}`, texts stripped. Raises MalformedAnswer."""
    if body.count(b"<") > MAX_TAGS or body.count(b"=") > MAX_ATTRIBUTES:
        raise MalformedAnswer("the XML holds more elements or attributes than any page can")
    try:
        root = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise MalformedAnswer("the XML holds a DTD or an entity, which is not accepted") from error
    except (ParseError, ValueError, LookupError) as error:
        raise MalformedAnswer(f"no readable XML: {error}") from error
    return {_name(root): _value(root, depth=0)}


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _value(element: Element, *, depth: int) -> Any:
    if len(element) == 0:
        return (element.text or "").strip() or None
    if depth > MAX_DEPTH:
        raise MalformedAnswer("the XML is nested too deeply")
    children: dict[str, Any] = {}
    for child in element:
        value, name = _value(child, depth=depth + 1), _name(child)
        if name not in children:
            children[name] = value
        elif isinstance(children[name], list):
            children[name].append(value)
        else:
            children[name] = [children[name], value]
    return children
