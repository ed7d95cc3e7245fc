"""Decides what one HTTP answer says: a page of a list, or one precise error. Pure.

Three layers can fail: the HTTP status; `error` (gateway) or `responseError` (service), even under 200; and a
`returnCode` other than "0" in the wrapper. JSON or XML is seen in the body, not taken from what was asked.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from ncloud.decoding import fast_json
from ncloud.decoding.failures import failure_in, failure_of_status
from ncloud.decoding.lenient import number, row, text
from ncloud.decoding.redaction import clean
from ncloud.errors import MalformedAnswer, NcloudError, Redirected
from ncloud.pages import Page
from ncloud.products import OPERATIONS, Operation

MAX_ROWS = 100_000
"""Of an answer that is not as documented: each thing in its list becomes a row, if only an empty one."""
MAX_WRAPPINGS = 2
"""Of rows in objects under a row's name; no document has more than one."""
_BOM = b"\xef\xbb\xbf"
_WRAPPERS = {operation.wrapper_key.lower(): operation for operation in OPERATIONS.values()}


class Answer(Struct, frozen=True):
    """One HTTP answer, whole."""

    status: int
    headers: Mapping[str, str]
    """Looked up without regard to case."""
    body: bytes
    received_at: datetime
    """Aware, by our own clock."""
    has_length: bool = True
    """False: the connection's end is the body's, so that one that was cut off looks like any other."""


def read_page(operation: Operation, answer: Answer, *, secrets: Sequence[str] = ()) -> Page:
    """The page in *answer*; raises one NcloudError, in whose texts *secrets* do not appear."""
    if 300 <= answer.status < 400:
        raise Redirected("a redirect, which is never followed", http_status=answer.status)
    body = answer.body.removeprefix(_BOM).lstrip()
    if answer.status >= 400:
        raise _failure_of_body(answer, body, secrets)
    if body.startswith(b"{") and (page := fast_json.read_documented(operation, body)) is not None:
        return page
    try:
        return _page_of_tree(operation, answer, _tree(body), secrets)
    except MalformedAnswer as error:
        said = error.message
    # Outside of the handler: what a parser says may be the body's own words, and must not hang on to this error.
    is_cut = not answer.has_length
    raise MalformedAnswer(clean(said, secrets=secrets), http_status=answer.status, is_retryable=is_cut)


def _tree(body: bytes) -> dict[str, Any]:
    if not body:
        raise MalformedAnswer("an empty body")
    if body.startswith((b"<", b"\xff\xfe", b"\xfe\xff")):  # the latter: UTF-16, which only XML may be
        from ncloud.decoding import xml  # costs what it is worth only where there is XML

        return xml.read_tree(body)
    tree = fast_json.read_tree(body)
    if not isinstance(tree, dict):
        raise MalformedAnswer("JSON that is no object")
    return tree


def _failure_of_body(answer: Answer, body: bytes, secrets: Sequence[str]) -> NcloudError:
    """What the body says of its failure, and what the status says where that cannot be read (a proxy's page)."""
    try:
        failure = failure_in(_tree(body), answer, secrets=secrets, anywhere=True)
    except MalformedAnswer:
        failure = None
    return failure or failure_of_status(answer)


def _page_of_tree(operation: Operation, answer: Answer, tree: dict[str, Any], secrets: Sequence[str]) -> Page:
    wrapper = _wrapper(operation, tree)
    return_code = text(wrapper.get("returnCode"))
    failure = failure_in(tree, answer, secrets=secrets, anywhere=return_code is None)
    if failure is not None:
        raise failure
    if return_code is None:
        raise MalformedAnswer("an answer without returnCode")
    total_rows = number(wrapper.get("totalRows"))
    if total_rows is None:
        raise MalformedAnswer("a list without a readable totalRows")
    return Page(total_rows, [row(operation.row, item) for item in _items(operation, wrapper)])


def _wrapper(operation: Operation, tree: dict[str, Any]) -> dict[str, Any]:
    """The object that holds returnCode and the list; its name has been seen misspelt, and left out."""
    named = tree.get(operation.wrapper_key)
    if named is None and any(_WRAPPERS.get(name.lower(), operation) is not operation for name in tree):
        raise MalformedAnswer("the answer to another operation")
    if named is None and len(tree) == 1:
        named = next(iter(tree.values()))
    return named if isinstance(named, dict) else tree


def _items(operation: Operation, wrapper: dict[str, Any]) -> list[Any]:
    """The rows, however the list is written; missing or null are no rows, and the pager counts them."""
    items = _flat(wrapper.get(operation.list_key), operation)
    if len(items) > MAX_ROWS:
        raise MalformedAnswer(f"{operation.list_key} holds more rows than any page can")
    return items


def _flat(listed: Any, operation: Operation, *, wrappings: int = 0) -> list[Any]:
    """`[..]`, `{item: ..}`, `{item: [..]}`, `[{item: ..}]`, one object, nothing: all seen in documents."""
    if wrappings > MAX_WRAPPINGS:
        raise MalformedAnswer(f"the rows of {operation.list_key} are wrapped too often")
    if listed is None or listed == {} or (isinstance(listed, str) and not listed.strip()):
        return []
    if isinstance(listed, list):
        return [row for item in listed for row in _rows(item, operation, wrappings)]
    if isinstance(listed, dict):
        return _rows(listed, operation, wrappings)
    raise MalformedAnswer(f"{operation.list_key} is no list")


def _rows(item: Any, operation: Operation, wrappings: int) -> list[Any]:
    """The row that *item* is, or those that it holds under the name of a row."""
    if isinstance(item, dict) and operation.item_key in item:
        return _flat(item[operation.item_key], operation, wrappings=wrappings + 1)
    return [item]
