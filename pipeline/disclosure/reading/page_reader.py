"""A page read from its first word to its last: whatever says how many must be explained."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.disclosure.facts import QUOTE, Fact, keys_of
from pipeline.disclosure.reading.expected_charts import figures_of
from pipeline.disclosure.reading.grammar import Filled, Grammar
from pipeline.disclosure.reading.improvement.families import REGISTER_SECTIONS, figure_of
from pipeline.disclosure.reading.improvement.pieces import Piece, piece_of
from pipeline.disclosure.reading.markup import BLOCKS, Node, own_text
from pipeline.disclosure.reading.numerals import plain, unseen_character
from pipeline.disclosure.reading.pictures import picture_faults
from pipeline.disclosure.reading.said import said_twice
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.tables import table_of

_PICTURE = "data:image/svg+xml;base64,"


@dataclass
class PageReader:
    """Reads the content of one page; `scope` is None on a page that is about no area and has no tables.

    `downloads` are the files beside the page by the kind of file that each is; `said` the sentences of each block,
    `lists` those with which the items of each list begin.
    """

    file: str
    grammar: Grammar
    scope: Scope | None = None
    downloads: Mapping[str, str] = field(default_factory=dict)
    approved_quotes: frozenset[str] = frozenset()
    facts: list[Fact] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    speakers: dict[str, str] = field(default_factory=dict)
    said: list[list[Filled]] = field(default_factory=list)
    lists: list[list[Filled]] = field(default_factory=list)
    section: str = "top"
    # What must stand in this section word for word, in order, and the elements that do, by their identity.
    expected: list[Piece] = field(default_factory=list)
    exact: set[int] = field(default_factory=set)

    def read(self, main: Node) -> None:
        """Add what the page tells to the facts, and what nothing explains to the refusals."""
        for node in main.elements:
            self._read(node)
        self._end_section()
        self._check_speakers(main)
        self._check_figures(main)
        if self.scope and (twice := said_twice(self.said)):
            self._refuse("text", f"“{twice[:120]}” is said in it more than once.")

    def _check_figures(self, main: Node) -> None:
        """Check that each figure stands there that has something to draw: one left out would be a sign."""
        found = {one.attributes.get("id", "") for one in main.every("figure") if id(one) not in self.exact}
        wanted = figures_of(self.scope) if self.scope else set()
        for address in sorted(found ^ wanted):
            self._refuse(f"figure '{address}'", "it stands there with nothing to draw, or it is missing.")

    def _refuse(self, place: str, what: str) -> None:
        self.refusals.append(f"{self.file}, {place}: {what}")

    def _read(self, node: Node) -> None:
        if node.tag in ("h1", "h2"):
            self._end_section()
            self.section = node.text
            pieces = REGISTER_SECTIONS.get(node.text)
            self.expected = list(pieces(self.scope)) if pieces and self.scope else []
        if self.expected and piece_of(node) == self.expected[0]:
            self._read_exact(node)
        elif node.tag == "div":
            self._read_region(node)
        elif node.tag == "figure":
            self._read_figure(node)
        elif node.tag == "blockquote":
            self._read_quote(node)
        elif node.tag == "p" and node.attributes.get("class") == "speaker":
            self._read_speaker(node)
        elif node.tag == "p" and node.attributes.get("class") == "download":
            self._read_download(node)
        else:
            self._read_block(node)
            begun = len(self.said)
            for one in node.elements:
                self._read(one)
            if node.tag in ("ul", "ol"):
                self._check_list(self.said[begun:])

    def _read_exact(self, node: Node) -> None:
        """Read an element whose words are known: what its table, its picture or its own list holds is read as ever."""
        self.expected.pop(0)
        self.exact.add(id(node))
        self.exact.update(id(one) for one in node.elements if one.tag == "table")
        if node.tag == "div":
            self._read_region(node)
        elif node.tag == "figure":
            self._read_figure(node)
        for one in node.elements if node.tag == "li" else ():
            self._read(one)

    def _end_section(self) -> None:
        if self.expected:
            told = f"“{self.expected[0].text[:120]}” does not stand there, or not in its place."
            self._refuse(f"section '{self.section}'", told)
        self.expected = []

    def _read_block(self, node: Node) -> None:
        if node.tag == "p" and not node.holds:
            self._refuse(f"section '{self.section}'", "an empty paragraph stands in it.")
        if node.tag in BLOCKS:
            if "\u00a0" in own_text(node):
                self._refuse(f"section '{self.section}'", "a space that keeps a line together stands in a sentence.")
            read = len(self.grammar.rows)
            self._explain(plain(own_text(node)), f"section '{self.section}', <{node.tag}>")
            self.said += self.grammar.rows[read:]
        elif node.tag == "a" or (node.tag == "span" and not node.attributes):
            self._explain(node.text, f"section '{self.section}', <{node.tag}>")

    def _check_list(self, said: list[list[Filled]]) -> None:
        """Check that what is said of each measure, say, stands in their order."""
        numbers: dict[str, list[int]] = {}
        for filled in (row[0] for row in said if row):
            if filled.number is not None:
                numbers.setdefault(filled.each, []).append(filled.number)
        # What is said of nothing in particular has one order on all pages.
        self.lists.append([row[0] for row in said if row and not row[0].each])
        if any(found != sorted(found) for found in numbers.values()):
            self._refuse(f"section '{self.section}'", "a list stands in another order than what it is of.")

    def _explain(self, text: str, place: str) -> None:
        unseen = unseen_character(text)
        if unseen:
            self._refuse(place, f"a character that nobody sees ({unseen}) stands in “{text[:60]}”.")
            return
        found = self.grammar.read(text, f"{self.file}, {place}")
        if isinstance(found, str):
            self._refuse(place, f"'{found}' in “{text[:160]}” is explained by nothing the page may say.")
        else:
            self.facts += found

    def _read_quote(self, node: Node) -> None:
        digest = hashed(node)
        place = f"section '{self.section}', quote"
        if digest not in self.approved_quotes:
            self._refuse(place, f"“{node.text[:60]}” is not an approved quote.")
        self.facts.append(Fact(QUOTE, keys_of(part=digest), 1, 1, "", f"{self.file}, {place}"))

    def _check_speakers(self, main: Node) -> None:
        """Check that each quote stands there once, with one line below it that says who speaks, and none elsewhere."""
        kinds = ["quote" if one.tag == "blockquote" else one.attributes.get("class", "") for one in main.elements]
        after = {number + 1 for number, kind in enumerate(kinds) if kind == "quote"}
        lines = {number for number, kind in enumerate(kinds) if kind == "speaker"}
        spoken = [one for one in main.every("p") if one.attributes.get("class") == "speaker"]
        quotes = [hashed(one) for one in main.every("blockquote")]
        if lines != after or len(spoken) != len(lines) or len(quotes) != len(after) or len({*quotes}) < len(quotes):
            self._refuse("quotes", "they do not stand there once each with one line that says who speaks.")
        self.speakers = dict(zip(quotes, (one.text for one in spoken), strict=False))

    def _read_speaker(self, node: Node) -> None:
        """Check that beside a quote stands an area or a sector at most, never both: a page of an area names it."""
        scope = self.scope
        names = [] if scope is None else list(scope.folder.all_names) if scope.is_whole else [scope.area.name]
        if node.text not in {"A professional", *(f"A professional, {name}" for name in names)}:
            self._refuse(f"section '{self.section}', speaker", f"“{node.text[:60]}” says too much of who speaks.")

    def _read_download(self, node: Node) -> None:
        """Check a link to a file, or from a picture to the table with its figures."""
        link = node.elements[0] if len(node.elements) == 1 else Node("a")
        address = link.attributes.get("href", "")
        told = (
            "this table",
            "these shares with their intervals",
            "the shares behind these changes with their intervals",
        )
        texts = {f"Download {one}: {address}" for one in told}
        if address.startswith("#table-"):
            texts = {"The same figures as a table"}
        elif address not in self.downloads.values():
            texts = set()
        if node.text not in texts or link.text != node.text:
            self._refuse(f"section '{self.section}', download", f"“{node.text[:120]}” names no file beside this page.")

    # Tables.

    def _read_region(self, region: Node) -> None:
        tables = [one for one in region.elements if one.tag == "table"]
        if len(tables) != 1 or len(region.elements) != 1:
            self._refuse(f"section '{self.section}'", "a region holds something else than one table.")
            return
        table = tables[0]
        address = table.attributes.get("id", "")
        caption = next((one.text for one in table.elements if one.tag == "caption"), "")
        place = f"table '{caption or address}'"
        expected = table_of(self.scope, address) if self.scope else None
        if expected is None or expected.sheet not in self.downloads:
            self._refuse(place, f"'{address}' is no table that stands beside a file of this page.")
            return
        labelled = {"aria-labelledby": f"{address}-caption"}
        if {name: region.attributes.get(name) for name in labelled} != labelled or caption != expected.caption:
            self._refuse(place, f"its caption is not “{expected.caption}”.")
        for row, told in _row_faults(table, expected.header, expected.rows):
            self._refuse(f"{place}, row {row}", told)

    # Pictures.

    def _read_figure(self, figure: Node) -> None:
        address = figure.attributes.get("id", "")
        place = f"figure '{address}'"
        if [one.tag for one in figure.elements] != ["figcaption", "img"] or self.scope is None:
            self._refuse(place, "it is not a caption and a picture.")
            return
        caption, image = figure.elements
        if [one.tag for one in caption.elements] != ["strong", "span"] or plain(own_text(caption)) != caption.text:
            self._refuse(place, "its caption is not a message and a subtitle.")
        content = _decoded(image.attributes.get("src", ""))
        if content is None:
            self._refuse(place, "its picture is not an SVG in base64.")
            return
        alt = plain(image.attributes.get("alt", ""))
        if words := figure_of(self.scope, address):
            found = [*(one.text for one in caption.elements), alt]
            if found != [words.message, words.subtitle, words.alt]:
                self._refuse(place, "what it says beside its picture is not what the files say.")
            faults = words.faults(content)
        else:
            for one in caption.elements:
                self._explain(one.text, f"{place}, caption")
            self._explain(alt, f"{place}, text in place of the picture")
            faults = picture_faults(content, address, self.scope)
        for told in faults:
            self._refuse(place, told)


def hashed(quote: Node) -> str:
    """Return the SHA-256 by which a quote is approved."""
    return hashlib.sha256(quote.text.encode("utf-8")).hexdigest()


def _decoded(source: str) -> bytes | None:
    if not source.startswith(_PICTURE):
        return None
    try:
        content = base64.b64decode(source.removeprefix(_PICTURE), validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if base64.b64encode(content).decode("ascii") == source.removeprefix(_PICTURE) else None


def _row_faults(table: Node, header: list[str], rows: list[list[str]]) -> Iterator[tuple[str, str]]:
    """Give the row and what is wrong with it, for every cell that is not what the files say."""
    parts = {one.tag: one for one in table.elements}
    if [one.tag for one in table.elements] != ["caption", "thead", "tbody"]:
        yield "header", "it is not a caption, a header and rows."
        return
    head, body = parts["thead"].elements, parts["tbody"].elements
    if len(head) != 1 or any(one.tag != "tr" for one in (*head, *body)):
        yield "header", "it has another form than a table of ours."
        return
    found = [_cells(row, ["th"] * len(row.elements)) for row in head]
    if found != [header]:
        yield "header", f"it says {found} where the files beside it have {header}."
    if len(body) != len(rows):
        yield "number of rows", f"{len(body)} stand in it where the files beside it have {len(rows)}."
    for row, expected in zip(body, rows, strict=False):
        cells = _cells(row, ["th", *["td"] * (len(row.elements) - 1)])
        if cells != expected:
            wrong = next((pair for pair in zip(cells, expected, strict=False) if pair[0] != pair[1]), (cells, expected))
            yield expected[0], f"it says '{wrong[0]}' where the files beside it have '{wrong[1]}'."


def _cells(row: Node, tags: list[str]) -> list[str]:
    """Return a row's cells as text, or what is wrong with its form."""
    if [one.tag for one in row.elements] != tags or any(one.elements for one in row.elements):
        return [f"<{one.tag}> {one.text}" for one in row.elements]
    if any(one.raw.replace("\u00a0", " ") != one.text for one in row.elements):
        return ["spaces that nobody sees"]
    unseen = next((name for one in row.elements if (name := unseen_character(one.text))), "")
    return [f"unseen {unseen}"] if unseen else [one.text for one in row.elements]
