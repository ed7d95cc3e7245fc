"""The benchmarks' contestants still do what they are measured for: each is run once, on a small account."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.emulator import Emulator, many
from tests.emulator.seeding import seeded_account
from tests.lab.bench import fleet
from tests.lab.bench.artifacts import build_ours
from tests.lab.bench.contest import Rounds, program
from tests.lab.bench.measured.signed import LISTS
from tests.lab.bench.pages import save_pages
from tests.lab.bench.table import faster_row, ratio_row

SEEDED_AT = datetime.now(UTC) - timedelta(minutes=65)


@pytest.fixture(scope="module")
def url():
    with Emulator(seeded_account(now=SEEDED_AT, profiles={"healthy": 12, "stale": 3})) as emulator:
        yield emulator.url


def test_the_check_and_the_script_find_the_same(url):
    ours, script = program("check", url, 2, 4)(), program("script", url, 2)()
    assert (ours["instances"], ours["violations"]) == (15, 3)
    assert script["violations"] == 3
    assert ours["peak_mib"] > 0 < script["seconds"]


def test_the_command_answers(url):
    assert program("command", url)()["seconds"] > 0


def test_the_bare_threads_get_every_page(url):
    assert program("bare_threads", url, 2, 1, 4)()["pages"] == 2


def test_what_is_judged_without_a_network_is_what_was_served(url, tmp_path):
    file = tmp_path / "pages.json"
    save_pages(url, LISTS, 1, file)
    judged, parsed = program("judge_only", file)(), program("parse_only", file)()
    assert (judged["instances"], judged["violations"]) == (15, 3)
    assert parsed["pages"] == 2


def test_many_accounts_are_read_by_both_contestants():
    accounts = list(many(3, now=SEEDED_AT, regions=("KR", "SGN"), profiles={"healthy": 4}))
    with Emulator(others=accounts) as emulator:
        assert program("accounts_check", emulator.url, 3, 2)()["instances"] == 12
        assert program("accounts_bare", emulator.url, 3, 2, 4)()["pages"] == 12


@pytest.mark.runtime
def test_a_fleet_of_built_functions_runs_and_its_last_invocation_is_made_again(tmp_path):
    whole, *rest = fleet.measured(build_ours(tmp_path), 25, 1)
    assert whole.is_met
    assert re.fullmatch(
        r"25 accounts in the local fleet, 3 regions and 3 databases each, .*: \d{3} requests", whole.what
    )
    assert [row.goal for row in rest] == ["<= 4 s", "", "<= 160 MiB"] * 2
    assert all("**0.0" not in row.measured for row in rest)


def test_the_page_of_thousands_has_its_size_told():
    assert 0.5 < program("page")()["mib"] < 5


def _rounds(*seconds: float) -> Rounds:
    return Rounds([{"seconds": each} for each in seconds])


def test_a_row_compares_medians_and_says_whether_the_goal_is_met():
    met = ratio_row("ours", "theirs", _rounds(1, 9, 2), _rounds(2, 2, 2), at_most=1.0)
    missed = faster_row("ours", "theirs", _rounds(1), _rounds(3.9), at_least=4)
    assert (met.measured, met.is_met) == ("**1.00 x**", True)
    assert (missed.measured, missed.is_met) == ("**3.9 x faster**", False)
    assert "missed" in str(missed)
