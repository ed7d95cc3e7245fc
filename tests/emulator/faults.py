"""Which fault strikes which request: targets, counts and chances. What each kind does is in fault_kinds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from random import Random
from threading import Lock

TARGETS = {
    "operation": "glob on the operation's name, as *BackupList",
    "product": "the API that is asked: postgresql, mysql, mongodb, mssql, redis (vredis) or cache (vcache)",
    "account": "glob on the account's id",
    "site": "public, gov or fin",
    "region": "the region code, as KR",
    "page": "the request's pageNo",
    "instance_no": "the request's instance number, as cloudPostgresqlInstanceNo",
    "method": "GET or POST",
    "first": "only the first N requests that the other targets choose",
    "after": "not the first N of them",
    "probability": "each of the rest with this chance, by the emulator's seed",
}


@dataclass(frozen=True)
class Fault:
    """A kind, its targets (None: any) and its settings. Made by `fault()`, which checks them."""

    kind: str
    operation: str | None = None
    product: str | None = None
    account: str | None = None
    site: str | None = None
    region: str | None = None
    page: int | None = None
    instance_no: str | None = None
    method: str | None = None
    first: int | None = None
    after: int = 0
    probability: float = 1.0
    settings: Mapping[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Flat, without what was left open: what `fault(**...)` takes again."""
        fields: dict[str, object] = asdict(self)
        del fields["settings"]
        return {key: value for key, value in fields.items() if value is not None} | dict(self.settings)


@dataclass(frozen=True)
class Target:
    """What a request is about, as far as targets go."""

    operation: str
    region: str
    method: str
    page: int | None
    instance_no: str | None
    product: str = ""
    account: str = ""
    """Empty: nobody's key."""
    site: str = "public"


class FaultBook:
    """The faults in force, and how many requests each has met. Safe to change while requests are served."""

    def __init__(self, seed: int) -> None:
        self._lock = Lock()
        self._random = Random(seed)  # noqa: S311 - repeatable, and nothing secret
        self._entries: list[tuple[Fault, list[int]]] = []

    def replace(self, faults: Iterable[Fault]) -> None:
        """Only *faults* are in force from now on, and their counts begin anew."""
        with self._lock:
            self._entries = [(fault, [0]) for fault in faults]

    def faults(self) -> list[Fault]:
        with self._lock:
            return [fault for fault, _ in self._entries]

    def striking(self, target: Target) -> list[Fault]:
        """The faults that strike this request, in the order they were given; each counts it."""
        with self._lock:
            return [fault for fault, met in self._entries if self._strikes(fault, met, target)]

    def _strikes(self, fault: Fault, met: list[int], target: Target) -> bool:
        if not _concerns(fault, target):
            return False
        met[0] += 1
        beyond = met[0] - fault.after
        if beyond < 1 or (fault.first is not None and beyond > fault.first):
            return False
        return fault.probability >= 1 or self._random.random() < fault.probability


def _concerns(fault: Fault, target: Target) -> bool:
    exact = (
        (fault.region, target.region),
        (fault.page, target.page),
        (fault.instance_no, target.instance_no),
        (fault.method, target.method),
        (fault.product, target.product),
        (fault.site, target.site),
    )
    globs = ((fault.operation, target.operation), (fault.account, target.account))
    return all(wanted in (None, found) for wanted, found in exact) and all(
        wanted is None or fnmatchcase(found, wanted) for wanted, found in globs
    )
