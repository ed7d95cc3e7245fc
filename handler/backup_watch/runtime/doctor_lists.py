"""What the doctor reads of Ncloud: the very reading of a check, and what a check does not look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import ncloud
from backup_watch.adapters.ncloud_rows import Answer
from backup_watch.adapters.ncloud_source import NcloudSource
from backup_watch.config.settings import Settings
from backup_watch.diagnostics import probes_ncloud
from backup_watch.diagnostics.probes_aws import Probe
from backup_watch.diagnostics.probes_ncloud import Operation, ProbedList
from backup_watch.i18n import Words
from backup_watch.model.instances import DELETING_STATES, Instance
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import ListKind
from backup_watch.runtime.opening import scopes_of


class _Listening:
    """A client that keeps what it read: the reading is the very one of a check, and its rows are counted besides."""

    def __init__(self, client: ncloud.Client) -> None:
        self._client = client
        self.answers: dict[ncloud.ListRequest, Answer] = {}

    def read(
        self, requests: Iterable[ncloud.ListRequest], *, deadline: float | None = None
    ) -> dict[ncloud.ListRequest, Answer]:
        answers = self._client.read(requests, deadline=deadline)
        self.answers |= answers
        return answers


class Lists:
    """Every list that the watch reads, read as a check reads it; of each product the details of one instance.

    And the instances that the key sees of the products that are not watched.
    """

    def __init__(self, client: ncloud.Client, settings: Settings, deadline: float | None) -> None:
        self._settings = settings
        listening = _Listening(client)
        source = NcloudSource(
            listening,
            with_instances=settings.check_instances,
            deadline=deadline,
            may_lack_products=settings.all_products,
        )
        self.reading = source.read(scopes_of(settings))
        first = {one.product: one for one in reversed(self.reading.instances)}
        self._histories = source.histories(list(first.values()))
        self.answers = self._probed(listening.answers)
        others = [product for product in ncloud.PRODUCTS if product not in settings.products]
        unwatched = {
            ncloud.ListRequest.instances(region, product=product): product
            for product in others
            for region in settings.regions
        }
        answers = client.read([REGION_REQUEST, *unwatched], deadline=deadline)
        listed = answers.pop(REGION_REQUEST)
        self.answers.append(_probed_regions(listed))
        self.regions = [row.code for row in listed.rows] if isinstance(listed, ncloud.Listing) else None
        self.unwatched = dict.fromkeys(others, 0)
        self.unknown: list[str] = []
        for request, answer in answers.items():
            self.unwatched[unwatched[request]] += _still_there(answer)
            if isinstance(answer, ncloud.NcloudError) and not _sees_nothing(answer):
                self.unknown.append(unwatched[request])
        self._skew = client.skew

    def _probed(self, answers: Mapping[ncloud.ListRequest, Answer]) -> list[ProbedList]:
        """The answers with the errors that a check makes of them."""
        errors: dict[_Place, ReadError] = {}
        for error in (*self.reading.errors, *self._histories.errors):
            errors.setdefault((error.product, error.region, error.list_kind), error)
        refused = {_place(request) for request, answer in answers.items() if isinstance(answer, ncloud.NcloudError)}
        probed = []
        for request, answer in answers.items():
            place, operation = _place(request), _operation(request)
            found = errors.get(place)
            is_blamed_on_another = operation.kind is ListKind.DETAILS and place in refused
            if isinstance(answer, ncloud.Listing) and (found is None or is_blamed_on_another):
                probed.append(ProbedList(operation, request.region, answer.total_rows))
            elif found is not None:
                probed.append(ProbedList(operation, request.region, error=found))
        return probed

    @property
    def complete(self) -> bool:
        return not self.reading.errors

    @property
    def instances(self) -> tuple[Instance, ...]:
        return self.reading.instances

    def probes(self, words: Words) -> list[Probe]:
        """The key, the permissions, the clock, the regions and the products."""
        settings, by_region = self._settings, Counter(one.region for one in self.instances)
        operations = [
            _operation(request)
            for product in settings.products
            for request in (
                ncloud.ListRequest.backups("", product=product),
                ncloud.ListRequest.instances("", product=product),
                ncloud.ListRequest.backup_details("", "", product=product),
            )
            if product not in self._nowhere_offered
        ]
        return [
            probes_ncloud.credentials_probe(words, self.answers, self._skew),
            probes_ncloud.clock_probe(words, self._skew),
            *probes_ncloud.operation_probes(words, operations, self.answers, check_instances=settings.check_instances),
            *probes_ncloud.region_probes(
                words, settings.regions, self.regions, [by_region[region] for region in settings.regions], self.answers
            ),
            *probes_ncloud.not_offered_probes(words, self.reading.withheld),
            probes_ncloud.products_probe(words, settings.products, self.unwatched, unknown=self.unknown),
        ]

    @property
    def _nowhere_offered(self) -> set[str]:
        refused = {(error.product, error.region) for error in self.reading.withheld}
        return {
            product
            for product in self._settings.products
            if all((product, region) in refused for region in self._settings.regions)
        }


def _sees_nothing(error: ncloud.NcloudError) -> bool:
    """Whether the key sees no database there: it may not look, or there is no such service."""
    return error.is_not_offered or error.is_not_subscribed or error.kind == probes_ncloud.NOT_ALLOWED


_Place = tuple[str | None, str | None, ListKind | None]
"""The product, the region and the kind of a list."""
REGION_REQUEST = ncloud.ListRequest.regions()
KINDS = {
    ncloud.ListKind.BACKUPS: ListKind.BACKUPS,
    ncloud.ListKind.INSTANCES: ListKind.INSTANCES,
    ncloud.ListKind.DETAILS: ListKind.DETAILS,
}


def _place(request: ncloud.ListRequest) -> _Place:
    return request.product, request.region, KINDS.get(request.kind)


def _operation(request: ncloud.ListRequest) -> Operation:
    return Operation(request.operation, KINDS.get(request.kind), request.product)


def _probed_regions(answer: Answer) -> ProbedList:
    if isinstance(answer, ncloud.Listing):
        return ProbedList(probes_ncloud.REGIONS, None, answer.total_rows)
    error = ReadError(probes_ncloud.REGION_LIST, answer.kind, answer.message, None, answer.code)
    return ProbedList(probes_ncloud.REGIONS, None, error=error)


def _still_there(answer: Answer) -> int:
    """How many instances of a list are not being deleted; none where it could not be read."""
    if not isinstance(answer, ncloud.Listing):
        return 0
    states = [(row.status_name or "").lower() for row in answer.rows if isinstance(row, ncloud.Instance)]
    return sum(state not in DELETING_STATES for state in states)
