"""The files beside the units: sources, terms and dates of law."""

import re

from .facts import BookFacts
from .registry import Found, declare, rule

_ENTRY = re.compile(r"^@\w+\{\s*(?P<key>[^,\s]+)\s*,(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(?P<name>\w+)\s*=\s*(?P<value>.*?)\s*,?\s*$", re.MULTILINE)
# Words that an author writes to colleagues, not to readers.
_WORKING = re.compile(
    r"\b(to ?do|fixme|verif(?:y|ied)|not (?:yet )?checked|unchecked|double-?check|check (?:this|again|the)|"
    r"abstract only|fact ?sheet|accessed via|see (?:brief|facts|notes)|our (?:notes|copy)|dossier|confidence:)",
    re.IGNORECASE,
)

declare(
    "book",
    [
        ("source-file", "A file of sources is BibTeX and named after a unit or module.", "See references/general.bib."),
        ("source-twice", "A key stands once in all files of references/.", "Keep one entry, in one file."),
        ("source-home", "What stands in the file of a unit or module is cited there.", "Move it to general.bib."),
        ("term", "A file of glossary/ is named after its term, begins with it and defines it.", "Copy a neighbour."),
        ("law-file", "There is a table of dates of law.", "Create it."),
        ("law-table", "The table is a list of rows.", "Start each row with - key: ..."),
        ("law-key-twice", "A key stands once.", "Rename one."),
        ("law-field", "A row has the known fields only.", "Take the other out."),
        ("law-day", "A date is written year-month-day.", "Write 2028-08-02, without quotes."),
        ("law-text", "Every text of a row is there.", "Write it in one line."),
        ("law-length", "No text is too long to be shown.", "Cut it."),
        ("law-who", "A row names who is concerned.", "Write who: [provider, deployer]."),
        ("law-role", "Only known roles are named.", "Choose one of the roles."),
        ("curriculum", "curriculum.yml can be read.", "Copy the form of a neighbour."),
    ],
)


@rule("book", "reference-note", "No reference carries a working note.", "Take the note out, or write it for readers.")
def _reference_note(book: BookFacts):
    for path, line, key, field, value in _fields(book):
        if field in ("note", "annote", "addendum", "comment", "annotation"):
            found = field != "note" or _WORKING.search(value)
            if found:
                yield Found(path, line, f"{key} has the {field} {value[:60]!r}.")


@rule(
    "book", "reference-others", "“and others” stands in the list of authors only.", "Take it out, or write the names."
)
def _reference_others(book: BookFacts):
    for path, line, key, field, value in _fields(book):
        if field not in ("author", "editor") and re.search(r"\band others\b", value):
            yield Found(path, line, f"The {field} of {key} says “and others”.")
        if field in ("author", "editor") and re.search(r"\bet al\b", value):
            yield Found(path, line, f"The {field} of {key} says “et al.”.", "Write: and others")


@rule("book", "reference-doi", "A DOI stands in the field doi, without an address around it.", "Write doi = {10.…}.")
def _reference_doi(book: BookFacts):
    for path, line, key, field, value in _fields(book):
        if field == "url" and "doi.org/" in value:
            yield Found(path, line, f"{key} has its DOI as an address.")
        if field == "doi" and not re.fullmatch(r"\{?10\.\d{4,9}/\S+?\}?", value):
            yield Found(path, line, f"The doi of {key} is {value!r}.")


def _fields(book: BookFacts):
    """Yield file, line, key, field and value of everything in the references."""
    for path in book.source_files:
        text = path.read_text(encoding="utf-8")
        for entry in _ENTRY.finditer(text):
            for field in _FIELD.finditer(entry["body"]):
                line = text.count("\n", 0, entry.start("body") + field.start("name")) + 1
                yield path, line, entry["key"], field["name"].lower(), field["value"].strip("{}")
