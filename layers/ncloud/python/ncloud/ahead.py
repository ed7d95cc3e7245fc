"""Asks for pages before their turn, where somebody knows how long a list will be and workers would be idle. Pure.

The first page of a list tells how many there are; whoever waits for it has one round trip more than whoever knows.
"""

from ncloud.errors import NcloudError
from ncloud.pages import Page
from ncloud.paging.pager import Ask, Pager
from ncloud.products import Operation


class ReadAhead(Pager):
    """A pager that has *pages* pages after the first asked for along with it.

    What comes early is kept until the pager asks for it, or forgotten: it decides as it would without, so that a wrong
    guess costs requests and never rows.
    """

    def __init__(self, operation: Operation, *, page_size: int, pages: int) -> None:
        super().__init__(operation, page_size=page_size)
        self._early: dict[Ask, Page | NcloudError | None] = {Ask(0, number): None for number in range(1, pages + 1)}
        self._fresh = [*super().take_asks(), *self._early]

    def take_asks(self) -> list[Ask]:
        asks, self._fresh = self._fresh, []
        return asks

    def give(self, ask: Ask, answer: Page | NcloudError) -> None:
        if ask in self._early:
            self._early[ask] = answer
            return
        super().give(ask, answer)
        while asked := super().take_asks():
            for each in asked:
                self._ask_or_give(each)

    def _ask_or_give(self, ask: Ask) -> None:
        if ask not in self._early:
            self._fresh.append(ask)
        elif (came := self._early.pop(ask)) is not None:
            super().give(ask, came)


def pages_ahead(expected_rows: int, page_size: int, *, lists: int, workers: int) -> int:
    """How many pages after the first to ask for at once in each of *lists* lists of *expected_rows* rows.

    No more than are expected, nor than *workers* can take along with the first pages.
    """
    following = -(-expected_rows // page_size) - 1
    return max(0, min(following, workers // max(lists, 1) - 1))
