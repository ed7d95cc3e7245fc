"""Decides what one HTTP response says: a page of a list, or one precise error. No I/O.

Three layers can fail: the HTTP status; `error` (gateway) or `responseError` (service), even under 200; and a
`returnCode` other than "0" in the wrapper. JSON or XML is seen in the body, not taken from what was asked.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from ncloud.decoding import fast_json
from ncloud.decoding.failures import failure_in, failure_of_status
from ncloud.decoding.lenient import look_up, number, row, text
from ncloud.errors import MalformedAnswer, NcloudError, Redirected
from ncloud.model import HttpResponse, Page
from ncloud.operations import Operation, other_operations
from ncloud.redaction import clean

MAX_ROWS = 100_000
"""Of a response that is not as documented: each thing in its list becomes a row, if only an empty one."""
MAX_WRAPPINGS = 2
"""Of rows in objects under a row's name; no document has more than one."""
_BOM = b"\xef\xbb\xbf"
_HEAD = 64
"""Bytes in which a body begins, or is copied."""


def read_page(operation: Operation, response: HttpResponse, *, secrets: Sequence[str] = ()) -> Page:
    """The page in *response*; raises one NcloudError, in whose texts *secrets* do not appear."""
    if 300 <= response.status < 400:
        raise Redirected("a redirect, which is never followed", http_status=response.status)
    body = _without_blanks(response.body)
    if response.status >= 400:
        raise _failure_of_body(response, body, secrets)
    if body[:1] == b"{" and (page := fast_json.decode_strict(operation, body)) is not None:
        return page
    try:
        return _page_of_tree(operation, response, _tree(body), secrets)
    except MalformedAnswer as error:
        said = error.message
    # Outside of the handler: what a parser says may be the body's own words, and must not hang on to this error.
    is_cut = not response.has_length
    raise MalformedAnswer(clean(said, secrets=secrets), http_status=response.status, is_retryable=is_cut)


def _without_blanks(body: bytes | memoryview) -> bytes | memoryview:
    """*body* from its first character on, copied only where it begins with very many blanks."""
    head = bytes(body[:_HEAD])
    begins = head.removeprefix(_BOM).lstrip()
    return body[len(head) - len(begins) :] if begins else bytes(body).removeprefix(_BOM).lstrip()


def _tree(body: bytes | memoryview) -> dict[str, Any]:
    if not body:
        raise MalformedAnswer("an empty body")
    if bytes(body[:2]).startswith((b"<", b"\xff\xfe", b"\xfe\xff")):  # the latter: UTF-16, which only XML may be
        from ncloud.decoding import xml  # costs what it is worth only where there is XML

        return xml.read_tree(bytes(body))
    tree = fast_json.read_tree(body)
    if not isinstance(tree, dict):
        raise MalformedAnswer("JSON that is no object")
    return tree


def _failure_of_body(response: HttpResponse, body: bytes | memoryview, secrets: Sequence[str]) -> NcloudError:
    """What the body says of its failure, and what the status says where that cannot be read (a proxy's page)."""
    try:
        failure = failure_in(_tree(body), response, secrets=secrets, anywhere=True)
    except MalformedAnswer:
        failure = None
    return failure or failure_of_status(response)


def _page_of_tree(operation: Operation, response: HttpResponse, tree: dict[str, Any], secrets: Sequence[str]) -> Page:
    wrapper = _wrapper(operation, tree)
    return_code = text(look_up(wrapper, "returnCode"))
    failure = failure_in(tree, response, secrets=secrets, anywhere=return_code is None)
    if failure is not None:
        raise failure
    if return_code is None:
        raise MalformedAnswer("a response without returnCode")
    total_rows = number(look_up(wrapper, "totalRows"))
    if total_rows is None:
        raise MalformedAnswer("a list without a readable totalRows")
    return Page(total_rows, [row(operation.row, item) for item in _items(operation, wrapper)])


def _wrapper(operation: Operation, tree: dict[str, Any]) -> dict[str, Any]:
    """The object that holds returnCode and the list; its name has been seen misspelt, and left out."""
    named = look_up(tree, operation.wrapper_key)
    if named is None and len(tree) == 1:
        _refuse_others(operation, tree)
        named = next(iter(tree.values()))
    wrapper = named if isinstance(named, dict) else tree
    if look_up(wrapper, operation.list_key) is None or wrapper is tree:
        _refuse_others(operation, wrapper)
    return wrapper


def _refuse_others(operation: Operation, keys: Iterable[str]) -> None:
    """Raises MalformedAnswer where *keys* name another operation's response or list, or another product's."""
    own = {operation.wrapper_key.lower(), operation.list_key.lower()}
    if any(key.lower() in other_operations() and key.lower() not in own for key in keys):
        raise MalformedAnswer("the response to another operation")


def _items(operation: Operation, wrapper: dict[str, Any]) -> list[Any]:
    """The rows, however the list is written; missing or null are no rows, and the pager counts them."""
    items = _flat(look_up(wrapper, operation.list_key), operation)
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
    if isinstance(item, dict):
        wrapped = next(iter(item)) if len(item) == 1 else operation.item_key
        if wrapped in item and wrapped.lower() == operation.item_key.lower():
            return _flat(item[wrapped], operation, wrappings=wrappings + 1)
    return [item]
