"""The database products of Ncloud, as far as people and policies meet them.

How they are read is the client's matter (``ncloud.PRODUCTS``); a test holds that the two tables agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

DEFAULT_PRODUCT = "postgresql"
SKIPPED_DAY_MAX_AGE = timedelta(hours=54)
"""The default of ``max_age`` where a day without a backup may be healthy: two days, and what the others are allowed."""


class Product(Struct, frozen=True):
    """One product. Menus of the console have English names in every language."""

    name: str
    """Its name, which is its menu's in the console too."""
    short_name: str
    """What tells it from the others in a message."""
    dump: str
    """The program that takes a dump by hand."""
    may_skip_a_day: bool = False
    """Whether a healthy schedule may leave out a day: yesterday's backup is still running."""

    @property
    def backup_menu(self) -> str:
        """Where the console lists backups (its user guide)."""
        return f"{self.name} > Backup"

    @property
    def server_menu(self) -> str:
        """Where the console lists servers."""
        return f"{self.name} > DB Server"


PRODUCTS: Mapping[str, Product] = {
    "postgresql": Product("Cloud DB for PostgreSQL", "PostgreSQL", "pg_dump"),
    "mysql": Product("Cloud DB for MySQL", "MySQL", "mysqldump"),
    "mongodb": Product("Cloud DB for MongoDB", "MongoDB", "mongodump", may_skip_a_day=True),
    "mssql": Product("Cloud DB for MSSQL", "MSSQL", "SqlPackage"),
    "cache": Product("Cloud DB for Cache", "Cache", "redis-cli --rdb"),
}
"""By the names that settings, policies and reports have for them, in the order in which reports list them."""
