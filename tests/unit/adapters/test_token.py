"""The token is read once a minute however many knock, and a new one counts within seconds."""

import json

import pytest

from backup_watch.adapters.aws import SecretUnreadable
from backup_watch.adapters.http_token import HttpToken
from backup_watch.web.auth import Authenticator
from tests.unit.web.asking import ask


class Vault:
    """A secret that counts how often it is read."""

    def __init__(self, text: str | None = "old\n") -> None:
        self.text, self.reads = text, 0

    def __call__(self) -> str:
        self.reads += 1
        if self.text is None:
            raise SecretUnreadable("the secret s: AccessDeniedException")
        return self.text


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class Door:
    """A authenticator made anew for each request, as the function does it."""

    def __init__(self, vault: Vault, *, secret: str = "s") -> None:
        self.vault, self.clock, self.secret = vault, Clock(), secret
        self.token = HttpToken(clock=self.clock)

    def status(self, authorization: str = "", *, later: float = 0.0) -> int:
        """What a request gets, *later* seconds after the one before."""
        self.clock.now += later
        current = self.token.current(self.secret, self.vault)
        authenticator = Authenticator(
            required=True, token=current, reread=lambda: self.token.reread(self.secret, self.vault)
        )
        return ask("/report", authenticator=authenticator, authorization=authorization).status


@pytest.fixture
def door() -> Door:
    return Door(Vault())


def test_many_who_knock_cause_one_read(door):
    for _ in range(20):
        assert door.status() == 401
        assert door.status("Bearer open-barley") == 401
        assert door.status("Bearer old") == 200
    assert door.vault.reads == 1


def test_who_brings_no_token_at_all_causes_no_read_however_late(door):
    door.status("Bearer old")
    assert [door.status(knock, later=9) for knock in ("", "Bearer", "Basic !!!")] == [401] * 3
    assert door.vault.reads == 1


def test_wrong_tokens_cause_a_read_each_five_seconds_at_most(door):
    assert {door.status("Bearer wrong", later=0.5) for _ in range(100)} == {401}
    assert door.vault.reads == 10


def test_a_new_token_counts_as_soon_as_the_kept_one_has_settled(door):
    door.status()
    door.vault.text = "new"
    assert door.status("Bearer new", later=4.9) == 401
    assert door.status("Bearer new", later=0.1) == 200
    assert door.status("Bearer old") == 401, "it has been replaced"


def test_a_replaced_token_opens_for_a_minute_at_most(door):
    door.status()
    door.vault.text = "new"
    assert door.status("Bearer old", later=59.9) == 200
    assert door.status("Bearer old", later=0.1) == 401


def test_a_clock_that_is_set_back_has_it_read_anew(door):
    door.status()
    door.vault.text = "new"
    assert door.status("Bearer old", later=-1) == 401


def test_the_token_of_another_secret_does_not_open(door):
    assert door.status("Bearer old") == 200
    door.secret, door.vault.text = "t", "other"
    assert door.status("Bearer old") == 401
    assert door.status("Bearer other") == 200


def test_a_secret_that_cannot_be_read_keeps_everybody_out_and_is_tried_each_time(door, capsys):
    door.vault.text = None
    assert [door.status("Bearer old") for _ in range(2)] == [503, 503]
    assert door.vault.reads == 2
    [line, _] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["error"] == "SecretUnreadable"
    door.vault.text = "old"
    assert door.status("Bearer old") == 200


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_empty_secret_opens_to_nobody_and_the_log_says_why(text, capsys):
    door = Door(Vault(text))
    assert [door.status(given) for given in ("", "Bearer", "Bearer ", "Basic Og==")] == [503] * 4
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["level"], line["message"]) for line in lines] == [("error", "the secret s is blank")] * 4
    door.vault.text = "filled"
    assert door.status("Bearer filled") == 200


def test_a_secret_that_was_blanked_is_told_and_the_kept_token_opens_to_its_end(door, capsys):
    assert door.status("Bearer old") == 200
    door.vault.text = " "
    assert door.status("Bearer wrong", later=6) == 401
    assert door.status("Bearer old") == 200
    assert door.status("Bearer old", later=60) == 503
    assert capsys.readouterr().out.count("the secret s is blank") == 2


def test_a_secret_that_cannot_be_read_just_now_does_not_lock_out_who_knows_the_kept_token(door):
    assert door.status("Bearer old") == 200
    door.vault.text = None
    assert door.status("Bearer wrong", later=6) == 401
    assert door.status("Bearer old") == 200
    assert door.status("Bearer old", later=60) == 503
