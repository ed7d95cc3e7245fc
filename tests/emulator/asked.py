"""What a request asks for: its operation and parameters, from the query or the form, checked as documented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl

from tests.emulator.dialect import Dialect
from tests.emulator.products import OPERATIONS, POSTGRESQL, Operation
from tests.emulator.refusals import GatewayRefusal, ServiceRefusal

BACKUP_LIST: Final = "getCloudPostgresqlBackupList"
INSTANCE_LIST: Final = "getCloudPostgresqlInstanceList"
BACKUP_DETAILS: Final = "getCloudPostgresqlBackupDetailList"
INSTANCE_DETAIL: Final = "getCloudPostgresqlInstanceDetail"
REGION_LIST: Final = "getRegionList"

MAX_PAGE_SIZE: Final = 1000
FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Asked:
    """Hashable, so that an answer can be kept for whoever asks the same again."""

    operation: str
    region: str
    """The first region of the account where the request names none."""
    page_no: int | None = None
    page_size: int | None = None
    answer_format: str = "xml"
    instance_no: str | None = None
    service_name: str | None = None
    instance_nos: tuple[str, ...] = ()
    server_name: str | None = None
    zone: str | None = None
    generation: str | None = None
    dbms: str | None = None
    database_name: str | None = None
    """MSSQL's lists of log backups and of files."""
    backup_set: str | None = None


def read_parameters(method: str, query: str, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Query and form fields by name; the first of a repeated name counts. GatewayRefusal 100: not UTF-8, no form."""
    pairs = _pairs(query)
    if method == "POST" and body:
        if headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
            raise GatewayRefusal("100", f"The body of a POST must be {FORM}.")
        pairs += _pairs(body.decode("latin-1"))
    parameters: dict[str, str] = {}
    for name, value in pairs:
        parameters.setdefault(name, value)
    return parameters


def _pairs(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise GatewayRefusal("100", "The request is not UTF-8.") from error


def answer_format(parameters: Mapping[str, str]) -> str:
    """json or xml; xml unless JSON was asked for."""
    return "json" if parameters.get("responseFormatType", "").lower() == "json" else "xml"


def understand(
    operation: str, parameters: Mapping[str, str], *, regions: tuple[str, ...], dialect: Dialect | None = None
) -> Asked:
    """The request's meaning; parameters that an operation does not know are ignored.

    ServiceRefusal: a parameter that the documents forbid, or one that they require and that is not there.
    """
    region = parameters.get("regionCode") or regions[0]
    if region not in regions:
        raise ServiceRefusal("800", f"regionCode is not valid: {region}")
    if parameters.get("responseFormatType", "xml").lower() not in ("xml", "json"):
        raise ServiceRefusal("800", "responseFormatType must be xml or json.")
    known = OPERATIONS[operation]
    page_no, page_size = _paging(parameters, known, dialect or Dialect())
    _require(parameters, known)
    prefix = known.product.prefix if known.product else ""
    return Asked(
        operation,
        region,
        page_no,
        page_size,
        answer_format(parameters),
        parameters.get(f"{prefix}InstanceNo") or None,
        service_name=parameters.get(f"{prefix}ServiceName") or None,
        instance_nos=_numbered(parameters, f"{prefix}InstanceNoList"),
        server_name=parameters.get(f"{prefix}ServerName") or None,
        zone=parameters.get("zoneCode") or None,
        generation=parameters.get("generationCode") or None,
        dbms=parameters.get("cloudCacheDbmsCode") or None,
        database_name=parameters.get("databaseName") or None,
        backup_set=parameters.get("backupSetId") or None,
    )


def _require(parameters: Mapping[str, str], operation: Operation) -> None:
    for name in operation.required:
        if parameters.get(name):
            continue
        if operation.product is POSTGRESQL:
            raise ServiceRefusal("800", f"{name} is required.")
        raise ServiceRefusal("900", f"location : {name}")


def _paging(parameters: Mapping[str, str], operation: Operation, dialect: Dialect) -> tuple[int | None, int | None]:
    if operation.product not in (None, POSTGRESQL) and not operation.is_paged:
        if dialect.unpaged == "unpaged-ignores":
            return None, None
        if dialect.unpaged == "unpaged-refuses" and {"pageNo", "pageSize"} & set(parameters):
            raise ServiceRefusal("800", "pageNo and pageSize are not parameters of this operation.")
    page_no = _whole_number(parameters, "pageNo", low=0)
    page_size = _whole_number(parameters, "pageSize", low=1, high=MAX_PAGE_SIZE)
    if page_no is not None and page_size is None:
        raise ServiceRefusal("800", "pageSize is required when pageNo is entered.")
    return page_no, page_size


def _whole_number(parameters: Mapping[str, str], name: str, *, low: int, high: int | None = None) -> int | None:
    text = parameters.get(name)
    if text is None:
        return None
    try:
        number = int(text)
    except ValueError as error:
        raise ServiceRefusal("800", f"{name} must be a whole number.") from error
    if number < low or (high is not None and number > high):
        raise ServiceRefusal("800", f"{name} must be {low} or more{'' if high is None else f', at most {high}'}.")
    return number


def _numbered(parameters: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The values of name.1, name.2, ... in that order, up to the first gap."""
    values: list[str] = []
    while (value := parameters.get(f"{name}.{len(values) + 1}")) is not None:
        values.append(value)
    return tuple(values)
