"""Gather the sentences that the code says, into every language's catalogue, and compile the catalogues.

English stands in the code, where it is said. A language is one file, handler/backup_watch/i18n/locale/LANGUAGE.po (an
empty one for a new language); the .mo beside it is what the function reads, and is kept in the repository, so that no
run, build or deployment needs Babel. A test fails where either is not what this makes.
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "handler" / "backup_watch"
STACK = ROOT / "tests" / "stack"
"""What `make run` shows."""
LOCALE = SOURCE / "i18n" / "locale"
METHODS = [
    ("**/__pycache__/**", "ignore"),
    ("config/**", "ignore"),
    ("**.py", "python"),
    ("web/**.html", "jinja2"),
]
KEYWORDS = {
    "text": None,
    "t": None,
    "N_": None,
    "counted": (1, 2),
    "n": (1, 2),
    "NN_": (1, 2),
    "term": ((1, "c"), 2),
    "NP_": ((1, "c"), 2),
    "counted_term": ((1, "c"), 2, 3),
    "NNP_": ((1, "c"), 2, 3),
}
"""By what a sentence is said or marked, and which arguments are its context and its plural."""
WIDTH = 0
"""No wrapping: a sentence is found by its words."""


def extracted() -> Catalog:
    """Every sentence of the code, in English."""
    catalogue = Catalog(fuzzy=False)
    for _, _, message, comments, context in sorted_messages():
        catalogue.add(message, auto_comments=comments, context=context)
    return catalogue


def sorted_messages() -> Iterator[tuple[str, int, str | tuple[str, ...], list[str], str | None]]:
    """Each sentence with its file and line, file by file."""
    for root in (SOURCE, STACK):
        found = extract_from_dir(str(root), METHODS, keywords=KEYWORDS, strip_comment_tags=True)
        yield from sorted(found, key=lambda each: (each[0], each[1]))


def updated(language: str, text: str, template: Catalog) -> tuple[Catalog, bytes]:
    """The catalogue of *language* with the sentences of *template*, and its file. What is said no more is left out.

    *text* is the present file. A sentence that has changed is not translated by what the old one was.
    """
    catalogue = read_po(io.StringIO(text), locale=language)
    catalogue.update(template, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, no_location=True, omit_header=True)
    return catalogue, header(language) + file.getvalue()


def header(language: str) -> bytes:
    """What gettext needs to know of *language*; no dates, so that the same sentences make the same file."""
    plurals = Catalog(locale=language).plural_forms
    lines = (
        f"# The sentences in {language}: `make catalogues` adds what is new, and compiles.",
        'msgid ""',
        'msgstr ""',
        '"MIME-Version: 1.0\\n"',
        '"Content-Type: text/plain; charset=utf-8\\n"',
        '"Content-Transfer-Encoding: 8bit\\n"',
        f'"Language: {language}\\n"',
        f'"Plural-Forms: {plurals}\\n"',
        "",
        "",
    )
    return "\n".join(lines).encode()


def compiled(text: str, language: str) -> bytes:
    """The .mo of a catalogue's *text*; what is not translated is left out, and is said in English."""
    read, file = read_po(io.StringIO(text), locale=language), io.BytesIO()
    catalogue = _Undated(locale=language)
    catalogue.plurals = read.plural_forms
    for message in filter(lambda each: each.id, read):
        catalogue[message.id] = message
    write_mo(file, catalogue)
    return file.getvalue()


class _Undated(Catalog):
    """A catalogue whose head is the same whenever, and with whichever version of Babel, it is compiled."""

    plurals = ""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [("Content-Type", "text/plain; charset=utf-8"), ("Plural-Forms", self.plurals)]


def untranslated(catalogue: Catalog) -> list[str]:
    """The sentences that have no translation."""
    return [str(message.id) for message in catalogue if message.id and not any(_strings(message.string))]


def _strings(string: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


def main() -> None:
    """Renew every catalogue; tell what is still to be translated."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.parse_args()
    template = extracted()
    for file in sorted(LOCALE.glob("*.po")):
        catalogue, content = updated(file.stem, file.read_text("utf-8"), template)
        file.write_bytes(content)
        file.with_suffix(".mo").write_bytes(compiled(content.decode(), file.stem))
        for sentence in untranslated(catalogue):
            print(f"{file.name}: not translated: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    main()
