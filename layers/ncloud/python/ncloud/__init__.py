"""A client for reading NAVER Cloud's databases and their backups: complete lists, or precise errors.

    with Client(Credentials(key_id, secret), max_concurrency=4) as client:
        outcomes = client.read([ListRequest.backups("KR", product="mysql")], deadline=time.monotonic() + 60)

- `PRODUCTS` holds one `Product` for each database product, by name: its names on the wire, what its lists tell
  (`date`, `detail_part`, `tells_is_backup`, `is_on_by_default`, `may_skip_a_day`) and what people need to know
  (`title`, `console_menu`, `manual_backup`, `viewer_policy`). All that differs between products is a value there.
- `ListRequest.backups`, `.instances` and `.backup_details` ask for a product's lists, `.regions` for the regions.
  Rows are `Backup`, `Instance`, `BackupDetail`, `Region` whatever the product; `None`: the API does not tell.
- `Client.read` returns a `Listing` or an `NcloudError` for each request; `NcloudError.is_not_offered` tells a product
  that is not offered in a region from a right that is lacking (`PermissionDenied`) and from every other failure, and
  `is_no_such_instance` an instance that has gone before its details were read.
- Many clients, one for each key, share a bound of requests with `read_all=SharedWorkers(128).read_all`
  (`ncloud.shared`): each gets its turn, keeps its own `max_concurrency`, and costs the others nothing when it hangs.
  With one `first_pages=set()` for all of them, an empty list of one takes one request where another's has had rows.
- Caches are read from `vcache`, and where that is not offered from `vredis`, never from both in one region;
  `Listing.operation` and `NcloudError.operation` name what was called in the end.

`import ncloud` costs msgspec and little more; urllib3 and the XML parser are imported when first needed.
"""

from ncloud.auth import Credentials, sign
from ncloud.client import Client
from ncloud.errors import NcloudError, SettingsProblem
from ncloud.model import Backup, BackupDetail, Code, Instance, Listing, ListRequest, Region
from ncloud.products import PRODUCTS, BackupDate, DetailPart, ListKind, Product

__all__ = [
    "PRODUCTS",
    "Backup",
    "BackupDate",
    "BackupDetail",
    "Client",
    "Code",
    "Credentials",
    "DetailPart",
    "Instance",
    "ListKind",
    "ListRequest",
    "Listing",
    "NcloudError",
    "Product",
    "Region",
    "SettingsProblem",
    "sign",
]
