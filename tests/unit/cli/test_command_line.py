"""Whatever is wrong with a command line or with what it names: one sentence, exit status 3, and nothing read."""

import pytest

from backup_watch.cli.arguments import parse
from backup_watch.cli.failures import UsageError
from backup_watch.cli.main import main
from backup_watch.cli.variables import with_options


@pytest.fixture(autouse=True)
def nothing_of_this_machine(monkeypatch, tmp_path):
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("NCLOUD_ACCESS_KEY_ID", "id")
    monkeypatch.setenv("NCLOUD_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("NCLOUD_API_GW", "http://127.0.0.1:1")


WRONG = {
    "": "say what to do: check, explain, doctor, serve or watch",
    "chek": "invalid choice: 'chek'",
    "check --frobnicate": "unrecognized arguments: --frobnicate",
    "check --form json": "unrecognized arguments: --form json",
    "check --format xml": "invalid choice: 'xml'",
    "explain": "the following arguments are required: MATCH",
    "check --at yesterday": "'yesterday' is no instant with an offset",
    "check --at 2026-11-20T09:00:00": "is no instant with an offset",
    "check --timeout 0": "'0' is no time limit: seconds, from 1",
    "check --timeout nan": "'nan' is no time limit",
    "serve --port 70000": "'70000' is no port",
    "check --site moon": "invalid choice: 'moon'",
    "check --region kr": "--region='kr': region codes separated by commas",
    "check --region": "argument --region: expected one argument",
    "check --product oracle": "--product='oracle': postgresql, mysql",
    "check --max-age soon": "--max-age='soon': a duration such as",
    "check --grace 0": "--grace='0': a duration",
    "check --policy /no/such.toml": "the policy '/no/such.toml' could not be read: No such file or directory",
    "check --policy /": "the policy '/' could not be read: Is a directory",
    "check --profile nobody": "there is no profile 'nobody' in ~/.ncloud/configure",
}


@pytest.mark.parametrize(("line", "sentence"), WRONG.items())
def test_bad_input_is_one_sentence_and_exit_status_3(line, sentence, capsys):
    assert main(line.split()) == 3
    out, errors = capsys.readouterr()
    assert out == ""
    assert sentence in errors
    assert errors.startswith("backup-watch: ")
    assert errors.count("\n") == 1


WRONG_CHECKS = [one for one in WRONG.items() if one[0].startswith("check --") and "--form" not in one[0]]


@pytest.mark.parametrize(("line", "sentence"), WRONG_CHECKS)
def test_to_a_monitoring_system_the_same_is_its_status_line_and_nothing_else(line, sentence, capsys):
    assert main(["check", "--format", "nagios", *line.split()[1:]]) == 3
    out, errors = capsys.readouterr()
    assert errors == ""
    assert out.startswith("BACKUPS UNKNOWN - ")
    assert out.count("\n") == 1
    assert sentence in out


def test_a_wrong_policy_is_told_with_its_file(tmp_path, capsys):
    policy = tmp_path / "policy.toml"
    policy.write_text('[[rule]]\nmatch = "a"\nmaxage = "2d"\n')
    assert main(["check", "--policy", str(policy)]) == 3
    assert f"--policy {policy} rule 1 maxage" in capsys.readouterr().err


def test_a_policy_that_is_no_text_is_one_sentence(tmp_path, capsys):
    policy = tmp_path / "policy.toml"
    policy.write_bytes(b"\xff\xfe")
    assert main(["check", "--policy", str(policy)]) == 3
    assert "is no text in UTF-8" in capsys.readouterr().err


def test_a_wrong_variable_is_told_by_its_own_name(monkeypatch, capsys):
    monkeypatch.setenv("MAX_BACKUP_AGE", "soon")
    assert main(["check"]) == 3
    assert "MAX_BACKUP_AGE='soon'" in capsys.readouterr().err


def test_an_option_wins_over_a_wrong_variable(monkeypatch, capsys):
    monkeypatch.setenv("MAX_BACKUP_AGE", "soon")
    assert main(["check", "--max-age", "30h"]) == 3  # the address leads nowhere
    assert "ConnectionFailed" in capsys.readouterr().out


def test_variables_of_the_functions_topic_do_not_keep_a_person_from_looking(monkeypatch, capsys):
    monkeypatch.setenv("TOPIC_ARN", "nonsense")
    main(["check"])
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("language", "spoken"), [("ko_KR:en", "ko"), ("de:ko", "ko"), ("C.UTF-8", ""), ("en", "en")])
def test_a_locales_list_is_no_wrong_language(language, spoken):
    assert with_options({"LANGUAGE": language}, parse(["check"]))["LANGUAGE"] == spoken


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ([], "http://mine"),
        (["--site", "public"], "https://ncloud.apigw.ntruss.com"),
        (["--site", "gov"], "https://ncloud.apigw.gov-ntruss.com"),
        (["--site", "fin"], "https://fin-ncloud.apigw.fin-ntruss.com"),
    ],
)
def test_a_site_is_its_api(options, url):
    assert with_options({"NCLOUD_API_GW": "http://mine"}, parse(["check", *options]))["NCLOUD_API_GW"] == url


def test_repeated_options_add_up():
    given = with_options({}, parse(["check", "--region", "KR", "--region", "SGN,JPN", "--product", "mysql"]))
    assert (given["NCLOUD_REGIONS"], given["NCLOUD_PRODUCTS"]) == ("KR,SGN,JPN", "mysql")


@pytest.mark.parametrize(
    ("line", "seconds"), [("check", 300), ("check --format nagios", 10), ("watch --timeout 20", 20)]
)
def test_a_monitoring_system_waits_ten_seconds(line, seconds):
    assert parse(line.split()).timeout == seconds


def test_a_key_cannot_be_given_on_the_command_line():
    with pytest.raises(UsageError):
        parse(["check", "--secret-key", "x"])


@pytest.mark.parametrize("line", ["--version", "--help", "check --help"])
def test_version_and_help_are_answers(line, capsys):
    with pytest.raises(SystemExit) as ended:
        main(line.split())
    assert ended.value.code == 0
    assert "backup-watch" in capsys.readouterr().out


def test_a_defect_is_exit_status_3_and_no_traceback(monkeypatch, capsys):
    def broken(*_, **__):
        raise ZeroDivisionError("oh\nno")

    monkeypatch.setattr("backup_watch.cli.once.run", broken)
    assert main(["check"]) == 3
    assert capsys.readouterr().err == "backup-watch: this is a defect of backup-watch: ZeroDivisionError: oh no\n"
