"""Where a database belongs, as far as the page has several of it."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import quote, urlencode

from msgspec import Struct

from backup_watch.i18n.products import product_words
from backup_watch.model.instances import Instance, Subject
from backup_watch.model.report import Report


class Places(Struct, frozen=True):
    """What is named: nothing changes for those who have one account and one product."""

    accounts: bool
    products: bool
    regions: bool = False

    def of(self, subject: Subject) -> str:
        """Account, product and region of *subject*; of a line of the roll call no region, since it may cover many."""
        region = subject.region if isinstance(subject, Instance) else None
        return self.named(subject.account, subject.product, region)

    def named(self, account: str | None, product: str | None, region: str | None) -> str:
        """Those of the three that are known and to be named."""
        parts = (
            account if self.accounts else None,
            product_words(product).short_name if self.products and product else None,
            region,
        )
        return " ".join(part for part in parts if part)

    def path(self, instance: Instance) -> str:
        """What follows ``/instance/`` in the address of its page, which names what there are several of."""
        named = (
            ("account", instance.account if self.accounts else ""),
            ("product", instance.product if self.products else ""),
            ("region", instance.region if self.regions else ""),
        )
        return quote(instance.number, safe="") + _query(named)


@lru_cache(maxsize=1024)  # thousands of instances share a few
def _query(named: tuple[tuple[str, str], ...]) -> str:
    query = urlencode([(name, value) for name, value in named if value])
    return query and f"?{query}"


def places_of(report: Report) -> Places:
    """What *report* has several of."""
    return Places(report.has_several_accounts, len(report.products) > 1, len(report.regions) > 1)
