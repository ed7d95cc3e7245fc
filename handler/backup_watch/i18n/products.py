"""What a database product is called in Ncloud's console, and how a backup of it is made by hand."""

from __future__ import annotations

from backup_watch.model.instances import Subject
from backup_watch.model.plain_text import shown
from backup_watch.model.products import DEFAULT_PRODUCT, PRODUCTS, Product


def product_words(product: str = DEFAULT_PRODUCT) -> Product:
    """The words of *product*; one that has none goes by its own word."""
    return PRODUCTS.get(product) or Product(shown(product), shown(product), "dump")


def product_of(subject: Subject) -> str:
    """Which product *subject* is an instance of; of a line of ``[expect]`` for every product, the usual one."""
    return subject.product or DEFAULT_PRODUCT
