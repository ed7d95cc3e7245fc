"""Both languages say the same things, and everything that can be said has words."""

import importlib
import pkgutil
from string import Formatter
from typing import get_args

import pytest

from backup_watch import i18n as wording
from backup_watch.i18n import Words
from backup_watch.i18n.catalogue import LANGUAGES
from backup_watch.model.notices import Notice
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict

MODULES = {module.name for module in pkgutil.iter_modules(wording.__path__)}
AREAS = sorted({name.removesuffix("en") for name in MODULES if name == "en" or name.endswith("_en")})


def texts(area: str, language: str) -> dict[str, str]:
    return importlib.import_module(f"backup_watch.i18n.{area}{language}").TEXTS


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_have_the_same_keys(area):
    assert texts(area, "en").keys() == texts(area, "ko").keys()


@pytest.mark.parametrize("area", AREAS)
def test_both_languages_take_the_same_values(area):
    english, korean = texts(area, "en"), texts(area, "ko")
    counted = {key for key in english if key.endswith((".one", ".many"))}
    differing = {key for key in english if placeholders(english[key]) != placeholders(korean[key])}
    assert differing - counted == set()


@pytest.mark.parametrize("area", AREAS)
def test_korean_is_really_korean(area):
    untranslated = {
        key for key, text in texts(area, "ko").items() if text == texts(area, "en")[key] and placeholders(text) == set()
    }
    assert not {key for key in untranslated if texts(area, "ko")[key].replace(" ", "").isalpha()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_judgement_has_words(language):
    words = Words(language)
    for verdict in Verdict:
        assert words.verdict(verdict)
    for event in Event:
        assert words.event(event)
    for severity in Severity:
        assert words.severity(severity)
    for cause in Cause:
        assert f"reason.{cause}" in texts("", language)
        assert f"advice.{cause}" in texts("", language)
    for notice in get_args(Notice):
        assert f"notice.{notice.code}" in texts("", language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verdict_that_alerts_is_named_in_messages(language):
    alerting = {verdict for verdict in Verdict if verdict.may_alert}
    named = {key.removeprefix("message.verdict.") for key in texts("message_", language)}
    assert alerting <= named


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'fr' is none of en, ko"):
        Words("fr")


def test_every_kind_of_error_has_a_meaning_and_an_advice():
    from ncloud import errors

    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and not kind.__subclasses__()}
    kinds = {kind for kind in kinds if issubclass(getattr(errors, kind), errors.NcloudError)}
    assert kinds
    for kind in kinds:
        assert f"error.meaning.{kind}" in texts("", "en"), kind
        assert f"error.advice.{kind}" in texts("", "en"), kind
