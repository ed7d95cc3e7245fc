"""Which key counts, and from where: the vendor's file in every form that its tools take, and the order of places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backup_watch.cli.configure_file import Profile, profiles_in
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.keys import NO_KEY, with_key

GOV = "https://ncloud.apigw.gov-ntruss.com"
KEYS = {"NCLOUD_ACCESS_KEY_ID": "env-id", "NCLOUD_SECRET_ACCESS_KEY": "env-secret"}
FILE = """\
[DEFAULT]
ncloud_access_key_id = file-id
ncloud_secret_access_key = file-secret

[team]
ncloud_access_key_id = team-id
ncloud_secret_access_key = team-secret
ncloud_api_url = https://ncloud.apigw.gov-ntruss.com

[half]
ncloud_access_key_id = half-id
"""


@pytest.fixture
def home(tmp_path):
    (tmp_path / ".ncloud").mkdir()
    (tmp_path / ".ncloud" / "configure").write_text(FILE)
    return tmp_path


def key_of(environment, **given):
    variables, origin = with_key(environment, **given)
    return variables.get("NCLOUD_ACCESS_KEY_ID"), variables.get("NCLOUD_API_GW"), origin.text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ncloud_access_key_id=a\nncloud_secret_access_key=b\n", Profile("a", "b")),
        ("[DEFAULT]\nncloud_access_key_id = a\r\nncloud_secret_access_key = b\r\n", Profile("a", "b")),
        ("ncloud_access_key_id=a\n[default]\nncloud_secret_access_key=b", Profile("a", "b")),
        (
            "\ufeff# a comment\nncloud_access_key_id = a # another\nncloud_secret_access_key=b=c=\n",
            Profile("a", "b=c="),
        ),
        ("  ncloud_access_key_id\t=\t'a'\nNCLOUD_SECRET_ACCESS_KEY = \"b#c\"\n;x=1\n", Profile("a", "b#c")),
        ("ncloud_access_key_id=\n#ncloud_secret_access_key=b\nnonsense\n", Profile()),
        ("ncloud_api_url = https://x.example\n", Profile(api_url="https://x.example")),
        ("[other]\nncloud_access_key_id=a", Profile()),
    ],
)
def test_the_vendors_file_is_read_as_its_tools_write_it(text, found):
    assert profiles_in(text)["DEFAULT"] == found


@given(st.text())
def test_no_text_breaks_the_reader(text):
    assert "DEFAULT" in profiles_in(text)


def test_no_key_is_ever_shown():
    assert "secret" not in repr(profiles_in(FILE)).replace("secret_access_key", "")


@pytest.mark.parametrize(
    ("environment", "profile", "expected"),
    [
        (KEYS, None, ("env-id", None, "NCLOUD_ACCESS_KEY_ID")),
        (KEYS, "team", ("team-id", GOV, "~/.ncloud/configure [team]")),
        (KEYS | {"NCLOUD_PROFILE": "team"}, None, ("env-id", None, "NCLOUD_ACCESS_KEY_ID")),
        ({"NCLOUD_PROFILE": "team"}, None, ("team-id", GOV, "~/.ncloud/configure [team]")),
        ({"NCLOUD_PROFILE": "team", "NCLOUD_API_GW": "https://mine.example"}, None,
         ("team-id", "https://mine.example", "~/.ncloud/configure [team]")),
        ({"NCLOUD_API_GW": "https://mine.example"}, "team",
         ("team-id", GOV, "~/.ncloud/configure [team]")),
        ({}, None, ("file-id", None, "~/.ncloud/configure [DEFAULT]")),
        ({"NCLOUD_ACCESS_KEY_ID": " "}, "default", ("file-id", None, "~/.ncloud/configure [default]")),
        ({"NCLOUD_ACCESS_KEY": "a", "NCLOUD_SECRET_KEY": "b"}, None, (None, None, "NCLOUD_ACCESS_KEY")),
        ({"NCLOUD_CREDENTIALS_SECRET": "name"}, None, (None, None, "NCLOUD_CREDENTIALS_SECRET")),
    ],
)  # fmt: skip
def test_the_option_goes_before_the_environment_and_that_before_the_file(environment, profile, expected, home):
    assert key_of(environment, profile=profile, home=home) == expected


def test_a_profile_leaves_nothing_of_the_environments_key(home):
    other = {"NCLOUD_ACCESS_KEY": "a", "NCLOUD_SECRET_KEY": "b", "NCLOUD_CREDENTIALS_SECRET": "name"}
    variables, _ = with_key(KEYS | other, profile="team", home=home)
    assert variables["NCLOUD_SECRET_ACCESS_KEY"] == "team-secret"
    assert not variables.keys() & other.keys()


@pytest.mark.parametrize(
    ("environment", "profile", "sentence"),
    [
        ({}, "nobody", "there is no profile 'nobody' in ~/.ncloud/configure; there are DEFAULT, half, team"),
        ({"NCLOUD_PROFILE": "x"}, None, "there is no profile 'x' in"),
        ({}, "half", "the section [half] of ~/.ncloud/configure has no ncloud_secret_access_key"),
    ],
)
def test_a_profile_that_is_not_there_or_not_whole_is_one_sentence(environment, profile, sentence, home):
    with pytest.raises(CommandFailed) as failure:
        with_key(environment, profile=profile, home=home)
    assert sentence in str(failure.value)
    assert "half-id" not in str(failure.value)


@pytest.mark.parametrize("has_home", [True, False])
def test_without_any_key_one_sentence_names_the_three_ways(has_home, tmp_path):
    with pytest.raises(CommandFailed) as failure:
        with_key({}, profile=None, home=tmp_path if has_home else None)
    assert str(failure.value) == NO_KEY
    for way in ("NCLOUD_ACCESS_KEY_ID", "~/.ncloud/configure", "--profile"):
        assert way in NO_KEY


def test_a_file_that_is_a_folder_is_one_sentence(tmp_path):
    (tmp_path / ".ncloud" / "configure").mkdir(parents=True)
    with pytest.raises(CommandFailed, match="could not be read: Is a directory"):
        with_key({}, profile=None, home=tmp_path)
