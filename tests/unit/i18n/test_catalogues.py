"""Every language says what the code says, a hole or a break in a catalogue costs nothing, and a language is a file."""

import importlib.util
import io
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest
from babel.messages.pofile import read_po

from backup_watch.config import languages as config_languages
from backup_watch.config.languages import LOCALE, languages
from backup_watch.config.settings import read_settings
from backup_watch.i18n import Words, catalogue, errors, headlines, reasons, terms
from backup_watch.i18n.words import _amounts
from backup_watch.model.notices import Notice
from backup_watch.model.vocabulary import Cause, Event, Severity, Verdict
from tests import builders as b

ROOT = Path(__file__).parents[3]
TOOL = ROOT / "tools" / "catalogues.py"
SPEC = importlib.util.spec_from_file_location("catalogues", TOOL)
TOOLS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(TOOLS)
TRANSLATED = languages()[1:]


def entries(language):
    """Each sentence with its context, its English forms and its translations."""
    found = read_po(io.StringIO((LOCALE / f"{language}.po").read_text("utf-8")), locale=language)
    for message in filter(lambda each: each.id, found):
        english = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        said = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        yield message.context, english, said


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def template():
    return TOOLS.extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalogue_holds_what_the_code_says_and_is_compiled(language, template):
    """Where it fails: `make catalogues`, then translate in the .po what it names, and again."""
    text = (LOCALE / f"{language}.po").read_text("utf-8")
    renewed, content = TOOLS.updated(language, text, template)
    assert TOOLS.untranslated(renewed) == []
    assert content.decode() == text
    assert (LOCALE / f"{language}.mo").read_bytes() == TOOLS.compiled(text, language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_takes_the_values_of_its_sentence(language):
    for context, english, said in entries(language):
        for text in said:
            assert placeholders(text) <= placeholders(english[-1]) | {"count"}, (context, english, text)
        if len(english) == 1:
            assert placeholders(said[0]) == placeholders(english[0]), (context, english)


def test_korean_sentences_end_alike():
    """A sentence (…니다, …세요) ends with a period; only headings and lines that others complete go without."""
    bare = [said[0] for _, _, said in entries("ko") if said[0].endswith(("니다", "세요"))]
    headings = {said for _, english, (said,) in entries("ko") if english[0] in HEADINGS}
    assert set(bare) - headings == set()


HEADINGS = {
    *(one for one, _ in headlines.LAST.values()),
    *(one for one, _ in headlines.ASIDE.values()),
    headlines.ALL_FRESH[0],
    headlines.MUTED[0],
    "{fresh} of {total} databases have a fresh backup",
    "No database was found in {regions}",
    "This page needs the access token",
    "Not everything could be read",
    "{count} database cannot be judged, since its backup list could not be read",
    "none of {total} instances matches '{match}'",
}


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_judgement_has_words(language):
    assert terms.VERDICTS.keys() == set(Verdict)
    assert terms.EVENTS.keys() == set(Event)
    assert terms.SEVERITIES.keys() == {severity.word for severity in Severity}
    assert reasons.REASONS.keys() == reasons.ADVICE.keys() == set(Cause)
    from backup_watch.i18n.notices import NOTICES

    assert NOTICES.keys() == {notice.code for notice in get_args(Notice)}


def test_every_kind_of_error_has_a_meaning_and_an_advice():
    from backup_watch.i18n.errors import ADVICE, MEANINGS
    from ncloud import errors

    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and not kind.__subclasses__()}
    kinds = {kind for kind in kinds if issubclass(getattr(errors, kind), errors.NcloudError)}
    assert kinds
    assert kinds <= MEANINGS.keys()
    assert kinds <= ADVICE.keys()


# --- languages ----------------------------------------------------------------------------------------------------


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="'fr' is none of en, ko"):
        Words("fr")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of catalogues of its own, in the place of the product's."""

    def forget():
        for cached in (config_languages.languages, catalogue.catalogue_of, _amounts):
            cached.cache_clear()

    for file in LOCALE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    monkeypatch.setattr(config_languages, "LOCALE", tmp_path)
    forget()
    yield tmp_path
    monkeypatch.undo()
    forget()


def compile_catalogue(folder, language, *translations, header="Plural-Forms: nplurals=2; plural=n != 1;"):
    text = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"{header}\\n"\n\n' + "\n".join(
        translations
    )
    (folder / f"{language}.po").write_text(text, "utf-8")
    (folder / f"{language}.mo").write_bytes(TOOLS.compiled(text, language))


def test_a_third_language_is_one_file(folder):
    compile_catalogue(
        folder,
        "pl",
        'msgid "{count} expected database is missing"\nmsgid_plural "{count} expected databases are missing"\n'
        'msgstr[0] "brak {count} bazy"\nmsgstr[1] "brak {count} baz (2-4)"\nmsgstr[2] "brak {count} baz"\n',
        header="Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    )
    settings, problems = read_settings({"LANGUAGE": "pl"}, now=b.NOW, needs_topic=False)
    assert not [problem for problem in problems if problem.field == "LANGUAGE"]
    words = Words(settings.language)
    reports = [b.a_report(*[b.missing(f"db-{n}") for n in range(count)], others=[b.fresh()]) for count in (1, 2, 5)]
    said = [headlines.headline(words, report) for report in reports]
    assert said == ["brak 1 bazy", "brak 2 baz (2-4)", "brak 5 baz"]
    assert words.duration(timedelta(hours=27)) == "1 d 3 h"  # what is not translated is said in English


def test_a_wrong_language_is_told_with_those_there_are(folder):
    (folder / "xx.mo").write_bytes((folder / "ko.mo").read_bytes())
    _, problems = read_settings({"LANGUAGE": "fr"}, now=b.NOW, needs_topic=False)
    assert [problem.allowed for problem in problems if problem.field == "LANGUAGE"] == ["one of en, ko, xx"]


@pytest.mark.parametrize("damaged", [b"", b"\xde\x12\x04\x95", b"no catalogue", b"\xde\x12\x04\x95" + b"\xff" * 40])
def test_a_damaged_catalogue_speaks_english(folder, damaged):
    (folder / "ko.mo").write_bytes(damaged)
    assert reasons.reason(Words("ko"), b.stale()) == reasons.reason(Words(), b.stale())


@pytest.mark.parametrize("broken", ["{", "{}", "{nothing}", "{age.real}", "{age:d}", "{0}"])
def test_a_broken_translation_speaks_english(folder, broken):
    english = reasons.REASONS[Cause.TOO_OLD]
    compile_catalogue(folder, "ko", f'msgid "{english}"\nmsgstr "{broken}"\n')
    assert reasons.reason(Words("ko"), b.stale()) == reasons.reason(Words(), b.stale())


@pytest.mark.parametrize("broken", ["{age", "{aeg} old", "{}", None])
def test_a_broken_sentence_still_tells_the_facts(monkeypatch, broken):
    table = dict(reasons.REASONS) | {Cause.TOO_OLD: broken}
    monkeypatch.setattr(reasons, "REASONS", {cause: text for cause, text in table.items() if text is not None})
    for language in languages():
        said = reasons.reason(Words(language), b.stale())
        assert "STALE" in said
        assert "2026-11-21" in said


# --- nothing is loaded for nothing --------------------------------------------------------------------------------


def test_a_quiet_run_in_english_loads_no_catalogue():
    code = (
        "import sys, app\nfrom backup_watch.i18n import Words\nWords().text('x')\nassert 'gettext' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- what has no sentence -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", languages())
def test_a_cause_and_an_error_without_a_sentence_are_told_all_the_same(language, monkeypatch):
    words, stale, error = Words(language), b.stale(), b.an_error("BrandNew", operation="getSomething")
    monkeypatch.setattr(reasons, "REASONS", {})
    monkeypatch.setattr(reasons, "ADVICE", {})
    assert "STALE" in reasons.reason(words, stale)
    assert "> Backup" in reasons.advice(words, stale)
    assert (terms.verdict(words, "PARKED"), terms.verdict_code(words, "PARKED")) == ("parked", "PARKED")
    assert "BrandNew" in errors.error(words, error)
    assert errors.error_advice(words, error)


def test_what_was_broken_is_known_to_the_log(folder):
    english = reasons.REASONS[Cause.TOO_OLD]
    compile_catalogue(folder, "ko", f'msgid "{english}"\nmsgstr "{{nothing}}"\n')
    words = Words("ko")
    reasons.reason(words, b.stale())
    assert words.broken == ["ko: KeyError of '{nothing}'"]
    assert not Words("en").broken


def test_a_value_that_looks_like_a_placeholder_is_a_value():
    assert Words().text("{name} is there", name="{nothing}") == "{nothing} is there"
