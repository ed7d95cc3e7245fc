"""The accounts file as people write it: every key, and everything that can be wrong with one."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.config.accounts_toml import MAX_ACCOUNTS, parse_accounts
from backup_watch.config.problems import SettingsError
from backup_watch.config.settings import parse_settings
from backup_watch.model.accounts import MAX_PRESENT, Account, Accounts, KeyPlace, KeyStore, Pause
from backup_watch.model.instances import Scope
from backup_watch.model.products import PRODUCTS
from tests.builders import KST, NOW

PUBLIC = "https://ncloud.apigw.ntruss.com"
EVERYTHING = """
shrink_ok = true
[defaults]
site = "public"
regions = ["KR"]
products = ["postgresql"]
parameter = "/watch/accounts/{id}"
may_be_empty = true

[[account]]
id = "acme-prod"
name = "Acme Corp., production"
regions = ["KR", "SGN"]
group = "team-seoul"

[[account]]
id = "bank-1"
site = "fin"
regions = ["FKR"]
products = ["all"]
secret = "keys-07#{id}"
may_be_empty = false
paused_until = 2026-12-31T00:00:00+09:00
reason = "moved to another team"
owner = "dba@example.com"

[[account]]
id = "lab"
api = "http://127.0.0.1:8080"
products = "mysql, cache"
"""
KEY = "AKIAIOSFODNN7EXAMPLE"


def read(text, **more):
    accounts, problems = parse_accounts(text, now=NOW, **more)
    return accounts, [str(problem) for problem in problems]


def problems_of(text, **more):
    return read(text, **more)[1]


def one(entry: str, *, head: str = 'parameter = "/keys/{id}"') -> str:
    return f'[defaults]\n{head}\n[[account]]\nid = "acme"\n{entry}\n'


SLIPS = {
    "as a region": 'regions = ["{key}"]',
    "as a product": 'products = ["{key}"]',
    "as a site": 'site = "{key}"',
    "as an address": 'api = "https://{key}@example.com"',
    "as a flag": 'may_be_empty = "{key}"',
    "as an instant": 'paused_until = "{key}"\nreason = "x"\nowner = "y"',
    "as a name of ours": 'access_key_id = "{key}"',
    "as a name of its own": '{key} = "x"',
    "as a place that is a list": 'secret = ["{key}"]',
    "as a place that is a table": 'secret = {{ id = "{key}" }}',
    "as a place that is a document": 'secret = \'{{"secret_access_key": "{key}"}}\'',
    "as an id": 'id = "{key}"',
    "as text that is no TOML": "secret = {key}",
}


@pytest.mark.parametrize("slip", SLIPS)
@pytest.mark.parametrize("key", ["AKIDEXAMPLE123456789", "Tr2NVDLq6bXgqzQ9f3bAbCdEfGhIjKlMnOpQrStU"])
def test_a_key_is_not_shown_wherever_it_was_put_by_slip(slip, key):
    table = SLIPS[slip].format(key=key)
    own_id = "" if table.startswith("id") else 'id = "acme"\n'
    _, problems = parse_accounts(
        f'[[account]]\n{own_id}parameter = "/k"\n{table}\n'.replace('parameter = "/k"\nsecret', "secret"), now=NOW
    )
    assert problems
    assert key not in " ".join(map(str, problems))


def test_every_key_is_read_and_an_account_wins_over_the_defaults():
    accounts, problems = read(EVERYTHING)
    assert problems == []
    assert accounts == Accounts(
        (
            Account(
                id="acme-prod",
                api_url=PUBLIC,
                regions=("KR", "SGN"),
                products=("postgresql",),
                key=KeyPlace(KeyStore.PARAMETER, "/watch/accounts/acme-prod"),
                name="Acme Corp., production",
                may_be_empty=True,
                group="team-seoul",
            ),
            Account(
                id="bank-1",
                api_url="https://fin-ncloud.apigw.fin-ntruss.com",
                regions=("FKR",),
                products=tuple(PRODUCTS),
                all_products=True,
                key=KeyPlace(KeyStore.SECRET, "keys-07", "bank-1"),
                may_be_empty=False,
                pause=Pause(datetime(2026, 12, 31, tzinfo=KST), "moved to another team", "dba@example.com"),
            ),
            Account(
                id="lab",
                api_url="http://127.0.0.1:8080",
                regions=("KR",),
                products=("mysql", "cache"),
                key=KeyPlace(KeyStore.PARAMETER, "/watch/accounts/lab"),
                may_be_empty=True,
            ),
        ),
        from_file=True,
        shrink_ok=True,
    )
    assert accounts.groups == {"acme-prod": "team-seoul"}


def test_nothing_is_read_of_an_account_until_its_pause_is_over():
    accounts, _ = read(EVERYTHING)
    until = accounts.all[1].pause.until
    assert [one.id for one in accounts.present(now=until - timedelta(microseconds=1))] == ["acme-prod", "lab"]
    assert [one.id for one in accounts.present(now=until)] == ["acme-prod", "bank-1", "lab"]
    assert accounts.scopes(now=NOW)[:2] == (
        Scope("acme-prod", "postgresql", "KR"),
        Scope("acme-prod", "postgresql", "SGN"),
    )


def test_without_defaults_an_account_is_korea_postgresql_on_the_public_site():
    accounts, problems = read('\ufeff[[account]]\nid = "a"\nsecret = "k"\n')
    assert problems == []
    assert accounts.all == (Account("a", PUBLIC, ("KR",), ("postgresql",), key=KeyPlace(KeyStore.SECRET, "k")),)


def test_a_profile_is_for_the_command_alone():
    text = one('profile = "work"')
    assert read(text, profiles=True)[0].all[0].key == KeyPlace(KeyStore.PROFILE, "work")
    assert problems_of(text) == [
        "ACCOUNTS account 1 (acme) profile: only for the command backup-watch; here it is parameter or secret"
    ]


@pytest.mark.parametrize(("entry", "told"), [
    ('colour = "red"', "account 1 (acme) colour='red': no such key"),
    ('secret = "a"\nparameter = "b"', "account 1 (acme) parameter, secret: two places for one key"),
    ('site = "gov"\napi = "https://h"', "account 1 (acme) api: not together with site"),
    ('site = "mars"', "account 1 (acme) site='mars': one of public, gov, fin"),
    ('api = "http://example.com"', "account 1 (acme) api='http://example.com': https://HOST"),
    ('regions = []', "account 1 (acme) regions='[]': region codes"),
    ('regions = ["kr"]', "account 1 (acme) regions="),
    ('products = ["oracle"]', "account 1 (acme) products="),
    ('parameter = "/a b"', "account 1 (acme) parameter: the name of an SSM parameter"),
    ('secret = "name#"', "account 1 (acme) secret: the name or ARN of a secret"),
    ('secret = 5', "account 1 (acme) secret: a name"),
    ('may_be_empty = "perhaps"', "account 1 (acme) may_be_empty='perhaps': true or false"),
    ('name = " "', "account 1 (acme) name=' ': text of 1 to 200"),
    ('group = "a\\nb"', "account 1 (acme) group="),
    ('reason = "x"', "account 1 (acme) reason: only together with paused_until"),
    ('paused_until = 2026-12-01T00:00:00+09:00', "account 1 (acme) reason: required"),
    ('paused_until = 2027-12-01T00:00:00+09:00\nreason="x"\nowner="y"', "account 1 (acme) paused_until="),
    ('paused_until = 2026-12-01T00:00:00\nreason="x"\nowner="y"', "an instant with an offset, at most 90 days"),
    ('[[account]]\nid = "acme"', "account 2 (acme) id='acme': each id once; account 1 has it, too"),
    ('[[account]]\nid = "default"', "account 2 (default) id='default': another one"),
    ('[[account]]\nid = "Acme Corp"', "account 2 id='Acme Corp': a-z, 0-9 and -, 1 to 48 characters"),
    ('[[account]]\nid = ""', "account 2 id='': a-z"),
    (f'[[account]]\nid = "{"a" * 49}"', "account 2 id: a-z"),
    ('[[account]]\nid = 7', "account 2 id='7': a-z"),
    ('[[account]]\nname = "x"', "account 2 id: required"),
])  # fmt: skip
def test_what_is_wrong_is_told_with_the_number_and_the_id_of_the_account(entry, told):
    problems = problems_of(one(entry))
    assert any(problem.startswith("ACCOUNTS ") and told in problem for problem in problems), problems


@pytest.mark.parametrize(("text", "told"), [
    ("", "ACCOUNTS account: at least one account"),
    ("[defaults]\n", "ACCOUNTS account: at least one account"),
    ("account = 5", "ACCOUNTS account='5': tables, written as [[account]]"),
    ("defaults = 5", "ACCOUNTS defaults='5': a table"),
    ("[[account", "ACCOUNTS: valid TOML"),
    ("a = " + "[" * 5000, "ACCOUNTS: valid TOML"),
    ('[[account]]\nid = "a"', "ACCOUNTS account 1 (a): the place of its key is required: parameter or secret"),
    ('shrink_ok = 1\n' + one(""), "ACCOUNTS shrink_ok='1': true or false"),
    ('accounts = 1\n' + one(""), "ACCOUNTS accounts='1': no such key"),
    (one("", head='parameter = "a"\nsecret = "b"'), "ACCOUNTS defaults parameter, secret: two places"),
    (one("", head='parameter = "/a b"'), "ACCOUNTS defaults parameter: the name of an SSM parameter"),
    (one("", head='group = "x"\nparameter = "a"'), "ACCOUNTS defaults group='x': no such key"),
])  # fmt: skip
def test_what_is_wrong_with_the_file_is_told(text, told):
    assert any(problem.startswith(told) for problem in problems_of(text)), problems_of(text)


def test_every_wrong_entry_is_named_at_once():
    text = "".join(
        f'[[account]]\nid = "a-{n}"\nsecret = "k"\nregions = "{"kr" if n % 2 else "KR"}"\n' for n in range(9)
    )
    assert [problem.split(" regions")[0] for problem in problems_of(text)] == [
        f"ACCOUNTS account {n + 1} (a-{n})" for n in (1, 3, 5, 7)
    ]


@pytest.mark.parametrize("slip", [
    f'[[account]]\nid = "{KEY}"\nsecret = "k"',
    f'[[account]]\nid = "a"\nsecret = "{KEY} x"',
    f'[[account]]\nid = "a"\nparameter = \'{{"access_key_id": "{KEY}"}}\'',
    f'[[account]]\nid = "a"\naccess_key_id = "{KEY}"',
    f'[[account]]\nid = "a"\nkey = {{ id = "{KEY}" }}',
    f'[[account]]\nid = "a"\n[account.parameter]\nvalue = "{KEY}"',
    f'[defaults]\nsecret = "{KEY} x"\n[[account]]\nid = "a"',
    f'[defaults]\naccess_key_id = "{KEY}"\n[[account]]\nid = "a"',
    f'[[account]]\nid = "a"\nsecret = "{KEY}',
])  # fmt: skip
def test_no_problem_shows_a_key(slip):
    problems = problems_of(slip)
    assert problems
    assert not any(KEY in problem for problem in problems)


def numbered(count: int) -> str:
    return "".join(f'[[account]]\nid = "a-{n}"\nsecret = "k"\n' for n in range(count))


def test_there_may_be_ten_thousand_accounts_and_no_more():
    accounts, problems = read(numbered(MAX_ACCOUNTS))
    assert (len(accounts.all), problems) == (MAX_ACCOUNTS, [])
    assert problems_of(numbered(MAX_ACCOUNTS + 1)) == ["ACCOUNTS account='10001': at most 10,000 accounts"]


@given(st.text())
def test_no_text_is_too_strange_to_be_told_about(text):
    accounts, problems = parse_accounts(text, now=NOW)
    assert problems or accounts.all


# --- the variables -------------------------------------------------------------------------------------------------

ACME = '[[account]]\nid = "acme"\nsecret = "k"\n'


def settings(**variables):
    return parse_settings(variables, now=NOW, needs_topic=False)


def refused(**variables) -> str:
    with pytest.raises(SettingsError) as failed:
        settings(**variables)
    return str(failed.value)


def test_accounts_stand_in_one_of_three_places():
    assert settings(ACCOUNTS=ACME).accounts.ids == ("acme",)
    in_parameter = settings(ACCOUNTS_PARAMETER="/watch/accounts")
    assert (in_parameter.accounts, in_parameter.accounts_place.source) == (None, "ACCOUNTS_PARAMETER /watch/accounts")
    in_object = settings(ACCOUNTS_OBJECT="accounts.toml", RUNS_BUCKET="runs-1").accounts_place
    assert (in_object.name, in_object.bucket) == ("accounts.toml", "runs-1")
    assert not settings(NCLOUD_CREDENTIALS_SECRET="k").has_accounts_file


@pytest.mark.parametrize(("variables", "told"), [
    ({"ACCOUNTS_PARAMETER": "/a"}, "ACCOUNTS_PARAMETER: not together with ACCOUNTS"),
    ({"ACCOUNTS_OBJECT": "a"}, "RUNS_BUCKET: required beside ACCOUNTS_OBJECT"),
    ({"NCLOUD_CREDENTIALS_SECRET": "k"}, "NCLOUD_CREDENTIALS_SECRET: not together with ACCOUNTS: its value moves"),
    ({"NCLOUD_ACCESS_KEY_ID": KEY}, "NCLOUD_ACCESS_KEY_ID: not together"),
    ({"NCLOUD_API_GW": PUBLIC}, "NCLOUD_API_GW: not together"),
    ({"NCLOUD_REGIONS": "KR"}, "NCLOUD_REGIONS: not together"),
    ({"NCLOUD_PRODUCTS": "all"}, "NCLOUD_PRODUCTS: not together"),
    ({"ACCOUNT_SECONDS": "0"}, "ACCOUNT_SECONDS='0': a whole number from 1 to 900"),
    ({"FLEET_BATCH": "201"}, "FLEET_BATCH='201'"), ({"FLEET_CONCURRENCY": "0"}, "FLEET_CONCURRENCY='0'"),
    ({"METRICS_BY_ACCOUNT": "some"}, "METRICS_BY_ACCOUNT='some': true or false"),
    ({"ACCOUNTS": ACME + ACME}, "ACCOUNTS account 2 (acme) id='acme': each id once"),
    ({"ACCOUNTS": numbered(MAX_PRESENT + 1)}, "ACCOUNTS account='201': at most 200 accounts in one invocation; more"),
])  # fmt: skip
def test_what_does_not_go_together_is_one_error(variables, told):
    text = refused(**{"ACCOUNTS": ACME} | variables)
    assert told in text
    assert KEY not in text


def test_two_hundred_accounts_are_read_in_one_invocation_and_paused_ones_do_not_count():
    pause = 'paused_until = 2026-12-01T00:00:00+09:00\nreason = "x"\nowner = "y"\n'
    assert len(settings(ACCOUNTS=numbered(MAX_PRESENT) + ACME + pause).accounts.all) == MAX_PRESENT + 1
