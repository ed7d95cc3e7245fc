"""What it means that a list is refused: nearly always an error, and twice something else. No I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

import ncloud
from backup_watch.adapters.ncloud_rows import Answer

Lists = Mapping[ncloud.ListRequest, Answer]
"""The lists of one product in one region, as they came."""
EMPTY = ncloud.Listing([], 0, 1)


class Settled(Struct, frozen=True):
    """The lists of one product in one region, once it is known what their refusals mean."""

    answers: Lists
    """What is to be read on; a refusal among these is an error."""
    withheld: Lists = {}
    """Refusals that say that the product is not offered there, where it was asked for only as part of all products."""
    taken_for_empty: Lists = {}
    """Refusals in place of which *answers* have an empty list."""


def settle(lists: Lists, *, may_lack_product: bool) -> Settled:
    """Tell what the refusals among *lists* mean.

    A product that *may_lack_product* is left out where each of its lists is said not to be offered; a right that is
    lacking is no such thing. "No such instance" in place of a list is an empty list where the other list of that
    region is empty, or says the same: an account without databases there. Beside rows, or
    with nothing to compare, it is an error.
    """
    if may_lack_product and all(_is_not_offered(answer) for answer in lists.values()):
        return Settled({}, withheld=lists)
    refused = {request: answer for request, answer in lists.items() if _is_no_such_instance(answer)}
    others = [answer for request, answer in lists.items() if request not in refused]
    if not refused or len(lists) < 2 or not all(_is_empty(answer) for answer in others):
        return Settled(lists)
    return Settled({**lists, **dict.fromkeys(refused, EMPTY)}, taken_for_empty=refused)


def _is_not_offered(answer: Answer) -> bool:
    return isinstance(answer, ncloud.NcloudError) and answer.is_not_offered


def _is_no_such_instance(answer: Answer) -> bool:
    return isinstance(answer, ncloud.NcloudError) and answer.is_no_such_instance


def _is_empty(answer: Answer) -> bool:
    return isinstance(answer, ncloud.Listing) and not answer.rows and not answer.unattributed_rows


def by_place(requests: Sequence[ncloud.ListRequest]) -> list[list[ncloud.ListRequest]]:
    """*requests* apart by product and region, in their order."""
    places: dict[tuple[str | None, str | None], list[ncloud.ListRequest]] = {}
    for request in requests:
        places.setdefault((request.product, request.region), []).append(request)
    return list(places.values())
