"""The emulator in a process of its own, steered over HTTP; its command line; and its README."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.edges.emulator.caller import NOW, get, numbers, refusal, rows
from tests.emulator import (
    ACCESS_KEY,
    BACKUP_LIST,
    INSTANCE_LIST,
    SECRET_KEY,
    EmulatorProcess,
    dialect,
    page_format,
    paging,
)
from tests.emulator.__main__ import explanation, gateway_of, main, parser
from tests.emulator.accounts import STATES
from tests.emulator.asked import Asked
from tests.emulator.control import ACTIONS, CONTROL_PATH
from tests.emulator.fault_kinds import KINDS
from tests.emulator.faults import TARGETS
from tests.emulator.product_seeding import SPECIAL_PROFILES
from tests.emulator.products import DATABASE_PRODUCTS
from tests.emulator.vanish import WAYS

README = (Path(__file__).parents[2] / "emulator/README.md").read_text()


@pytest.fixture(scope="module")
def process():
    clock = ["--now", NOW.isoformat(), "--clock", "stopped"]
    with EmulatorProcess(*clock, "--profiles", "healthy=3,stale=1", "--keep-answers", "2") as process:
        yield process


def test_it_serves_the_account_that_the_command_line_asks_for(process):
    state = process.control("GET", "")

    assert state["profiles"] == {"healthy": 3, "stale": 1}
    assert state["now"] == "2026-11-23T03:00:00+00:00"
    assert len(rows(get(process.url, BACKUP_LIST))) == 4


def test_kept_pages_are_the_same_bytes_each_time(process):
    first, again = (get(process.url, BACKUP_LIST, regionCode="KR", pageNo=1, pageSize=2).body for _ in range(2))

    assert first == again


def test_faults_can_be_put_in_force_seen_and_taken_back(process):
    process.control("POST", "/faults", ["gateway-error,code=500,first=1", {"kind": "row-null-date", "only": "db*"}])
    assert refusal(get(process.url, BACKUP_LIST)) == (503, "500")
    assert get(process.url, BACKUP_LIST).status == 200
    assert [fault["kind"] for fault in process.control("GET", "/faults")] == ["gateway-error", "row-null-date"]

    assert process.control("DELETE", "/faults") == []
    assert process.control("GET", "/faults") == []


def test_requests_can_be_read_and_forgotten(process):
    process.control("DELETE", "/requests")
    get(process.url, BACKUP_LIST, pageNo=0, pageSize=2)

    [recorded] = process.control("GET", "/requests")
    assert (recorded["operation"], recorded["page_no"], recorded["status"]) == (BACKUP_LIST, 0, 200)


def test_the_clock_can_be_moved(process):
    later = NOW + timedelta(hours=1)
    process.control("POST", "/now", {"now": later.isoformat()})
    assert refusal(get(process.url, BACKUP_LIST)) == (401, "200")
    assert get(process.url, BACKUP_LIST, at=later).status == 200

    process.control("POST", "/now", {"now": NOW.isoformat(), "offsetSeconds": 299})
    assert get(process.url, BACKUP_LIST).status == 200


def test_modes_latency_and_account_can_be_changed(process):
    process.control("POST", "/modes", {"paging": "one-based", "latencyMs": 1})
    assert rows(get(process.url, BACKUP_LIST, pageNo=0, pageSize=2)) == []
    state = process.control("POST", "/account", {"seed": 3, "profiles": {"healthy": 1}, "now": NOW.isoformat()})
    assert (state["databases"], state["latencyMs"]) == (1, 1.0)
    assert len(rows(get(process.url, BACKUP_LIST, pageNo=1, pageSize=2))) == 1


def test_a_backup_can_be_added(process):
    process.control("POST", "/modes", {"paging": "zero-based"})
    state = process.control("POST", "/account", {"profiles": {"never": 1}, "now": NOW.isoformat()})
    assert state["databases"] == 1
    [number] = numbers(get(process.url, INSTANCE_LIST))

    process.control("POST", "/backups", {"database": number, "endedAt": NOW.isoformat()})

    [row] = rows(get(process.url, BACKUP_LIST))
    assert datetime.fromisoformat(row["lastBackupDate"]) == NOW


@pytest.mark.parametrize(
    ("method", "path", "body", "cause"),
    [
        ("POST", "/faults", ["explode"], "400 .*no such fault"),
        ("POST", "/modes", {"paging": "sideways"}, "400 .*no such mode"),
        ("POST", "/now", {"now": "2026-11-23"}, "400 .*offset"),
        ("POST", "/backups", {"database": "nobody"}, "400 .*nobody"),
        ("POST", "/modes", [], "400 .*expected a JSON object"),
        ("POST", "/modes", {"dialect": "slang"}, "400 .*no such mode"),
        ("POST", "/vanish", {"what": "everything"}, "400 .*no such way to vanish"),
        ("POST", "/vanish", {"what": "row", "database": "nobody"}, "400 .*nobody"),
        ("POST", "/vanish", {"what": "list", "list": "neither"}, "400 .*backups, instances or both"),
        ("POST", "/database", {"database": "nobody", "set": {}}, "400 .*nobody"),
        ("POST", "/access", {"denied": "mysql"}, "400 .*expected a JSON list"),
        ("POST", "/backups", {"account": "nobody", "database": "7"}, "400 .*nobody"),
        ("POST", "/accounts", {"accounts": [{"id": "a", "state": "odd"}]}, "400 .*no such site or state"),
        ("POST", "/accounts", {"accounts": [{"id": "a", "faults": ["explode"]}]}, "400 .*no such fault"),
        ("POST", "/accounts", {"count": 2, "states": {"hanging": 3}}, "400 .*3 of 2 accounts"),
        ("POST", "/accounts", {"count": 2, "colour": "red"}, "400 .*colour"),
        ("POST", "/account", {"products": ["oracle"]}, "400 .*no such product: oracle"),
        ("GET", "/nowhere", None, "404 .*GET /_emulator/requests"),
    ],
)
def test_a_wrong_control_request_is_refused_with_the_cause(process, method, path, body, cause):
    with pytest.raises(ValueError, match=cause):
        process.control(method, path, body)


def test_a_wrong_command_line_ends_with_its_cause(capsys):
    assert main(["--fault", "explode"]) == 2
    assert "no such fault: explode" in capsys.readouterr().err


def test_products_their_dialect_and_what_is_refused_can_be_asked_for_on_the_command_line():
    asked = [
        "--products",
        "all",
        "--instances",
        "6",
        "--dialect",
        "slot-plain",
        "--denied",
        "mysql",
        "--sites",
        "gov=0",
    ]
    gateway = gateway_of(parser().parse_args(asked))

    assert {database.product for database in gateway.account.databases} == set(DATABASE_PRODUCTS)
    assert (gateway.dialect.slot, gateway.account.denied) == ("slot-plain", {"mysql"})


def test_a_site_that_does_not_exist_is_refused(capsys):
    with pytest.raises(SystemExit):
        parser().parse_args(["--sites", "mars=0"])
    assert "no such site: mars; there are public, gov, fin" in capsys.readouterr().err


def test_a_process_that_ends_before_it_listens_is_an_error():
    with pytest.raises(RuntimeError, match="ended with 2"), EmulatorProcess("--port", "many"):
        pass


def test_all_pages_are_made_before_listening():
    gateway = gateway_of(parser().parse_args(["--instances", "25", "--regions", "KR,SGN", "--keep-answers", "5"]))

    in_kr = sum(database.in_instance_list for database in gateway.account.in_region("KR"))
    kept = {asked.page_no for asked in gateway.kept_answers if (asked.operation, asked.region) == (INSTANCE_LIST, "KR")}
    assert kept == set(range(in_kr // 5 + 1))
    assert Asked(BACKUP_LIST, "SGN", 0, 5, "json") in gateway.kept_answers


def test_answers_that_differ_each_time_cannot_be_kept(capsys):
    assert main(["--paging", "shuffled", "--keep-answers", "5"]) == 2
    assert "cannot be kept" in capsys.readouterr().err


def test_ctrl_c_ends_it_cleanly():
    with EmulatorProcess() as process:
        assert process.url.startswith("http://127.0.0.1:")
        assert process.interrupt() == 0


def everything_that_may_be_asked_for():
    words = [word for module in (paging, page_format, dialect) for group in module.WORDS.values() for word in group]
    return [*words, *KINDS, *TARGETS, *SPECIAL_PROFILES, *STATES, *WAYS, *(CONTROL_PATH + path for _, path in ACTIONS)]


@pytest.mark.parametrize("word", everything_that_may_be_asked_for())
def test_the_help_and_the_readme_name_every_mode_fault_target_and_control_path(word):
    assert word in explanation()
    assert f"`{word}`" in README or f" {word}`" in README


def test_the_readme_names_the_default_keys():
    assert ACCESS_KEY in README
    assert SECRET_KEY in README
    assert json.dumps(["reset,first=1"]) in README
