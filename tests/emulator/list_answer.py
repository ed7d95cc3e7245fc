"""The service behind the gateway: from the rows that were found to one page, written in JSON or XML."""

from __future__ import annotations

from random import Random
from uuid import UUID

from tests.emulator import answers_json, answers_xml
from tests.emulator.asked import Asked
from tests.emulator.exchange import JSON, XML, Answer
from tests.emulator.listing import Listing
from tests.emulator.operations import LIST_KEYS, PAGED, RowMaker
from tests.emulator.paging import Paging, page_of
from tests.emulator.plan import Plan


def list_answer(asked: Asked, found: list[RowMaker], plan: Plan, *, random: Random) -> Answer:
    """The page of *found* that was asked for, as *plan* says. ServiceRefusal: the page is refused."""
    is_paged = asked.operation in PAGED
    page = page_of(
        list(enumerate(found)),
        page_no=asked.page_no,
        page_size=asked.page_size if is_paged else None,
        paging=plan.paging if is_paged else Paging(),
        random=random,
    )
    listing = Listing(
        asked.operation,
        LIST_KEYS[asked.operation],
        [plan.written(place, make_row()) for place, make_row in page.items],
        page.total,
        UUID(int=random.getrandbits(128), version=4),
        plan.page_format,
        plan.return_code,
        plan.return_message,
        plan.wrappings,
        plan.error,
    )
    if plan.answer_format == "json":
        return Answer(200, answers_json.listing_body(listing), JSON)
    return Answer(200, answers_xml.listing_body(listing), XML)
