"""Options as the function's variables, so that both are read, checked and told by the same code."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path

from backup_watch.cli.arguments import SITES
from backup_watch.cli.failures import CommandFailed
from backup_watch.cli.keys import API_NAME
from backup_watch.config.accounts_settings import ACCOUNTS_VARIABLES
from backup_watch.config.languages import languages
from backup_watch.config.problems import Problem
from backup_watch.config.settings import OF_ONE_ACCOUNT

VARIABLES = {
    "region": "NCLOUD_REGIONS",
    "product": "NCLOUD_PRODUCTS",
    "max_age": "MAX_BACKUP_AGE",
    "grace": "BACKUP_GRACE",
    "language": "LANGUAGE",
}
"""The variable that each option stands for, and wins over."""
POLICY, POLICY_PARAMETER, ACCOUNTS = "POLICY", "POLICY_PARAMETER", "ACCOUNTS"
MAX_FILE_BYTES = 4_000_000
FOR_THE_FUNCTION = ("TOPIC_ARN",)
"""Variables that mean nothing here; one that is wrong must not keep a person from looking."""


def with_options(environment: Mapping[str, str], asked: argparse.Namespace) -> dict[str, str]:
    """*environment* with the options of *asked*. Raises :class:`CommandFailed` where the policy cannot be read."""
    variables = {name: value for name, value in environment.items() if name not in FOR_THE_FUNCTION}
    if "LANGUAGE" in variables:
        variables["LANGUAGE"] = _spoken(variables["LANGUAGE"])
    for option, name in VARIABLES.items():
        value = getattr(asked, option)
        if value is not None:
            variables[name] = value if isinstance(value, str) else ",".join(value)
    if asked.site is not None:
        variables[API_NAME] = SITES[asked.site]
    if asked.policy is not None:
        variables.pop(POLICY_PARAMETER, None)
        variables[POLICY] = _text(asked.policy, "policy")
    return variables


def with_accounts(environment: Mapping[str, str], asked: argparse.Namespace) -> Mapping[str, str]:
    """*environment* with the accounts of ``--accounts``, and without what its file says for each of them.

    Raises :class:`CommandFailed` where it cannot be read.
    """
    path = getattr(asked, "accounts", None)
    if path is None:
        return environment
    moved = {*OF_ONE_ACCOUNT, *ACCOUNTS_VARIABLES, "NCLOUD_SECRET_ACCESS_KEY", "NCLOUD_SECRET_KEY"}
    rest = {name: value for name, value in environment.items() if name not in moved}
    return rest | {ACCOUNTS: _text(path, "accounts file")}


def _spoken(wanted: str) -> str:
    """The first language of a locale's list (``ko_KR:en``) that there are words for; none of them: the default."""
    wished = (part.strip().partition("_")[0].partition(".")[0].lower() for part in wanted.split(":"))
    return next((language for language in wished if language in languages()), "")


def _text(path: Path, what: str) -> str:
    try:
        content = path.read_bytes()
        text = content.decode()
    except OSError as error:
        raise CommandFailed(f"the {what} {str(path)!r} could not be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CommandFailed(f"the {what} {str(path)!r} is no text in UTF-8") from None
    if len(content) > MAX_FILE_BYTES:
        raise CommandFailed(f"the {what} {str(path)!r} is larger than {MAX_FILE_BYTES:,} bytes")
    if what != "policy" and not text.strip():  # a blank policy is none; without accounts there is nothing to read
        raise CommandFailed(f"the {what} {str(path)!r} is empty")
    return text


def wrong_settings(problems: Iterable[Problem], asked: argparse.Namespace) -> CommandFailed:
    """One sentence that names each wrong setting as it was given: an option, a file or a variable."""
    return CommandFailed("nothing was checked: " + "; ".join(str(_as_given(problem, asked)) for problem in problems))


def _as_given(problem: Problem, asked: argparse.Namespace) -> Problem:
    first, _, rest = problem.field.partition(" ")
    files = {POLICY: ("--policy", asked.policy), ACCOUNTS: ("--accounts", getattr(asked, "accounts", None))}
    option, path = files.get(first, ("", None))
    if path is not None:
        field = " ".join(part for part in (f"{option} {path}", rest) if part)
        return Problem(field, problem.value, problem.allowed)
    options = {name: option for option, name in VARIABLES.items() if getattr(asked, option) is not None}
    if first in options:
        return Problem(f"--{options[first].replace('_', '-')}", problem.value, problem.allowed)
    return problem
