"""Several accounts: their file, keys in profiles, and what becomes of one whose key is not there."""

import json
import re
from datetime import UTC, datetime

import pytest

from tests.edges.cli.command import environment, run
from tests.edges.cli.test_notify import listening
from tests.emulator import ACCESS_KEY, SECRET_KEY, Emulator, seeded_account

OTHER_KEY, OTHER_SECRET = "OTHERACCESSKEY00002", "otherSecretKey0123456789abcdefABCDEF00002"


@pytest.fixture
def emulator():
    now = datetime.now(UTC)
    first = seeded_account(now=now, seed=1, profiles={"healthy": 2})
    second = seeded_account(now=now, seed=2, profiles={"stale": 1})
    second.access_key, second.secret_key = OTHER_KEY, OTHER_SECRET
    with Emulator(first, others=[second]) as serving:
        yield serving


@pytest.fixture
def env(emulator, tmp_path):
    (tmp_path / ".ncloud").mkdir()
    (tmp_path / ".ncloud" / "configure").write_text(
        f"[one]\nncloud_access_key_id={ACCESS_KEY}\nncloud_secret_access_key={SECRET_KEY}\n"
        f"[two]\nncloud_access_key_id={OTHER_KEY}\nncloud_secret_access_key={OTHER_SECRET}\n"
    )
    return environment(tmp_path, emulator, NCLOUD_REGIONS="SGN")  # an option wins


@pytest.fixture
def file(emulator, tmp_path):
    path = tmp_path / "accounts.toml"
    path.write_text(
        f'[defaults]\napi = "{emulator.url}"\nprofile = "{{id}}"\n\n'
        '[[account]]\nid = "one"\n\n[[account]]\nid = "two"\n',
        encoding="utf-8",
    )
    return path


def test_each_account_is_read_with_the_key_of_its_profile(env, file):
    done = run("check", "--accounts", str(file), "--format", "json", env=env)
    report = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (2, "")
    assert report["counts"]["accounts"] == {"one": 2, "two": 1}
    assert [one["account"] for one in report["violations"]] == ["two"]
    assert "ACCOUNT" in run("check", "--accounts", str(file), env=env).stdout.splitlines()[0]


def test_what_is_open_in_an_account_that_is_gone_from_the_file_is_told_to_be_over_once(env, file, tmp_path):
    with listening() as webhook:
        asked = ("check", "--accounts", str(file), "--notify", webhook.url, "--memory", str(tmp_path / "told"))
        assert run(*asked, env=env).returncode == 2
        file.write_text(file.read_text(encoding="utf-8").partition('[[account]]\nid = "two"')[0], encoding="utf-8")
        assert run(*asked, env=env).returncode == 0
        assert run(*asked, env=env).returncode == 0
        first, second = (json.dumps(body) for body in webhook.bodies)
    assert "(two, KR" in first
    assert "RESOLVED" in second
    assert "(two, KR" in second
    assert "the account two is not in the accounts file any more" in second


def test_one_of_them_is_read_alone(env, file):
    done = run("check", "--accounts", str(file), "--account", "on*", "--format", "json", env=env)
    assert done.returncode == 0
    assert {one["account"] for one in json.loads(done.stdout)["findings"]} == {"one"}
    assert run("explain", "*", "--accounts", str(file), "--account", "two", env=env).returncode == 2


def test_a_profile_that_is_not_there_is_that_accounts_error_alone(env, file):
    file.write_text(file.read_text() + '\n[[account]]\nid = "three"\n')
    done = run("check", "--accounts", str(file), "--format", "json", env=env)
    report = json.loads(done.stdout)
    assert done.returncode == 2
    assert report["counts"]["accounts"] == {"one": 2, "two": 1, "three": 0}
    [error] = report["errors"]
    assert (error["account"], error["kind"]) == ("three", "SecretUnreadable")
    assert "there is no profile 'three'" in error["message"]


@pytest.mark.parametrize(
    ("options", "database", "error"),
    [
        (("check",), r"STALE +\S+ +two +KR", r"\? three: the account's key could not be read \(SecretUnreadable"),
        (("check", "--format", "nagios"), r"STALE \S+ \(two, KR, \d+\)", "UNKNOWN three: the account's key could not"),
        (("explain", "*"), r"two, KR, \d+  . STALE", "! three: there is no profile 'three'"),
    ],
)
def test_every_answer_names_the_account_be_only_one_of_them_read(options, database, error, env, file):
    file.write_text(file.read_text().replace('id = "one"', 'id = "three"'))
    answer = run(*options, "--accounts", str(file), env=env).stdout
    assert re.search(database, answer)
    assert re.search(error, answer)


def test_the_doctor_looks_at_the_one_that_is_named(env, file):
    done = run("doctor", "--accounts", str(file), "--account", "two", env=env)
    assert (done.returncode, done.stderr) == (0, "")
    assert "from profile two" in done.stdout
    several = run("doctor", "--accounts", str(file), env=env)
    assert several.returncode == 3
    assert several.stderr == "backup-watch: the doctor looks at one account: name it with --account ID\n"


WRONG = {
    ("--accounts", "/no/such"): "the accounts file '/no/such' could not be read: No such file or directory",
    ("--accounts", "/dev/null"): "the accounts file '/dev/null' is empty",
    ("--accounts", "FILE", "--region", "KR"): "--region is not for --accounts",
    ("--accounts", "FILE", "--account", "zwei"): "--account 'zwei' matches none of the accounts: one, two",
}


@pytest.mark.parametrize(("options", "sentence"), WRONG.items())
def test_what_is_wrong_is_one_sentence(options, sentence, env, file):
    done = run("check", *(str(file) if one == "FILE" else one for one in options), env=env)
    assert (done.returncode, done.stdout) == (3, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_wrong_file_is_told_with_its_name_and_the_accounts_number(env, file):
    file.write_text('[[account]]\nid = "Acme"\nprofile = "one"\n')
    done = run("check", "--accounts", str(file), env=env)
    assert f"--accounts {file} account 1 id='Acme'" in done.stderr
