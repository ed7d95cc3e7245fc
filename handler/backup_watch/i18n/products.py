"""What a database product is called in Ncloud's console, and how a backup of it is made by hand."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from backup_watch.model.instances import Subject
from backup_watch.model.plain_text import shown

DEFAULT_PRODUCT = "postgresql"


class ProductWords(Struct, frozen=True):
    """How people meet a product. Menus of the console have English names in every language."""

    name: str
    """Its name, which is its menu's in the console too."""
    short_name: str
    """What tells it from the others in a message."""
    dump: str
    """The program that takes a dump by hand."""

    @property
    def backup_menu(self) -> str:
        """Where the console lists backups (its user guide)."""
        return f"{self.name} > Backup"

    @property
    def server_menu(self) -> str:
        """Where the console lists servers."""
        return f"{self.name} > DB Server"


PRODUCTS: Mapping[str, ProductWords] = {
    "postgresql": ProductWords("Cloud DB for PostgreSQL", "PostgreSQL", "pg_dump"),
    "mysql": ProductWords("Cloud DB for MySQL", "MySQL", "mysqldump"),
    "mongodb": ProductWords("Cloud DB for MongoDB", "MongoDB", "mongodump"),
    "mssql": ProductWords("Cloud DB for MSSQL", "MSSQL", "BACKUP DATABASE"),
    "cache": ProductWords("Cloud DB for Cache", "Cache", "redis-cli --rdb"),
}


def product_words(product: str = DEFAULT_PRODUCT) -> ProductWords:
    """The words of *product*; one that has none goes by its own word."""
    return PRODUCTS.get(product) or ProductWords(shown(product), shown(product), "dump")


def product_of(subject: Subject) -> str:
    """Which product *subject* is an instance of; of a line of ``[expect]`` for every product, the usual one."""
    return subject.product or DEFAULT_PRODUCT
