"""The fault matrix: each way in which the world misbehaves, and what a user must see then.

docs/reliability.md is made from this table, and tests/faults/test_matrix.py runs every row of it: the function itself,
over real sockets, against the emulated Ncloud API and moto. In every row but those of SNS, the region SGN is healthy
and KR holds one fresh and one stale database (orders, billing), so that a fault in KR must neither hide SGN nor be
hidden by it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

CROWD: Final = 30
"""Databases besides the three, where it takes many pages."""
LIST: Final = "operation=getCloudPostgresqlBackupList,region=KR"
INSTANCES: Final = "operation=getCloudPostgresqlInstanceList,region=KR"
NEVER, ONCE, TWICE, ALWAYS = 0, 1, 2, 4
"""How often a request to Ncloud is tried: ALWAYS is what is worth repeating."""
AWS_ALWAYS = 3
"""The same of one to AWS."""
AT_ONCE, CONNECT, READ, WHOLE = "", "connect_timeout", "read_timeout", "request_timeout"
"""What one attempt may take: next to nothing, or the client's time-out of that name."""
AWS_READ = "aws"
"""The same of one at AWS."""


@dataclass(frozen=True)
class Case:
    """One fault. What is not said is as after a list of KR that could not be read."""

    name: str
    faults: tuple[str, ...] = ()
    """As the emulator takes them."""
    kind: str | None = None
    """The kind of the error in the report; None: there is no error."""
    code: str | None = None
    tried: int | None = ONCE
    """How often the request at fault is sent, or its connection tried; None: that is not the point."""
    counted: str = "arrived"
    """Where that is seen: ``arrived`` at the emulator, ``tried`` by the client's own count of attempts at the four
    lists (what never arrives), or ``published`` at the stand-in for SNS.
    """
    each: str = AT_ONCE
    verdicts: tuple[str, str] = ("UNKNOWN", "UNKNOWN")
    """Of orders (fresh) and billing (stale) in KR; empty: not known to be there."""
    severity: str = "unknown"
    events: tuple[str, ...] = ("UNREADABLE",)
    """The events of the alert."""
    outcome: str = "report"
    """``report``, or the exception that the invocation ends with."""
    at_fault: str = "getCloudPostgresqlBackupList"
    """The operation whose requests are counted."""
    world: dict[str, Any] = field(default_factory=dict, hash=False)
    """How the stand-ins are started: arguments of the emulator; ``env``: settings of the function."""
    or_kind: str = ""
    """A second kind that the same fault may end with: the network decides."""
    memory: str = ""
    """What the report's warning says of the memory. Empty: there is none."""
    note: str = ""


def unread(name: str, fault: str, kind: str, *, code: str | None = None, **rest: Any) -> Case:
    """A fault of KR's backup list."""
    return Case(name, (f"{fault},{LIST}",), kind, code, **rest)


def refused(name: str, fault: str, kind: str, **rest: Any) -> Case:
    """As `unread`, where it may be the page number that the service dislikes."""
    return unread(name, fault, kind, tried=TWICE, note="page 0 is asked for, then 1", **rest)


def overcome(name: str, fault: str, **rest: Any) -> Case:
    """As `unread`, where the list is read in spite of it, and judged as ever."""
    return unread(name, fault, None, **rest, verdicts=("FRESH", "STALE"), severity="critical", events=("NEW",))


UNREACHABLE: Final[dict[str, Any]] = {"tried": ALWAYS, "counted": "tried", "verdicts": ("", "")}
NOTHING_ARRIVES = (
    Case("the name does not resolve", kind="NameResolutionFailed", **UNREACHABLE,
         world={"env": {"NCLOUD_API_GW": "https://ncloud.invalid"}}, each=CONNECT, note="all regions"),
    Case("the connection is refused", kind="ConnectionFailed", **UNREACHABLE,
         world={"refusing": True}, each=CONNECT, note="all regions"),
    Case("the certificate is self-signed", kind="TlsFailed", **(UNREACHABLE | {"tried": ONCE}),
         world={"tls": "self-signed"}, each=CONNECT, note="all regions"),
    Case("the certificate is another host's", kind="TlsFailed", **(UNREACHABLE | {"tried": ONCE}),
         world={"tls": "wrong-host"}, each=CONNECT, note="all regions"),
    Case("no connection is accepted", kind="ConnectTimeout", **UNREACHABLE,
         world={"deaf": True}, each=CONNECT, or_kind="ReadTimeout", note="all regions"),
    unread("reset after the request", "reset", "ConnectionFailed", tried=ALWAYS),
    unread("reset in the body", "reset,at=body", "ConnectionFailed", tried=ALWAYS),
    unread("closed without an answer", "close", "ConnectionFailed", tried=ALWAYS),
    unread("no answer comes", "hang", "ReadTimeout", tried=ALWAYS, each=READ),
    unread("half of the body, then nothing", "hang,at=body", "ReadTimeout", tried=ALWAYS, each=READ),
    unread("the headers drip", "slow-headers,interval_ms=50", "ReadTimeout", tried=ALWAYS, each=WHOLE),
    unread("the body drips", "slow-body,interval_ms=50", "ReadTimeout", tried=ALWAYS, each=WHOLE),
    unread("an interim answer (103), and nothing after it", "interim-answer,ms=5000", "ReadTimeout", tried=ALWAYS,
           each=READ),
    unread("interim answers (103) without end", "interim-answer,count=1000,ms=50", "ReadTimeout", tried=ALWAYS,
           each=WHOLE),
    unread("the body is cut", "cut-body", "ConnectionFailed", tried=ALWAYS),
    unread("the body is cut in the middle of a chunk", "cut-chunks", "ConnectionFailed", tried=ALWAYS),
    unread("the body is cut before its last chunk", "cut-chunks,at=end", "ConnectionFailed", tried=ALWAYS),
    overcome("the body is cut in the middle of a chunk, then well", "cut-chunks,first=1", tried=TWICE),
)  # fmt: skip

STRANGE_ANSWERS = (
    unread("empty body", "empty-body", "MalformedAnswer"),
    unread("a proxy's HTML page, HTTP 200", "html", "MalformedAnswer"),
    unread("a proxy's HTML page, HTTP 503", "html,status=503", "EndpointError", tried=ALWAYS),
    unread("a compressed answer, HTTP 503", "zipped-error", "EndpointError", tried=ALWAYS,
           note="never unpacked: its status says enough"),
    unread("broken compression, HTTP 503", "zipped-error,intact=false", "EndpointError", tried=ALWAYS),
    overcome("a compressed answer, HTTP 503, then well", "zipped-error,first=1", tried=TWICE),
    unread("a compressed answer, HTTP 401", "zipped-error,code=200", "AuthenticationFailed"),
    unread("invalid UTF-8", "invalid-utf8", "MalformedAnswer"),
    unread("JSON nested 100,000 deep", "deep-json", "MalformedAnswer"),
    unread("XML nested 100,000 deep", "deep-xml", "MalformedAnswer"),
    unread("rows wrapped in rows 3,000 deep, JSON", "wrapped-rows", "MalformedAnswer"),
    Case("rows wrapped in rows 3,000 deep, XML", (f"wrapped-rows,{LIST}", f"other-format,{LIST}"), "MalformedAnswer"),
    unread("40 MiB, announced", "oversized", "AnswerTooLarge"),
    unread("40 MiB, in chunks", "oversized,framing=chunked", "AnswerTooLarge"),
    unread("a bomb of gzip", "gzip-bomb", "MalformedAnswer"),
    unread("a bomb of XML entities", "xml-bomb", "MalformedAnswer"),
    unread("an external XML entity", "external-entity", "MalformedAnswer"),
    unread("half of the JSON", "broken-end", "MalformedAnswer"),
    unread("the instance list's answer to the backup list's request", "other-operation", "MalformedAnswer"),
    unread("another protocol", "not-http", "MalformedAnswer"),
    unread("a chunk of size -1", "chunk-size", "MalformedAnswer"),
    unread("a chunk of size -5", "chunk-size,size=-5", "MalformedAnswer"),
    overcome("an interim answer (103), then the real one", "interim-answer", note="read past"),
    overcome("an interim answer (103), a pause, then the real one", "interim-answer,ms=100"),
    overcome("three interim answers (102), once", "interim-answer,status=102,count=3,first=1"),
    unread("a redirect", "redirect", "Redirected", note="never followed"),
)  # fmt: skip

GATEWAY = (
    ("100", "BadRequest", ONCE), ("200", "AuthenticationFailed", ONCE), ("210", "PermissionDenied", ONCE),
    ("230", "Forbidden", ONCE), ("300", "NotFound", ONCE), ("400", "QuotaExceeded", ONCE),
    ("410", "ThrottleLimited", ALWAYS), ("420", "RateLimited", ALWAYS), ("430", "RequestTooLarge", ONCE),
    ("500", "EndpointError", ALWAYS), ("510", "EndpointTimeout", ALWAYS), ("900", "UnexpectedError", ALWAYS),
)  # fmt: skip
REFUSALS = (
    *(
        unread(f"gateway error {code}, {form.upper()}", f"gateway-error,code={code},in_format={form}", kind, code=code,
               tried=sent)
        for code, kind, sent in GATEWAY for form in ("json", "xml")
    ),
    unread("gateway error under HTTP 200", "error-under-200,code=210", "PermissionDenied", code="210"),
    unread("gateway error beside the list, returnCode 0", "error-inside,code=210", "PermissionDenied", code="210"),
    unread("gateway error 900 beside the list, returnCode 0", "error-inside", "UnexpectedError", code="900",
           tried=ALWAYS),
    overcome("gateway error 900 beside the list, returnCode 0, then well", "error-inside,first=1", tried=TWICE),
    Case("gateway error beside a list of none, returnCode 0",
         (f"error-inside,code=210,{LIST}", f"paging,mode=one-based+totals-zero,{LIST}"), "PermissionDenied", "210"),
    refused("service error beside the list, returnCode 0", "error-inside,layer=service,code=1300", "ServiceError",
            code="1300"),
    refused("service error under HTTP 200", "error-under-200,layer=service,code=1300", "ServiceError", code="1300"),
    refused("returnCode not 0", "return-code", "ServiceError", code="1300"),
    refused("service error 5001017 (no such instance)", "service-error,code=5001017", "ServiceError", code="5001017"),
    unread("service error 1000 (try again later)", "service-error,code=1000", "ServiceError", code="1000",
           tried=ALWAYS),
    unread("429 with Retry-After of an hour", "throttled,retry_after=3600", "RateLimited", code="420",
           note="longer than 10 s is not waited for"),
    overcome("429 with Retry-After of two seconds, then well", "throttled,retry_after=2,first=1", tried=TWICE,
             note="waits as asked"),
)  # fmt: skip

INCOMPLETE_LISTS = (
    unread("fewer rows than totalRows", "paging,mode=totals-too-large", "ListingIncomplete", tried=None,
           note="read twice"),
    unread("totalRows changes from page to page", "paging,mode=totals-changing", "ListingIncomplete", tried=None,
           world={"env": {"PAGE_SIZE": "1"}}, note="read twice"),
    unread("another order at every request", "paging,mode=shuffled", "ListingIncomplete", tried=None,
           world={"env": {"PAGE_SIZE": "5"}, "crowd": CROWD}, note="read twice; rows that pages repeat, others miss"),
    unread("no totalRows", "paging,mode=totals-missing", "MalformedAnswer"),
    overcome("pages start at 1", "paging,mode=one-based", tried=None, world={"env": {"PAGE_SIZE": "1"}}),
    overcome("page 0 and 1 are the same", "paging,mode=alias", tried=None, world={"env": {"PAGE_SIZE": "1"}}),
    overcome("paging is ignored", "paging,mode=ignored", tried=None, world={"env": {"PAGE_SIZE": "1"}}),
)  # fmt: skip

ROWS = (
    unread("a row without its number", "row-without-number,only=orders", "RowsUnattributed",
           verdicts=("UNKNOWN", "STALE"), severity="critical", events=("NEW", "UNREADABLE")),
    unread("an unreadable date", "row-unreadable-date,only=orders", None, verdicts=("UNKNOWN", "STALE"),
           severity="critical", events=("NEW", "UNREADABLE")),
    unread("a date without offset", "row-naive-date,only=orders", None, verdicts=("UNKNOWN", "STALE"),
           severity="critical", events=("NEW", "UNREADABLE")),
    unread("a date of tomorrow", "row-future-date,only=orders", None, verdicts=("UNKNOWN", "STALE"),
           severity="critical", events=("NEW", "UNREADABLE")),
    unread("a number for a date", "row-numeric-date,only=orders", None, verdicts=("UNKNOWN", "STALE"),
           severity="critical", events=("NEW", "UNREADABLE")),
    unread("no date", "row-missing-date,only=orders", None, verdicts=("NEVER", "STALE"),
           severity="critical", events=("NEW",), note="never backed up: told as it begins, then daily"),
)  # fmt: skip

OTHER_LISTS = (
    Case("the instance list is refused", (f"gateway-error,code=210,{INSTANCES}",), "PermissionDenied", "210",
         at_fault="getCloudPostgresqlInstanceList", verdicts=("FRESH", "STALE"), severity="critical",
         events=("NEW", "UNREADABLE"), note="judged by the backups alone"),
    Case("the backup list's answer to the instance list's request", (f"other-operation,{INSTANCES}",),
         "MalformedAnswer", at_fault="getCloudPostgresqlInstanceList", verdicts=("FRESH", "STALE"), severity="critical",
         events=("NEW", "UNREADABLE"), note="judged by the backups alone"),
    Case("the details are refused", ("gateway-error,code=210,operation=getCloudPostgresqlBackupDetailList",),
         at_fault="getCloudPostgresqlBackupDetailList", verdicts=("FRESH", "STALE"),
         severity="critical", events=("NEW",), world={"landed": True}, tried=TWICE,
         note="a warning: of each database that needs them, no habit and no RESOLVED is claimed"),
    Case("there is no database at all", world={"empty": True}, tried=None, verdicts=("", ""),
         note="told at every run"),
    Case("our clock is ten minutes off", kind="AuthenticationFailed", code="200", verdicts=("", ""),
         world={"clock_minutes": 10}, note="all regions; `doctor` names the clock"),
    Case("the key is wrong", kind="AuthenticationFailed", code="200", verdicts=("", ""),
         world={"secret": '{"access_key_id": "EMULATORACCESSKEY001", "secret_access_key": "wrong"}'},
         note="all regions"),
)  # fmt: skip


def of(
    product: str, name: str, fault: str, kind: str | None, *, code: str | None = None, at_fault: str, **rest: Any
) -> Case:
    """A fault of one list of KR, where the three databases are of *product*."""
    world = {"product": product} | rest.pop("world", {})
    return Case(f"{TITLES[product]}: {name}", (f"{fault},operation={at_fault},region=KR",) if fault else (), kind, code,
                at_fault=at_fault, world=world, **rest)  # fmt: skip


TITLES: Final = {"mysql": "MySQL", "mongodb": "MongoDB", "mssql": "MSSQL", "cache": "Cache"}
LISTS_OF: Final = {
    "mysql": "getCloudMysqlBackupList", "mongodb": "getCloudMongoDbBackupList", "cache": "getCloudCacheBackupList",
}  # fmt: skip
JUDGED: Final[dict[str, Any]] = {"verdicts": ("FRESH", "STALE"), "severity": "critical", "events": ("NEW",)}
MSSQL_DETAILS: Final = "getCloudMssqlBackupDetailList"
NOWHERE: Final = "JPN has no database"
PRODUCTS: Final = (
    *(
        of(product, "the key may not list it", "gateway-error,code=210", "PermissionDenied", code="210",
           at_fault=operation)
        for product, operation in LISTS_OF.items()
    ),
    *(
        of(product, "its service fails", "gateway-error,code=500", "EndpointError", code="500", at_fault=operation,
           tried=ALWAYS)
        for product, operation in LISTS_OF.items()
    ),
    of("mysql", "fewer rows than totalRows", "cut-list", "ListingIncomplete", at_fault=LISTS_OF["mysql"], tried=TWICE,
       note="it has no pages to ask for: read twice"),
    of("mysql", "it is named, and not offered", "gateway-error,code=300", "NotFound", code="300",
       at_fault=LISTS_OF["mysql"]),
    of("mongodb", "the list has another product's name", "other-product", "MalformedAnswer",
       at_fault=LISTS_OF["mongodb"]),
    of("mssql", "the details are refused", "gateway-error,code=210", "PermissionDenied", code="210",
       at_fault=MSSQL_DETAILS, tried=TWICE, note="one call each instance: its dates are nowhere else"),
    of("mssql", "the details do not come", "hang", "ReadTimeout", at_fault=MSSQL_DETAILS, tried=None, each=READ,
       note="each instance's"),
    of("mssql", "a detail row has no date", "row-unreadable-date,field=endTime", None, at_fault=MSSQL_DETAILS,
       tried=TWICE, events=("UNREADABLE",)),
    of("mssql", "the backup list is refused", "gateway-error,code=210", "PermissionDenied", code="210",
       at_fault="getCloudMssqlBackupList", **(JUDGED | {"events": ("NEW", "UNREADABLE")}),
       note="judged by the details, which have the dates"),
    of("cache", "vcache is not offered, vredis is", "gateway-error,code=300", None, at_fault="getCloudCache*",
       tried=None, **JUDGED, note="read from vredis"),
    Case("MySQL: not offered, of all products", world={"env": {"NCLOUD_PRODUCTS": "all"},
         "refuses": {"not_offered": {"mysql"}}}, tried=None, **JUDGED, note="a warning of every report"),
    Case("MySQL: the key may not list it, of all products",
         ("gateway-error,code=210,operation=getCloudMysqlBackupList,region=KR",), "PermissionDenied", "210",
         at_fault="getCloudMysqlBackupList", world={"env": {"NCLOUD_PRODUCTS": "all"}},
         **(JUDGED | {"events": ("NEW", "UNREADABLE")})),
    Case(f"both lists say no such instance (5001017), and {NOWHERE}",
         ("service-error,code=5001017,operation=*BackupList,region=JPN",
          "service-error,code=5001017,operation=*InstanceList,region=JPN"), tried=None, **JUDGED,
         world={"regions": ("KR", "SGN", "JPN"), "env": {"NCLOUD_REGIONS": "KR,SGN,JPN"}},
         note="taken for empty lists, and said"),
    Case(f"one list says no such instance (5001017), and {NOWHERE}",
         ("service-error,code=5001017,operation=*BackupList,region=JPN",), tried=None, **JUDGED,
         world={"regions": ("KR", "SGN", "JPN"), "env": {"NCLOUD_REGIONS": "KR,SGN,JPN"}},
         note="the other list is empty: so is this one, and said"),
)  # fmt: skip


def undelivered(name: str, sns: str, tried: int | None, *, note: str = "as above", **rest: Any) -> Case:
    """The alert does not get there; what came of the check itself is in the log and the metrics."""
    return Case(name, tried=tried, counted="published", verdicts=("", ""), outcome="AlertNotDelivered", events=(),
                severity="", world={"sns": sns}, note=note, **rest)  # fmt: skip


AWS = (
    Case("the secret is absent", kind="SecretUnreadable", tried=NEVER, verdicts=("", ""),
         world={"env": {"NCLOUD_CREDENTIALS_SECRET": "nobody-made-it"}}, note="nothing could be asked"),
    Case("the secret is no JSON", kind="SecretUnreadable", tried=NEVER, verdicts=("", ""),
         world={"secret": "hunter2hunter2"}, note="nothing could be asked"),
    Case("the secret lacks a key", kind="SecretUnreadable", tried=NEVER, verdicts=("", ""),
         world={"secret": '{"access_key_id": "EMULATORACCESSKEY001"}'}, note="nothing could be asked"),
    Case("the policy's parameter is absent", kind="PolicyUnreadable", tried=NEVER, verdicts=("", ""),
         world={"env": {"POLICY_PARAMETER": "/nobody/made/it"}}, note="judged by no policy, so not judged"),
    Case("a setting is wrong", tried=NEVER, verdicts=("", ""), outcome="SettingsError", events=(), severity="",
         world={"env": {"MAX_BACKUP_AGE": "a while"}}, note="nothing is called; Lambda's error alarm tells"),
    undelivered("the topic is absent", "absent", None,
                note="Lambda tries again twice, then the dead-letter queue's alarm tells"),
    undelivered("SNS refuses: the function may not publish", "refused", ONCE),
    undelivered("SNS throttles", "throttled", AWS_ALWAYS),
    undelivered("SNS is slower than the time-out", "silent", AWS_ALWAYS, each=AWS_READ),
    undelivered("something else answers in SNS's place", "html", ONCE),
)  # fmt: skip


def forgotten(name: str, how: str, says: str, **rest: Any) -> Case:
    """The memory of what was told cannot be used: everything is told, nothing is hidden, and the warning says why."""
    return Case(name, tried=None, verdicts=("FRESH", "STALE"), severity="critical", events=("NEW",),
                memory=says, world={"memory": how}, **rest)  # fmt: skip


TOLD_ANEW, AS_WITHOUT = "written anew", "events as without a memory; nothing is written"
MEMORY = (
    forgotten("it is absent: the first run, or deleted", "absent", "absent", note=TOLD_ANEW),
    forgotten("it is no document", "corrupt", "corrupt", note=TOLD_ANEW),
    forgotten("it is of another version", "other-version", "other-version", note=TOLD_ANEW),
    forgotten("it was told to another topic", "other-audience", "other-audience", note=TOLD_ANEW),
    forgotten("it was written by a clock that is ahead", "ahead", "ahead", note=TOLD_ANEW),
    forgotten("it may not be read", "denied", "unread: AccessDeniedException", note=AS_WITHOUT),
    forgotten("it is throttled", "throttled", "unread: ThrottlingException", note=AS_WITHOUT),
    forgotten("the table is absent", "no-table", "unread: ResourceNotFoundException", note=AS_WITHOUT),
    forgotten("DynamoDB did not process the read", "unprocessed", "unread: UnprocessedKeys", note=AS_WITHOUT),
    forgotten("it does not answer", "silent", "unread: slow", note=AS_WITHOUT + "; waited for 2 s"),
    forgotten("it may not be written", "read-only", "unwritten: AccessDeniedException",
              note="published, not remembered; ends wait for a run that can write"),
    forgotten("another run is faster, twice", "contended", "unwritten: another run was faster, twice", note="the same"),
)  # fmt: skip

GROUPS: Final = {
    "Nothing arrives": NOTHING_ARRIVES,
    "A strange answer arrives": STRANGE_ANSWERS,
    "Ncloud says no": REFUSALS,
    "The list does not add up, or counts otherwise": INCOMPLETE_LISTS,
    "Rows that cannot be believed": ROWS,
    "Other products, and regions without databases": PRODUCTS,
    "Other lists, keys and clocks": OTHER_LISTS,
    "AWS": AWS,
    "The memory of what was told": MEMORY,
}
CASES: Final = tuple(case for group in GROUPS.values() for case in group)
