"""Readings from Ncloud: the lists of all regions at once, and the details. What fails is said, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Protocol

import ncloud
from backup_watch.adapters.ncloud_dates import BY_LIST, by_database, whole_backups
from backup_watch.adapters.ncloud_errors import deduplicated, detail_error, list_errors
from backup_watch.adapters.ncloud_refusals import by_place, settle
from backup_watch.adapters.ncloud_rows import Answer, join
from backup_watch.model.instances import DELETING_STATES, Instance, InstanceId, KeptBackup, Scope
from backup_watch.model.readings import FreshWindow, Histories, ListRead, Reading
from backup_watch.model.report import ReadError
from backup_watch.model.vocabulary import DatedBy, ListKind


class Reader(Protocol):
    """The one thing of a client that is used here."""

    def read(
        self, requests: Iterable[ncloud.ListRequest], *, deadline: float | None = None
    ) -> dict[ncloud.ListRequest, Answer]:
        """Each list, or the error that it failed with."""


class NcloudSource:
    """Reads through *client*, up to *deadline* (monotonic seconds; None: no end)."""

    def __init__(
        self,
        client: Reader,
        *,
        with_instances: bool,
        deadline: float | None,
        may_lack_products: bool = False,
    ) -> None:
        """*may_lack_products*: all products are asked for, so that one that is not offered somewhere is no error."""
        self._client, self._with_instances, self._deadline = client, with_instances, deadline
        self._may_lack_products = may_lack_products
        self._details: dict[ncloud.ListRequest, Answer] = {}
        """Those that were read because the only dates are in them."""

    def read(self, scopes: Sequence[Scope], fresh_window: FreshWindow | None = None) -> Reading:
        """Read the backup list and, if wanted, the instance list of every one of *scopes*, all at once.

        Then, at once again, the details of every instance whose product has its dates nowhere else.
        """
        asked = _Asked(scopes, with_instances=self._with_instances)
        answers = self._client.read(asked.lists, deadline=self._deadline)
        settled = [
            settle({request: answers[request] for request in together}, may_lack_product=self._may_lack_products)
            for together in by_place(list(asked.lists))
        ]
        answers = {request: answer for each in settled for request, answer in each.answers.items()}
        joined = [_joined(scope, answers, fresh_window) for scope in scopes]
        instances, unread = self._with_databases([one for each in joined for one in each.instances])
        return Reading(
            instances=tuple(instances),
            errors=(*asked.errors(answers), *unread),
            fresh_groups=tuple(chain.from_iterable(each.fresh_groups for each in joined)),
            lists=tuple(_list_read(request, answer, *asked.lists[request]) for request, answer in answers.items()),
            withheld=tuple(error for each in settled for error in asked.errors(each.withheld)),
            taken_for_empty=tuple(error for each in settled for error in asked.errors(each.taken_for_empty)),
        )

    def _with_databases(self, instances: Sequence[Instance]) -> tuple[list[Instance], tuple[ReadError, ...]]:
        """*instances*, those among them that have their dates in their details alone with these; and what is unread.

        What is being deleted is skipped whatever its dates, and not asked for.
        """
        wanted = {
            one.id: _details_of(one)
            for one in instances
            if one.dated_by is DatedBy.DETAILS and one.status not in DELETING_STATES
        }
        if not wanted:
            return list(instances), ()
        self._details |= self._client.read(wanted.values(), deadline=self._deadline)
        dated = [by_database(one, self._details[wanted[one.id]]) if one.id in wanted else one for one in instances]
        failures = [
            detail_error(wanted[one.id], self._details[wanted[one.id]], one.id.scope)
            for one in dated
            if one.id in wanted and not one.backups_read
        ]
        return dated, deduplicated(failures)

    def histories(self, instances: Sequence[Instance]) -> Histories:
        """Read the detail lists of *instances*; errors with one cause are told as one.

        What an instance that has gone meanwhile had is not known, and that is no error.
        """
        asked = {_details_of(each): each for each in instances}
        known = {request: answer for request, answer in self._details.items() if request in asked}
        unknown = [request for request in asked if request not in known]
        answers = known | (self._client.read(unknown, deadline=self._deadline) if unknown else {})
        backups_at: dict[InstanceId, tuple[datetime, ...]] = {}
        kept: dict[InstanceId, tuple[KeptBackup, ...]] = {}
        failures = []
        for request, answer in answers.items():
            instance = asked[request]
            kept[instance.id] = _kept(answer)
            if (history := _history(instance, answer)) is not None:
                backups_at[instance.id] = history
            elif not _has_gone(answer):
                failures.append(detail_error(request, answer, instance.id.scope))
        return Histories(backups_at, deduplicated(failures), kept)


class _Asked:
    """The lists of *scopes* that are asked for, and what each of them is."""

    def __init__(self, scopes: Sequence[Scope], *, with_instances: bool) -> None:
        request = ncloud.ListRequest
        self.lists = {
            request.backups(scope.region, product=scope.product): (scope, ListKind.BACKUPS) for scope in scopes
        }
        if with_instances:
            self.lists |= {
                request.instances(scope.region, product=scope.product): (scope, ListKind.INSTANCES) for scope in scopes
            }

    def errors(self, answers: Mapping[ncloud.ListRequest, Answer]) -> list[ReadError]:
        """What of *answers* could not be read."""
        return [
            error for request, answer in answers.items() for error in list_errors(request, answer, *self.lists[request])
        ]


def _joined(
    scope: Scope,
    answers: Mapping[ncloud.ListRequest, Answer],
    fresh_window: FreshWindow | None,
) -> Reading:
    """The instances of *scope*, dated as its product's list tells it; none where the lists are not to be read on.

    Only where the list has instants may *fresh_window* decide.
    """
    backups = answers.get(ncloud.ListRequest.backups(scope.region, product=scope.product))
    if backups is None:
        return Reading(())
    date = ncloud.PRODUCTS[scope.product].date
    joined = join(
        scope,
        backups,
        answers.get(ncloud.ListRequest.instances(scope.region, product=scope.product)),
        fresh_window if date is ncloud.BackupDate.INSTANT else None,
    )
    if date is ncloud.BackupDate.INSTANT:
        return joined
    return Reading(tuple(BY_LIST[date](one) for one in joined.instances))


def _details_of(instance: Instance) -> ncloud.ListRequest:
    return ncloud.ListRequest.backup_details(instance.region, instance.number, product=instance.product)


def _history(instance: Instance, answer: Answer) -> tuple[datetime, ...] | None:
    """The instants of the backups in a detail list, newest first; None where the list, or a date in it, is unreadable.

    The rows have a start and an end. Whichever of the two equals the summary's newest date is the backup's instant;
    if neither does, the end is.
    """
    if not isinstance(answer, ncloud.Listing) or answer.unattributed_rows:
        return None
    summary = set() if instance.dated_by is DatedBy.DAY else set(instance.backups_at)
    is_sharded = ncloud.PRODUCTS[instance.product].detail_part is ncloud.DetailPart.SHARD
    rows: list[ncloud.BackupDetail] = whole_backups(answer.rows) if is_sharded else answer.rows
    by_start = any(row.started_at in summary for row in answer.rows)
    done = [row for row in rows if not _is_under_way(row)]
    instants = {row.started_at if by_start else row.ended_at for row in done}
    known = {moment for moment in instants if moment is not None}
    if len(known) < len(instants) or any(row.unreadable_date for row in answer.rows):
        return None
    return tuple(sorted(known | summary, reverse=True))


def _list_read(request: ncloud.ListRequest, answer: Answer, scope: Scope, kind: ListKind) -> ListRead:
    number, operation = None, request.operation
    if isinstance(answer, ncloud.Listing) and not answer.unattributed_rows:
        number = len({row.instance_no for row in answer.rows})
        operation = answer.operation or operation
    return ListRead(scope, kind, operation, number)


def _is_under_way(row: ncloud.BackupDetail) -> bool:
    """Whether the backup of *row* has started and is not done."""
    return row.started_at is not None and row.ended_at is None and row.unreadable_date is None


def _kept(answer: Answer) -> tuple[KeptBackup, ...]:
    """The rows whose dates can be read."""
    if not isinstance(answer, ncloud.Listing):
        return ()
    readable = (row for row in answer.rows if row.unreadable_date is None)
    return tuple(KeptBackup(row.started_at, row.ended_at, row.size_bytes) for row in readable)


def _has_gone(answer: Answer) -> bool:
    return isinstance(answer, ncloud.NcloudError) and answer.is_no_such_instance
