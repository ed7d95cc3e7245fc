"""Every documented way in which the gateway or the service says no."""

from __future__ import annotations

from typing import Final

GATEWAY_ERRORS: Final = {
    "100": (400, "Bad Request Exception"),
    "200": (401, "Authentication Failed"),
    "210": (401, "Permission Denied"),
    "230": (403, "Forbidden"),
    "300": (404, "Not Found Exception"),
    "400": (429, "Quota Exceeded"),
    "410": (429, "Throttle Limited"),
    "420": (429, "Rate Limited"),
    "430": (413, "Request Entity Too Large"),
    "500": (503, "Endpoint Error"),
    "510": (504, "Endpoint Timeout"),
    "900": (500, "Unexpected Error"),
}
"""errorCode: (HTTP status, message), as the API Gateway's error pages list them."""

SERVICE_ERRORS: Final = {
    "800": (400, "Parameter error."),
    "900": (400, "A required parameter is missing."),
    "1000": (500, "Please try your call again later.\nTemporary service error."),
    "1300": (500, "Unknown error."),
    "10712": (400, "Not found product."),
    "5001017": (400, "The Cloud DB instance does not exist or has already been deleted."),
    "5001269": (400, "The Cloud DB instance was not found."),
}
"""returnCode: (HTTP status, returnMessage). Other codes answer 400 unless told otherwise."""


class Refusal(Exception):
    """An answer that is an error. `wrapper` names its outermost key, `fields` what stands inside."""

    wrapper = ""

    def __init__(self, status: int, fields: dict[str, str]) -> None:
        super().__init__(status, fields)
        self.status = status
        self.fields = fields


class GatewayRefusal(Refusal):
    """Refused before the service saw it: `{"error": {"errorCode": ..., "message": ..., "details": ...}}`."""

    wrapper = "error"

    def __init__(self, code: str, details: str = "", *, status: int | None = None) -> None:
        usual_status, message = GATEWAY_ERRORS.get(code, (500, "Unexpected Error"))
        super().__init__(status or usual_status, {"errorCode": code, "message": message, "details": details})


class ServiceRefusal(Refusal):
    """Refused by the service: `{"responseError": {"returnCode": ..., "returnMessage": ...}}`."""

    wrapper = "responseError"

    def __init__(self, code: str, message: str = "", *, status: int | None = None) -> None:
        usual_status, usual_message = SERVICE_ERRORS.get(code, (400, "The request was refused."))
        super().__init__(status or usual_status, {"returnCode": code, "returnMessage": message or usual_message})
