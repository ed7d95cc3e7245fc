"""The warnings of a report."""

# ruff: noqa: E501  a sentence stands on one line, so that it can be found by its words

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec.structs import asdict

from backup_watch.i18n.errors import MAX_ACCOUNTS, meaning, places, where
from backup_watch.i18n.plain_facts import plain_notice
from backup_watch.i18n.products import product_words
from backup_watch.i18n.words import Words
from backup_watch.model.accounts import DEFAULT_ACCOUNT
from backup_watch.model.instances import Scope
from backup_watch.model.messages import N_, NN_
from backup_watch.model.notices import (
    AccountGone,
    AccountPaused,
    AccountsEmpty,
    AccountsGone,
    CreatedLater,
    DetailsLeftOut,
    DetailsUnread,
    EverythingMuted,
    ExpectationNotJudged,
    InvisiblyDifferent,
    ListHalved,
    MemoryProblem,
    MuteExpired,
    MuteUnused,
    NothingFound,
    Notice,
    PauseOver,
    ProductNotOffered,
    RuleUnused,
    SlotUnreadable,
    TakenForEmpty,
    WideLimit,
)
from backup_watch.model.plain_text import shown

NOTICES: Mapping[str, str | tuple[str, str]] = {
    NothingFound.code: N_("no database was found in {regions}: check NCLOUD_REGIONS and the account of the key"),
    RuleUnused.code: N_("rule {number} (match '{match}') matches no instance"),
    MuteUnused.code: N_("mute {number} (match '{match}') matches no instance"),
    MuteExpired.code: N_("mute {number} (match '{match}') ended at {until}: its findings alert again; ask {owner}"),
    ExpectationNotJudged.code: N_("[expect] {number} was not judged: not every list that it covers could be read"),
    ProductNotOffered.code: N_("{product} is not offered in {regions}, and is not watched there"),
    TakenForEmpty.code: N_(
        "{region}: {operation} was refused with {error_code} (no such instance), and taken for an empty list of {product}"
    ),
    DetailsLeftOut.code: NN_(
        "{count} backup history was not read (at most {limit} a run): a late backup or an end of an outage may be missing",
        "{count} backup histories were not read (at most {limit} a run): late backups or ends of outages may be missing",
    ),
    DetailsUnread.code: NN_(
        "{where}{count} backup history could not be read ({why}): what is usual is not known, and an end of an outage may be missing",
        "{where}{count} backup histories could not be read ({why}): what is usual is not known, and ends of outages may be missing",
    ),
    SlotUnreadable.code: NN_(
        "the backup time of {name} is no time of day: '{said}'; its slot counts as not known",
        "the backup times of {count} instances are no times of day, such as '{said}' of {name}; their slots count as not known",
    ),
    InvisiblyDifferent.code: N_("'{match}' matches nothing, and differs only invisibly from the database '{name}'"),
    WideLimit.code: N_(
        "{setting} is {length}, more than the {most} that a policy may allow: backups that old go unnoticed"
    ),
    EverythingMuted.code: NN_(
        "what is wrong ({count} finding) is muted: nothing alerts",
        "everything that is wrong ({count} findings) is muted: nothing alerts",
    ),
    CreatedLater.code: NN_(
        "{count} instance was left out: it did not exist yet at that time",
        "{count} instances were left out: they did not exist yet at that time",
    ),
    ListHalved.code: N_(
        "the lists of {scope} hold {left} instances, and held {most}: were they deleted, or may the key see fewer of them?"
    ),
    AccountGone.code: N_(
        "the account {account} is not in the accounts file any more; what was wrong in it is not followed any more"
    ),
    AccountsGone.code: NN_(
        "{count} account is not in the accounts file any more ({accounts}); what was wrong in it is not followed any more",
        "{count} accounts are not in the accounts file any more ({accounts}); what was wrong in them is not followed any more",
    ),
    AccountPaused.code: N_("{account} is paused until {until}, and not read ({reason}); ask {owner}"),
    PauseOver.code: N_("the pause of {account} ended at {until}: it is read again; ask {owner}"),
    AccountsEmpty.code: N_("no database was found in {accounts}: check their regions and keys in the accounts file"),
    MemoryProblem.code: N_(
        "what was told before could not be used or kept ({state}{why}), so some of it may be told twice"
    ),
}
"""Their sentences; the names in braces are those of a notice's values. Two: for one, and for several."""
MEMORY_OF_SOME = N_(
    "what was told before of {accounts} could not be used or kept ({state}{why}), so some of it may be told twice"
)
"""Of the memories of accounts of a file."""
DETAILS_OFF = NN_(
    "{count} backup history was not read (MAX_DETAIL_CALLS is 0): a late backup or an end of an outage may be missing",
    "{count} backup histories were not read (MAX_DETAIL_CALLS is 0): late backups or ends of outages may be missing",
)


def notice_sentence(words: Words, notice: Notice) -> str:
    """One sentence for a warning; where there is none, or it is broken, its code and values. Never raises."""
    return words.either(lambda: _sentence(words, notice), lambda: plain_notice(notice))


def _sentence(words: Words, notice: Notice) -> str:
    values = {name: _value(words, value) for name, value in asdict(notice).items() if value is not None}
    if isinstance(notice, MemoryProblem):
        values["why"] = "" if notice.why is None else f": {shown(notice.why)}"
        values["accounts"] = places([account for account in notice.accounts if account != DEFAULT_ACCOUNT])
    if isinstance(notice, ProductNotOffered | TakenForEmpty):
        values["product"] = product_words(notice.product).short_name
    if isinstance(notice, DetailsUnread):
        values["where"] = where(words, notice.region)
        values["why"] = meaning(words, notice.kind, notice.error_code)
    message = NOTICES[notice.code]
    if isinstance(notice, DetailsLeftOut) and not notice.limit:
        message = DETAILS_OFF
    if isinstance(notice, MemoryProblem) and values["accounts"]:
        message = MEMORY_OF_SOME
    if isinstance(notice, AccountsEmpty):
        values["accounts"] = places(notice.accounts, most=MAX_ACCOUNTS)
    if isinstance(notice, AccountsGone):
        values["count"] = len(notice.accounts)
    if isinstance(message, str):
        return words.text(message, **values)
    one, many = message
    return words.counted(one, many, int(values.pop("count")), **values)


def _value(words: Words, value: str | int | datetime | timedelta | tuple[str, ...] | Scope) -> str | int:
    if isinstance(value, Scope):
        return shown(value.region if value.account == DEFAULT_ACCOUNT else f"{value.account} {value.region}")
    if isinstance(value, timedelta):
        return words.allowed(value)
    if isinstance(value, tuple):
        return places(value)
    if isinstance(value, datetime):
        return words.instant(value)
    return shown(value) if isinstance(value, str) else value
