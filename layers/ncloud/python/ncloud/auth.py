"""The API key, and "signature v2", by which the gateway knows whose a request is. No I/O."""

import hmac
import re
from binascii import b2a_base64
from datetime import UTC, datetime, timedelta

from ncloud.errors import SettingsProblem

_VISIBLE = re.compile("[!-~]+")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Credentials:
    """An access key. Neither part appears in `repr`, but for the key id's first four characters.

    Raises SettingsProblem where a part is empty or holds anything but visible ASCII: no header carries that, and an
    HTTP library's error would show it.
    """

    __slots__ = ("access_key_id", "secret_access_key")

    def __init__(self, access_key_id: str, secret_access_key: str) -> None:
        for name, part in (("access_key_id", access_key_id), ("secret_access_key", secret_access_key)):
            if not _VISIBLE.fullmatch(part):
                raise SettingsProblem(f"{name} must be visible ASCII without blanks or line breaks")
        self.access_key_id = access_key_id
        self.secret_access_key = secret_access_key

    def __repr__(self) -> str:
        return f"Credentials({self.access_key_id[:4]}***)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Credentials) and (self.access_key_id, self.secret_access_key) == (
            other.access_key_id,
            other.secret_access_key,
        )

    def __hash__(self) -> int:
        return hash((self.access_key_id, self.secret_access_key))


def sign(method: str, target: str, credentials: Credentials, *, at: datetime) -> dict[str, str]:
    """The three headers that sign *method* and *target* at the aware instant *at*.

    *target* is path and query, byte for byte as sent. The gateway refuses an instant more than five
    minutes from its own clock. A POST's body is not signed.
    Raises TypeError if *at* is naive.
    """
    timestamp = str((at - _EPOCH) // _MILLISECOND)
    text = f"{method.upper()} {target}\n{timestamp}\n{credentials.access_key_id}"
    digest = hmac.digest(credentials.secret_access_key.encode(), text.encode(), "sha256")
    return {
        "x-ncp-apigw-timestamp": timestamp,
        "x-ncp-iam-access-key": credentials.access_key_id,
        "x-ncp-apigw-signature-v2": b2a_base64(digest, newline=False).decode(),
    }
