"""What a request is about, who may ask it, and what is noted down of it."""

from __future__ import annotations

import time

from tests.emulator.account import Account
from tests.emulator.asked import answer_format, read_parameters
from tests.emulator.dialect import Dialect
from tests.emulator.exchange import Recorded, Request
from tests.emulator.faults import Fault, Target
from tests.emulator.products import OPERATIONS, product_name
from tests.emulator.refusals import GatewayRefusal, ServiceRefusal
from tests.emulator.signature_check import SIGNATURE, TIMESTAMP


def parameters_of(request: Request) -> tuple[dict[str, str], GatewayRefusal | None]:
    """The parameters, or none and why they could not be read."""
    try:
        return read_parameters(request.method, request.query, request.headers, request.body), None
    except GatewayRefusal as refusal:
        return {}, refusal


def target_of(
    request: Request, operation: str, parameters: dict[str, str], account: Account, *, is_known: bool
) -> Target:
    page_no = parameters.get("pageNo", "")
    known = OPERATIONS.get(operation)
    prefix = known.product.prefix if known and known.product else ""
    return Target(
        operation,
        parameters.get("regionCode") or account.regions[0],
        request.method,
        int(page_no) if page_no.isascii() and page_no.isdigit() else None,
        parameters.get(f"{prefix}InstanceNo"),
        product=product_name(operation),
        account=account.id if is_known else "",
        site=request.site,
    )


def admit_product(account: Account, target: Target, dialect: Dialect) -> None:
    """Raise Refusal where the account may not call the operation, or where the product is not to be had there."""
    places = {target.product, f"{target.product}:{target.region}"} if target.product else set()
    if account.denied & {target.operation, *places}:
        raise GatewayRefusal("210", "This account has no permission for the action.")
    if account.not_offered & places:
        raise GatewayRefusal("300", "The API does not exist.")
    if account.not_subscribed & places:
        if dialect.unsubscribed == "unsubscribed-service":
            raise ServiceRefusal("10712")
        code = dialect.unsubscribed.removeprefix("unsubscribed-")
        raise GatewayRefusal(code, "The product is not subscribed.")


def noted(request: Request, target: Target, parameters: dict[str, str], striking: list[Fault]) -> Recorded:
    return Recorded(
        target.operation,
        request.method,
        request.target,
        parameters,
        target.region,
        target.page,
        answer_format(parameters),
        0,
        request.headers.get(TIMESTAMP, ""),
        request.headers.get(SIGNATURE, ""),
        dict(request.headers),
        tuple(fault.kind for fault in striking),
        request.connection,
        time.monotonic(),
        target.product,
        target.account,
        target.site,
    )
