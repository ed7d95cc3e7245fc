"""Many accounts in one emulator: each key opens its own account, on its own site, with its own troubles."""

from datetime import timedelta
from http.client import RemoteDisconnected

import pytest

from tests.edges.emulator.caller import NOW, ask, fields, get, refusal, rows
from tests.emulator import (
    BACKUP_LIST,
    Account,
    Database,
    Description,
    Emulator,
    EmulatorProcess,
    access_key_of,
    daily_backups,
    fault,
    many,
    secret_key_of,
)
from tests.emulator.clock import Clock
from tests.emulator.gateway import Gateway

MYSQL_LIST = "getCloudMysqlBackupList"


def serving(*others):
    gateway = Gateway(Account(), clock=Clock(stopped_at=NOW))
    gateway.others.add(*others)
    return gateway


def keys_of(account_id):
    return {"access_key": access_key_of(account_id), "secret_key": secret_key_of(account_id)}


def asked_of(gateway, account_id, operation=BACKUP_LIST, **parameters):
    return ask(gateway, operation, **keys_of(account_id), **parameters)


def test_each_key_opens_its_own_account():
    by_hand = Account([Database("1", "by-hand")], id="c", access_key="KEY", secret_key="SECRET")
    gateway = serving(Description("a", NOW, instances=2), Description("b", NOW, instances=5), by_hand)
    gateway.account.databases.append(Database("9", "own"))

    assert [len(rows(asked_of(gateway, account_id))) <= most for account_id, most in (("a", 2), ("b", 5))] == [True] * 2
    assert rows(asked_of(gateway, "a")) != rows(asked_of(gateway, "b"))
    assert len(rows(ask(gateway, BACKUP_LIST, access_key="KEY", secret_key="SECRET"))) == 1
    assert len(rows(ask(gateway, BACKUP_LIST))) == 1
    assert [recorded.account for recorded in gateway.recorded][-3:] == ["b", "c", "default"]


def test_one_accounts_key_with_anothers_secret_opens_nothing():
    gateway = serving(Description("a", NOW), Description("b", NOW))
    mixed = {"access_key": access_key_of("a"), "secret_key": secret_key_of("b")}

    assert refusal(ask(gateway, BACKUP_LIST, **mixed)) == (401, "200")
    assert refusal(asked_of(gateway, "nobody")) == (401, "200")


def test_an_account_without_region_has_those_of_its_site():
    gateway = serving(Description("bank", NOW, site="fin", instances=4, profiles={"healthy": 4}))

    answer = asked_of(gateway, "bank", site="fin")
    assert len(rows(answer)) == 4
    assert refusal(asked_of(gateway, "bank", site="fin", regionCode="KR")) == (400, "800")
    assert len(rows(asked_of(gateway, "bank", site="fin", regionCode="FKR"))) == 4


def test_a_key_is_known_on_its_own_site_only():
    alike = {"profiles": {"healthy": 1}}
    sites = ("public", "gov", "fin")
    everywhere = [Description(site, NOW, site=site, **alike) for site in sites]
    with Emulator(now=NOW, others=everywhere, sites=sites) as emulator:
        opened = {
            (account, site)
            for account in sites
            for site in sites
            if get(emulator.url_of(site), BACKUP_LIST, **keys_of(account)).status == 200
        }
        assert opened == {(site, site) for site in sites}
        assert refusal(get(emulator.url_of("gov"), BACKUP_LIST)) == (401, "200")


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ("well", (200, "0")),
        ("wrong-key", (401, "200")),
        ("wrong-site", (401, "200")),
        ("throttled", (429, "420")),
        ("refused-product", (401, "210")),
        ("empty", (200, "0")),
        ("region-down", (503, "500")),
    ],
)
def test_an_accounts_state_strikes_it_alone(state, expected):
    regions, products = ("KR", "SGN"), ("postgresql", "mysql")
    alike = {"regions": regions, "products": products, "profiles": {"healthy": 3}}
    gateway = serving(Description("a", NOW, state=state, **alike), Description("b", NOW, **alike))

    answer = asked_of(gateway, "a", MYSQL_LIST, regionCode="SGN")

    assert refusal(answer) == expected
    assert asked_of(gateway, "b", MYSQL_LIST, regionCode="SGN").status == 200
    if state == "refused-product":
        assert asked_of(gateway, "a", BACKUP_LIST).status == 200
    if state == "region-down":
        assert asked_of(gateway, "a", MYSQL_LIST, regionCode="KR").status == 200
    if state in ("empty", "well"):
        assert bool(rows(asked_of(gateway, "a"))) is (state == "well")


def test_an_account_may_hang_or_meet_a_proxy_while_another_is_answered():
    others = [Description(state, NOW, state=state) for state in ("hanging", "proxy-page", "well")]
    with Emulator(now=NOW, others=others) as emulator:
        with pytest.raises((TimeoutError, RemoteDisconnected)):
            get(emulator.url, BACKUP_LIST, timeout=0.2, **keys_of("hanging"))
        assert b"proxy" in get(emulator.url, BACKUP_LIST, **keys_of("proxy-page")).body
        assert get(emulator.url, BACKUP_LIST, **keys_of("well")).status == 200


def test_faults_can_be_aimed_at_accounts():
    gateway = serving(*(Description(name, NOW) for name in ("acme-1", "acme-2", "other")))
    gateway.faults.replace([fault("gateway-error", code=500, account="acme-*")])

    assert [asked_of(gateway, name).status for name in ("acme-1", "acme-2", "other")] == [503, 503, 200]


def test_faults_can_be_aimed_at_a_site():
    gateway = serving(Description("a", NOW), Description("b", NOW, site="gov"))
    gateway.faults.replace([fault("gateway-error", code=500, site="gov")])

    assert asked_of(gateway, "a").status == 200
    assert refusal(asked_of(gateway, "b", site="gov")) == (503, "500")


def test_thousands_are_held_as_descriptions_until_they_are_asked_for():
    gateway = serving(*many(3000, now=NOW, sites={"gov": 200, "fin": 100}, states={"hanging": 7, "wrong-key": 3}))

    entries = list(gateway.others.entries())
    assert [sum(entry.site == site for entry in entries) for site in ("public", "gov", "fin")] == [2700, 200, 100]
    assert sum(entry.state == "hanging" for entry in entries) == 7
    assert len({access_key_of(entry.id) for entry in entries}) == 3000
    well = next(entry for entry in entries if (entry.state, entry.site) == ("well", "public"))
    assert asked_of(gateway, well.id).status == 200
    assert sum(isinstance(entry, Account) for entry in gateway.others.entries()) == 1


def test_an_id_or_a_key_is_taken_once():
    gateway = serving(Description("a", NOW))

    with pytest.raises(ValueError, match="there is such an account already: a"):
        gateway.others.add(Description("a", NOW, site="gov"))


def test_accounts_are_made_steered_and_forgotten_over_http():
    with EmulatorProcess("--now", NOW.isoformat(), "--clock", "stopped", "--sites", "gov=0") as process:
        described = {"id": "acme", "site": "gov", "products": ["mysql"], "profiles": {"healthy": 2}}
        [told] = process.control("POST", "/accounts", {"accounts": [described]})
        many_more = process.control("POST", "/accounts", {"count": 50, "prefix": "fleet", "states": {"empty": 50}})
        gov = process.control("GET", "")["sites"]["gov"]
        keys = {"access_key": told["access_key_id"], "secret_key": told["secret_access_key"]}

        first, second = rows(get(gov, MYSQL_LIST, **keys))
        number = {"account": "acme", "database": first["cloudMysqlInstanceNo"]}
        process.control("POST", "/backups", number | {"endedAt": (NOW - timedelta(minutes=1)).isoformat()})
        process.control(
            "POST", "/database", number | {"set": {"under_way_since": NOW.isoformat(), "status": "stopped"}}
        )
        changed = rows(get(gov, MYSQL_LIST, **keys))[0]
        instance = fields(get(gov, "getCloudMysqlInstanceList", **keys))["cloudMysqlInstanceList"][0]
        process.control("POST", "/access", {"account": "acme", "denied": ["mysql"]})

        assert changed["lastBackupDate"] == "2026-11-23T11:59:00+0900"
        assert instance["cloudMysqlInstanceStatusName"] == "stopped"
        assert instance["cloudMysqlInstanceOperation"]["code"] == "BKP"
        assert second["lastBackupDate"] != changed["lastBackupDate"]
        assert refusal(get(gov, MYSQL_LIST, **keys)) == (401, "210")
        assert len(many_more) == 50
        made = [entry["id"] for entry in process.control("GET", "/accounts") if entry["isMade"]]
        assert made == ["acme"]
        assert process.control("DELETE", "/accounts") == []
        assert refusal(get(gov, MYSQL_LIST, **keys)) == (401, "200")


def test_a_database_made_by_hand_may_belong_to_another_account():
    other = Account([Database("7", "a", daily_backups(NOW, count=1), product="mysql")], id="b", access_key="K2")
    gateway = serving(other)

    assert len(rows(ask(gateway, MYSQL_LIST, access_key="K2"))) == 1
    other.databases[0].add_backup(NOW)
    assert rows(ask(gateway, MYSQL_LIST, access_key="K2"))[0]["lastBackupDate"] == "2026-11-23T12:00:00+0900"


def test_a_description_says_what_its_account_may_not_read():
    gateway = serving(Description("a", NOW, products=("mysql",), denied=("cache",), not_offered=("mssql:KR",)))

    assert asked_of(gateway, "a", MYSQL_LIST).status == 200
    assert refusal(asked_of(gateway, "a", "getCloudCacheBackupList")) == (401, "210")
    assert refusal(asked_of(gateway, "a", "getCloudMssqlBackupList")) == (404, "300")
