"""A client for reading NAVER Cloud's "Cloud DB for PostgreSQL" API: complete listings or a precise error.

`import ncloud` costs msgspec and little more; urllib3 and the XML parser are imported when first needed.
"""

from ncloud.auth import Credentials, sign
from ncloud.client import Client
from ncloud.errors import NcloudError, SettingsProblem
from ncloud.listings import Listing, ListRequest
from ncloud.model import Backup, BackupDetail, Code, Instance, Region

__all__ = [
    "Backup",
    "BackupDetail",
    "Client",
    "Code",
    "Credentials",
    "Instance",
    "ListRequest",
    "Listing",
    "NcloudError",
    "Region",
    "SettingsProblem",
    "sign",
]
