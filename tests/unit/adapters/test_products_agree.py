"""What people and policies know of a product is what the client knows of it."""

import ncloud
from backup_watch.model.products import PRODUCTS


def test_both_tables_have_the_same_products_in_the_same_order():
    assert list(PRODUCTS) == list(ncloud.PRODUCTS)


def test_they_agree_on_names_menus_and_on_what_is_healthy():
    for name, product in PRODUCTS.items():
        known = ncloud.PRODUCTS[name]
        assert (product.short_name, product.backup_menu) == (known.title, known.console_menu)
        assert product.may_skip_a_day == known.may_skip_a_day
