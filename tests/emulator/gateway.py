"""The emulated API without its sockets: a request in; the answer, its delay and its delivery out."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from random import Random
from typing import Final

from tests.emulator import deliveries
from tests.emulator.account import Account
from tests.emulator.accounts import Accounts
from tests.emulator.admission import admit_product, noted, parameters_of, target_of
from tests.emulator.answer_faults import Scene, refusal_answer
from tests.emulator.asked import (
    BACKUP_LIST,
    INSTANCE_LIST,
    Asked,
    answer_format,
    understand,
)
from tests.emulator.clock import Clock
from tests.emulator.dialect import Dialect
from tests.emulator.exchange import Answer, Recorded, Request
from tests.emulator.fault_kinds import KINDS
from tests.emulator.faults import Fault, FaultBook, Target
from tests.emulator.list_answer import list_answer
from tests.emulator.operations import find_rows, told_operation
from tests.emulator.page_format import PageFormat
from tests.emulator.paging import Paging
from tests.emulator.plan import Plan
from tests.emulator.products import OPERATIONS, PATHS
from tests.emulator.refusals import GatewayRefusal, Refusal, ServiceRefusal
from tests.emulator.signature_check import ACCESS_KEY, check_signature
from tests.emulator.vanish import Kept

MAX_REQUEST_BODY: Final = 2**20
KEPT_REQUESTS: Final = 100_000
Deliver = Callable[[deliveries.Wire, Answer, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Outcome:
    """What is to be sent, how, and after how many seconds."""

    answer: Answer
    deliver: Deliver
    delay_seconds: float


class Gateway:
    """The state of one emulated API. All of it may be changed from another thread while it serves."""

    def __init__(self, account: Account, *, seed: int = 0, clock: Clock | None = None) -> None:
        self.account = account
        """The one that tests and control requests mean where they name none."""
        self.others = Accounts()
        """Further accounts, each with a key of its own."""
        self.kept_accounts: dict[str, tuple[Account, Kept]] = {}
        """By id: the accounts in which something vanished, as they were before."""
        self.sites: dict[str, str] = {}
        """The URL of each site that is being served."""
        self.clock = clock or Clock()
        self.paging = Paging()
        self.dialect = Dialect()
        self.page_format = PageFormat()
        self.latency_seconds = 0.0
        self.faults = FaultBook(seed)
        self.recorded: deque[Recorded] = deque(maxlen=KEPT_REQUESTS)
        self.on_request: Callable[[Recorded], None] | None = None
        """Called with each request of a known operation before its answer is made: a test may act between pages."""
        self.kept_answers: dict[Asked, Answer] | None = None
        """Answers by what was asked, once `keep_answers` was called. The account may not change after that."""
        self._random = Random(seed)  # noqa: S311 - repeatable, and nothing secret

    def handle(self, request: Request) -> Outcome:
        """Answer *request* and note it down. Never raises for anything a client can send."""
        operation = PATHS.get(request.path, "")
        parameters, unreadable = parameters_of(request)
        account = self._account_of(request)
        target = target_of(request, operation, parameters, account or self.account, is_known=account is not None)
        striking = self.faults.striking(target)
        if account is not None and account.faults is not None:
            striking += account.faults.striking(target)
        recorded = noted(request, target, parameters, striking)
        if operation and self.on_request is not None:
            self.on_request(recorded)
        answer = self._answer(request, target, parameters, unreadable, striking, account or self.account)
        self.recorded.append(replace(recorded, status=answer.status))
        return Outcome(answer, _delivery(striking), self.latency_seconds + _delay_seconds(striking))

    def _answer(
        self,
        request: Request,
        target: Target,
        parameters: dict[str, str],
        unreadable: GatewayRefusal | None,
        striking: list[Fault],
        account: Account,
    ) -> Answer:
        operation = target.operation
        asked_format = answer_format(parameters)
        for fault in _of_phase(striking, "answer"):
            scene = Scene(request, operation, asked_format, self.clock())
            return KINDS[fault.kind].act(scene, **fault.settings)
        try:
            self._admit(request, operation, account)
            plan_faults = _of_phase(striking, "plan")
            plan = self._plan(asked_format, plan_faults)
            admit_product(account, target, plan.dialect)
            if unreadable is not None:
                raise unreadable
            asked = understand(operation, parameters, regions=account.regions, dialect=plan.dialect)
            answer = self._list_answer(account, asked, plan, is_kept=not plan_faults and account is self.account)
        except Refusal as refusal:
            answer = refusal_answer(refusal, asked_format)
        for fault in _of_phase(striking, "alter"):
            answer = KINDS[fault.kind].act(answer, **fault.settings)
        return answer

    def _account_of(self, request: Request) -> Account | None:
        """Whose access key *request* carries, on this site; None: nobody's there."""
        key = request.headers.get(ACCESS_KEY, "")
        if key == self.account.access_key:
            return self.account if request.site == self.account.site else None
        return self.others.of_key(key, site=request.site)

    def _admit(self, request: Request, operation: str, account: Account) -> None:
        """Raise GatewayRefusal for whatever the gateway refuses before it looks at the product."""
        if request.method not in ("GET", "POST"):
            raise GatewayRefusal("100", f"The method {request.method} is not supported.")
        if len(request.body) > MAX_REQUEST_BODY:
            raise GatewayRefusal("430", "The body is larger than 1 MiB.")
        if not operation:
            raise GatewayRefusal("300", "The API does not exist.")
        if self._account_of(request) is None and request.headers.get(ACCESS_KEY):
            raise GatewayRefusal("200", "Invalid access key.")
        check_signature(
            request.method,
            request.target,
            request.headers,
            access_key=account.access_key,
            secret_key=account.secret_key,
            now=self.clock(),
        )

    def _list_answer(self, account: Account, asked: Asked, plan: Plan, *, is_kept: bool) -> Answer:
        kept = self.kept_answers if is_kept else None
        if kept is not None and asked in kept:
            return kept[asked]
        operation = told_operation(OPERATIONS[asked.operation], plan)
        told = replace(asked, operation=operation.name)
        under = asked.operation if plan.is_disguised else None
        answer = list_answer(told, find_rows(account, told, plan), plan, random=self._random, under=under)
        if kept is not None:
            kept[asked] = answer
        return answer

    def _plan(self, wanted_format: str, plan_faults: Iterable[Fault]) -> Plan:
        plan = Plan(self.paging, self.page_format, wanted_format, self.clock(), dialect=self.dialect)
        for fault in plan_faults:
            KINDS[fault.kind].act(plan, **fault.settings)
        return plan

    def account_named(self, account_id: str | None) -> Account:
        """The account of this id; None: the one that is meant where none is named. KeyError: there is none."""
        if account_id is None or account_id == self.account.id:
            return self.account
        return self.others.named(account_id)

    def keep_answers(self, *, page_size: int) -> None:
        """Make the JSON of all pages of this size now, of both lists, and from now on keep every answer once made.

        ValueError: the paging's answers differ from request to request, so that they cannot be kept.
        """
        if self.paging.order == "shuffled":
            raise ValueError("answers in another order each time cannot be kept")
        self.kept_answers = {}
        for region in self.account.regions:
            for operation in (BACKUP_LIST, INSTANCE_LIST):
                self._keep_pages(Asked(operation, region, 0, page_size, "json"), self.kept_answers)

    def _keep_pages(self, first: Asked, kept: dict[Asked, Answer]) -> None:
        """All pages from the same rows, found once: finding 50,000 rows for each page takes longer than the pages."""
        assert first.page_size is not None
        plan = self._plan(first.answer_format, ())
        found = find_rows(self.account, first, plan)
        for page_no in range(1 + len(found) // first.page_size):
            asked = replace(first, page_no=page_no)
            try:
                kept[asked] = list_answer(asked, found, plan, random=self._random)
            except ServiceRefusal:
                continue  # this reading of the paging refuses page 0, or the page past the end


def _of_phase(faults: list[Fault], phase: str) -> list[Fault]:
    return [fault for fault in faults if KINDS[fault.kind].phase == phase]


def _delay_seconds(striking: list[Fault]) -> float:
    return sum(float(str(KINDS[fault.kind].act(**fault.settings))) for fault in _of_phase(striking, "delay"))


def _delivery(striking: list[Fault]) -> Deliver:
    for fault in _of_phase(striking, "deliver"):
        return partial(KINDS[fault.kind].act, **fault.settings)
    return deliveries.whole
