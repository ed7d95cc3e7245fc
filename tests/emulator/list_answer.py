"""The service behind the gateway: from the rows that were found to one page, written in JSON or XML."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import UUID

from tests.emulator import answers_json, answers_xml
from tests.emulator.asked import Asked
from tests.emulator.exchange import JSON, XML, Answer
from tests.emulator.listing import Listing
from tests.emulator.operations import RowMaker, is_paged, list_key
from tests.emulator.paging import Paging, page_of
from tests.emulator.plan import Plan
from tests.emulator.products import INSTANCE, OPERATIONS, REGIONS


def list_answer(asked: Asked, found: list[RowMaker], plan: Plan, *, random: Random, under: str | None = None) -> Answer:
    """The page of *found* that was asked for, as *plan* says. ServiceRefusal: the page is refused.

    *under*: the operation whose wrapper and list key are used, where that is not the one that was asked.
    """
    operation = OPERATIONS[asked.operation]
    paging = Paging() if operation.role in (INSTANCE, REGIONS) else plan.paging
    paged = is_paged(operation, plan)
    page = page_of(
        list(enumerate(found)),
        page_no=asked.page_no,
        page_size=asked.page_size if paged else None,
        paging=paging if paged else replace(paging, base="ignored"),
        random=random,
    )
    items = page.items[: plan.most_rows]
    named = OPERATIONS[under] if under else operation
    listing = Listing(
        named.name,
        list_key(named, plan),
        [plan.written(place, make_row()) for place, make_row in items],
        len(items) if plan.is_total_cut else page.total,
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
