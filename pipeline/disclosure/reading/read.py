"""Read the final bytes of a release: every figure in them as a fact, everything unexplained as a refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.disclosure.facts import Fact
from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.reading import check_sentences, hidden_words, result_sentences
from pipeline.disclosure.reading import frame_sentences as around
from pipeline.disclosure.reading.book import Book
from pipeline.disclosure.reading.form import form_faults
from pipeline.disclosure.reading.frame import Frame, frame_faults, stamp_of
from pipeline.disclosure.reading.grammar import Grammar, fill
from pipeline.disclosure.reading.improvement.families import REGISTER_CHECKS, REGISTER_SHEETS
from pipeline.disclosure.reading.improvement.register_reader import RegisterReader, check_register_files
from pipeline.disclosure.reading.improvement.texts import texts_of_settings
from pipeline.disclosure.reading.markup import Node, UnreadableError, read_page
from pipeline.disclosure.reading.methods import methods_faults, methods_pieces
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.page_reader import PageReader
from pipeline.disclosure.reading.page_words import PageWords
from pipeline.disclosure.reading.said import Said, order_faults
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.sheet_reader import SheetReader
from pipeline.disclosure.reading.sheets import SHEETS
from pipeline.disclosure.reading.site import (
    SITE_PAGES,
    contents_faults,
    known_addresses,
    list_faults,
    misplaced,
    prose_faults,
    quote_faults,
    repeated_faults,
    section_faults,
    shape_faults,
)
from pipeline.disclosure.reading.words import CODE_VERSION, One, Words, compared, made_for
from pipeline.ground.storage import read_own_text
from pipeline.reference.evaluation import Evaluation

_STYLE = "presentation/template/style.css"
SENTENCES = (
    *hidden_words.SENTENCES,
    *result_sentences.SENTENCES,
    *check_sentences.SENTENCES,
    *around.SENTENCES,
)


@dataclass(frozen=True)
class Reading:
    """What a release says: its figures, and why it is refused where it is."""

    facts: tuple[Fact, ...]
    refusals: tuple[str, ...]


def read_release(
    files: Mapping[str, bytes],
    evaluation: Evaluation,
    *,
    release: str = "",
    approved_quotes: frozenset[str] = frozenset(),
    register_texts: frozenset[str] = frozenset(),
    codes: frozenset[str] = frozenset(),
) -> Reading:
    """Return every figure in the files of a release, whose addresses are those below reports/.

    `release` names it in the facts' places; `approved_quotes` are the SHA-256 of texts that may be quoted,
    `register_texts` all that was written in the registers of the improvement work; `codes` the versions of the code
    that are known to have made pages, which may differ before a release.
    """
    style = None if release else read_own_text(_STYLE)
    # What a release made before says was in the registers of its time.
    texts = None if release else register_texts | texts_of_settings(evaluation)
    reader = _ReleaseReader(files, evaluation, approved_quotes, style, codes, texts)
    reader.read()
    prefix = f"{release}: " if release else ""
    facts = tuple(replace(fact, where=f"{prefix}{fact.where}") for fact in reader.facts)
    return Reading(facts, tuple(f"{prefix}{refusal}" for refusal in dict.fromkeys(reader.refusals)))


class _ReleaseReader:
    def __init__(
        self,
        files: Mapping[str, bytes],
        evaluation: Evaluation,
        approved_quotes: frozenset[str],
        style: str | None,
        codes: frozenset[str],
        texts: frozenset[str] | None,
    ) -> None:
        self.files = files
        self.style = style
        self.texts = texts
        self.evaluation = evaluation
        self.approved_quotes = approved_quotes
        self.codes = codes
        self.calibration: Mapping[str, Any] | None = json.loads(read_own_text("calibration.json") or "null")
        self.proof: Mapping[str, Any] | None = json.loads(read_own_text("disclosure_proof.json") or "null")
        self.known = known_addresses(evaluation) | frozenset(files)
        self.facts: list[Fact] = []
        self.refusals: list[str] = []
        self.stamps: dict[str, str] = {}
        self.said: dict[str, Said] = {}

    def read(self) -> None:
        self.refusals += misplaced(self.files, self.evaluation)
        pages = {file: page for file in sorted(self.files) if file.endswith(".html") and (page := self._page(file))}
        self.stamps = {file: stamp_of(page) for file, page in pages.items()}
        if len(set(self.stamps.values()) - {""}) > 1:
            self.refusals.append("the pages of the release do not all say the same of whether they are released.")
        codes = [(file, code) for file, page in pages.items() for code in CODE_VERSION.findall(page.text)]
        self.refusals += [
            f"{file}: it names another code than {codes[0][0]}."
            for file, code in codes
            if code != codes[0][1] and not (self._may_differ() and {code, codes[0][1]} <= self.codes)
        ]
        for file, page in pages.items():
            if "/" not in file:
                self._read_site_page(file, page)
        for wave in self.evaluation.waves:
            self._read_wave(Folder(self.evaluation, wave), pages)
        self.refusals += order_faults(self.said)

    def _may_differ(self) -> bool:
        """Tell whether nothing is cleared yet: until then a page may be built anew by itself, by newer code."""
        return not set(self.stamps.values()) - {"", around.NOT_CLEARED_IN_FILES}

    def _page(self, file: str) -> Node | None:
        try:
            page = read_page(self.files[file])
            # The page of methods is held against its text word for word.
            faults = form_faults(self.files[file], of_main=file != "methods.html")
            self.refusals += [f"{file}: {fault}" for fault in faults]
            return page
        except UnreadableError as error:
            self.refusals.append(f"{file}: it cannot be read as a page, as {error}.")
            return None

    def _read_site_page(self, file: str, page: Node) -> None:
        if file not in SITE_PAGES:
            return
        main = self._framed(file, page, SITE_PAGES[file])
        if main is None:
            return
        if file == "methods.html":
            pieces = methods_pieces(self.evaluation, self.calibration, self.proof)
            faults = methods_faults(main, read_own_text("METHODS.md"), pieces)
            self.refusals += [f"{file}: {fault}" for fault in faults]
            return
        words = Words(self.evaluation, self.calibration)
        self._read_content(PageReader(file, self._grammar(words)), main)

    def _read_wave(self, folder: Folder, pages: Mapping[str, Node]) -> None:
        wave = folder.wave
        here = {file: page for file, page in pages.items() if file.startswith(f"{wave.id}/")}
        book = Book()
        stamp = next((one for one in self.stamps.values() if one), around.NOT_CLEARED_IN_FILES)
        downloads = {area.id: self._read_sheets(folder, area.id, stamp, book) for area in folder.areas}
        self.refusals += check_register_files(folder, book)
        # A file with a cell that may not stand there is not read any further, nor one of other settings than today's.
        if not book.refusals and self.texts is not None:
            self.refusals += [told for check in REGISTER_CHECKS for told in check(folder, book)]
        free: dict[str, Sequence[str]] = {}
        exact: dict[str, set[int]] = {}
        speakers: dict[str, Mapping[str, str]] = {}
        index = f"{wave.id}/index.html"
        if index in here:
            self._read_index(folder, index, here[index])
        for area in folder.areas:
            file = f"{wave.id}/{area.id}.html"
            main = (
                self._framed(file, here[file], f"{area.name}, {wave.label}", wave.label, folder)
                if file in here
                else None
            )
            if main is not None:
                scope = Scope(folder, book, area)
                words = One(PageWords(scope, self.calibration), made_for=made_for(stamp))
                grammar = self._grammar(words, folder)
                reader = PageReader(file, grammar, scope, downloads[area.id], self.approved_quotes)
                self._read_content(reader, main, book)
                free[file], speakers[file], exact[file] = grammar.free, reader.speakers, reader.exact
        whole = f"{wave.id}/{folder.whole}.html"
        # Before a release a page may be built anew by itself, with words that the others do not have yet.
        if stamp != around.NOT_CLEARED_IN_FILES:
            self.refusals += prose_faults({file: texts for file, texts in free.items() if file != whole})
            others = {file: here[file] for file in free if file != whole}
            self.refusals += shape_faults(others, {one for file in others for one in exact[file]})
        self.refusals += quote_faults(speakers, list(free), whole)
        book.check_agreement()
        disclosure = self.evaluation.disclosure
        book.check_counts(disclosure.minimum_base, has_bins=find_policy(disclosure.policy).has_bins)
        self.refusals += [*book.refusals, *section_faults(here, folder)]
        self.refusals += [f"{file}: {told}" for file, page in here.items() for told in contents_faults(page)]
        headings = {comment.short_name for comment in self.evaluation.comments}
        for file in free:
            self.refusals += [f"{file}: {told}" for told in repeated_faults(here[file], headings, exact[file])]
        self.facts += book.facts.values()

    def _read_sheets(self, folder: Folder, area: str, stamp: str, book: Book) -> dict[str, str]:
        """Read the files beside an area's page; return their names by their kind."""
        found = {}
        for name, sheet in SHEETS.items():
            file = f"{folder.wave.id}/{area}-{name}.csv"
            if file in self.files:
                SheetReader(folder, sheet, area, file, stamp, book).read(self.files[file])
                found[name] = f"{area}-{name}.csv"
        for name, register in REGISTER_SHEETS.items():
            file = f"{folder.wave.id}/{area}-{name}.csv"
            if file in self.files:
                RegisterReader(folder, register, area, file, stamp, book, self.texts).read(self.files[file])
                found[name] = f"{area}-{name}.csv"
        return found

    def _read_index(self, folder: Folder, file: str, page: Node) -> None:
        main = self._framed(file, page, folder.wave.label, folder.wave.label)
        if main is not None:
            self.refusals += [f"{file}: {told}" for told in list_faults(page, folder)]
            spoken = compared(folder.waves, "{label} ({dates})", " compared with ")
            words = One(Words(self.evaluation, self.calibration), compared_in_brackets=spoken)
            self._read_content(PageReader(file, self._grammar(words, folder)), main)

    def _framed(self, file: str, page: Node, title: str, wave: str = "", folder: Folder | None = None) -> Node | None:
        evaluation = self.evaluation
        synthetic = {one.data for one in folder.waves} >= {"synthetic"} if folder else None
        frame = Frame(
            file, title, evaluation.title, evaluation.contact.organisation, self.known, wave, self.style, synthetic
        )
        faults = list(frame_faults(page, frame))
        self.refusals += [f"{file}: {fault}" for fault in faults]
        mains = list(page.every("main"))
        return mains[0] if len(mains) == 1 else None

    def _grammar(self, words: Any, folder: Folder | None = None) -> Grammar:
        names = (folder or Folder(self.evaluation, self.evaluation.waves[0])).all_names
        return Grammar(fill(SENTENCES, words), names, tuple(area.name for area in self.evaluation.areas))

    def _read_content(self, reader: PageReader, main: Node, book: Book | None = None) -> None:
        reader.read(main)
        self.refusals += reader.refusals
        self.said[reader.file] = [*reader.said, *reader.lists]
        if book is None:
            self.facts += reader.facts
        else:
            book.add_facts(reader.facts)
