"""The operations that the client calls: each follows from a product and the kind of list."""

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from threading import Lock
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from ncloud.model import Backup, BackupDetail, Instance, ListRequest, Region
from ncloud.products import PRODUCTS, ListKind, Product, product_named

ROWS: dict[ListKind, type] = {
    ListKind.BACKUPS: Backup,
    ListKind.INSTANCES: Instance,
    ListKind.DETAILS: BackupDetail,
}


class Operation(Struct, frozen=True):
    """One list operation of the API."""

    name: str
    service: str
    """The first segment of its path."""
    list_key: str
    item_key: str
    """The name of a row's element in XML, and in responses that were XML once."""
    row: type
    """A subclass of `Backup`, `Instance` or `BackupDetail` with this product's names, or `Region`."""
    identity: Callable[[Any], str]
    """What a row is about: an instance's number, a region's code, a backup. Empty: the row does not tell."""
    is_paged: bool
    instance_parameter: str = ""
    """The name of the parameter that holds an instance's number."""

    @property
    def path(self) -> str:
        return f"/{self.service}/v2/{self.name}"

    @property
    def wrapper_key(self) -> str:
        return f"{self.name}Response"


def operations_of(request: ListRequest) -> tuple[Operation, Operation | None]:
    """The operation of *request*, and the one that replaces it where its service is not offered.

    Raises SettingsProblem for an unknown product.
    """
    if request.product is None:
        return REGIONS, None
    product = product_named(request.product)
    older = product.fallback
    return operation(product, request.kind), operation(older, request.kind) if older else None


def parameters(
    operation: Operation, request: ListRequest, *, page_no: int | None, page_size: int, response_format: str
) -> list[tuple[str, str]]:
    """The parameters of *request*, in the order in which they are sent; no paging where *page_no* is None."""
    pairs = [("regionCode", request.region), (operation.instance_parameter, request.instance_no)]
    asked = [(name, value) for name, value in pairs if value is not None]
    if page_no is not None:
        asked += [("pageNo", str(page_no)), ("pageSize", str(page_size))]
    return [*asked, ("responseFormatType", response_format)]


def operation(product: Product, kind: ListKind) -> Operation:
    """The operation that lists *kind* of *product*; the same value at each call."""
    with _making:
        return _make_operation(product.service, kind)


_making = Lock()
_SERVICES = {each.service: each for product in PRODUCTS.values() for each in (product, product.fallback) if each}


@cache
def _make_operation(service: str, kind: ListKind) -> Operation:
    product = _SERVICES[service]
    list_key = product.list_key(kind)
    return Operation(
        product.operation(kind),
        product.service,
        list_key,
        list_key.removesuffix("List"),
        row_type(product, kind),
        _detail_identity if kind is ListKind.DETAILS else attrgetter("instance_no"),
        kind in product.paged,
        f"{product.stem}InstanceNo",
    )


def row_type(product: Product, kind: ListKind) -> type:
    """The type of *kind*'s rows with the names that *product* has on the wire."""
    base = ROWS[kind]
    own = product.backup_names if kind is ListKind.BACKUPS else {}
    return msgspec.defstruct(
        f"{product.stem[0].upper()}{product.stem[1:]}{base.__name__}",
        [(each.name, each.type) if each.required else (each.name, each.type, each.default) for each in fields(base)],
        bases=(base,),
        frozen=True,
        gc=False,
        rename={each.name: own.get(each.name, each.encode_name.format(stem=product.stem)) for each in fields(base)},
    )


def _detail_identity(row: BackupDetail) -> str:
    """The backup's file, else its end: some have no file name. Shards and databases of one backup are told apart."""
    at = row.ended_at or row.started_at
    backup = row.file_name or (at.isoformat() if at else row.unreadable_date)
    part = row.shard or row.database_name
    return f"{part}/{backup}" if backup and part else backup or ""


REGIONS = Operation("getRegionList", "vserver", "regionList", "region", Region, attrgetter("code"), is_paged=False)


@cache
def other_operations() -> frozenset[str]:
    """In lower case: the wrappers and list keys of every known operation.

    Those of caches' manual backups are among them. They are never read: a fresh backup made by hand says nothing about
    the schedule, and the list has the very key of the scheduled ones.
    """
    names = {"getRegionListResponse", "regionList"}
    for product in _SERVICES.values():
        for kind in ROWS:
            names |= {f"{product.operation(kind)}Response", product.list_key(kind)}
    names |= {
        f"get{stem}Manual{end}Response"
        for stem in ("CloudRedis", "CloudCache")
        for end in ("BackupList", "BackupDetailList")
    }
    return frozenset(name.lower() for name in names)
