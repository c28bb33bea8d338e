"""Which files a release may hold, so that none tells by being there, or by being missing, for some areas alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import zip_longest

from pipeline.disclosure.reading.improvement.families import REGISTER_SHEETS
from pipeline.disclosure.reading.markup import Node
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.sheets import SHEETS
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import listed

# Said in two sections of the whole area's page.
FIRST_WAVE = "This is the first wave: there is no earlier one to compare it with."
NOBODY_IN_PARTICULAR = "A professional"
# Elements, by their identity, that were held word for word against what must stand there.
Exact = Collection[int]
SITE_PAGES = {
    "index.html": "All waves",
    "methods.html": "How the figures are made",
    "privacy.html": "Privacy notice",
    "accessibility.html": "Accessibility statement",
}


def known_addresses(evaluation: Evaluation) -> frozenset[str]:
    """Return the pages of the whole site, released or not: what a link may lead to beside the release's own files."""
    areas = (evaluation.whole_area, *evaluation.areas)
    names = ["index.html", *(f"{area.id}.html" for area in areas)]
    return frozenset(SITE_PAGES) | {f"{wave.id}/{name}" for wave in evaluation.waves for name in names}


def misplaced(files: Mapping[str, bytes], evaluation: Evaluation) -> Iterator[str]:
    """Give every file that no release holds, and every one that some areas have and others have not."""
    areas = (evaluation.whole_area, *evaluation.areas)
    left = set(files) - set(SITE_PAGES)
    for wave in evaluation.waves:
        here = {file for file in files if file.startswith(f"{wave.id}/")}
        if not here:
            continue
        pages = {area.id: f"{wave.id}/{area.id}.html" for area in areas}
        index = f"{wave.id}/index.html"
        for missing in sorted({index, *pages.values()} - here):
            yield f"{missing}: it is missing, and which areas have a page must tell nothing."
        every = (*SHEETS, *REGISTER_SHEETS)
        kinds = {area.id: {name for name in every if f"{wave.id}/{area.id}-{name}.csv" in here} for area in areas}
        yield from _uneven(kinds, evaluation, wave.id)
        allowed = {index, *pages.values()}
        allowed |= {f"{wave.id}/{area}-{name}.csv" for area, names in kinds.items() for name in names}
        left -= allowed
    for file in sorted(left):
        yield f"{file}: it is an unmodelled statistic, no page or file that a release may hold."


def _uneven(kinds: Mapping[str, set[str]], evaluation: Evaluation, wave: str) -> Iterator[str]:
    whole = kinds[evaluation.whole_area.id]
    expected = {name for name in whole if name in REGISTER_SHEETS or not SHEETS[name].of_whole_alone}
    for area in evaluation.areas:
        for name in sorted(expected ^ kinds[area.id]):
            yield f"{wave}/{area.id}-{name}.csv: this kind of file stands beside the pages of some areas alone."


def prose_faults(free: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Give the pages of areas, without the whole one, whose texts that tell no figure are not those of the first.

    `free`: such texts of each page, in order. They come of one notebook, so that one more, or one less, is a sign.
    """
    first = next(iter(free.values()), ())
    for file, texts in free.items():
        if list(texts) != list(first):
            pairs = zip_longest(texts, first, fillvalue="nothing")
            here, there = next(pair for pair in pairs if pair[0] != pair[1])
            yield f"{file}: it says “{here[:80]}” where the first page of an area says “{there[:80]}”."


def shape_faults(pages: Mapping[str, Node], exact: Exact) -> Iterator[str]:
    """Give the pages of areas, without the whole one, whose tables or words set apart are not those of the first."""
    shapes = {file: list(_shape(page.only("main"), [""], exact)) for file, page in pages.items()}
    first = next(iter(shapes.values()), [])
    yield from (
        f"{file}: its tables, or its words that are set apart, are not those of the other areas' pages."
        for file, shape in shapes.items()
        if shape != first
    )


def _shape(node: Node, section: list[str], exact: Exact) -> Iterator[tuple[str, str, str]]:
    """Give each table, each word set apart and each paragraph of a kind of its own, with the section it stands in."""
    for one in node.elements:
        if id(one) in exact:
            continue
        if one.tag == "h2":
            section[0] = one.text
        kind = one.attributes.get("class", "")
        if one.tag == "table" or (one.tag == "p" and kind in ("lead", "key")):
            yield section[0], one.tag, one.attributes.get("id", kind)
        elif one.tag in ("em", "code", "pre", "strong"):
            yield section[0], one.tag, one.text
        elif one.tag == "li" and one.raw.endswith("\n"):
            yield section[0], one.tag, "\n"
        if one.tag not in ("table", "figcaption"):
            yield from _shape(one, section, exact)


def repeated_faults(page: Node, headings: Collection[str], exact: Exact) -> Iterator[str]:
    """Give the first text that stands twice on an area's page, and the headings below sections that are not these."""
    texts = [
        one.text
        for one in page.every("p")
        if one.attributes.get("class", "") not in ("download", "speaker") and id(one) not in exact
    ]
    texts += [
        one.text for tag in ("h3", "dt", "dd", "li") for one in page.only("main").every(tag) if id(one) not in exact
    ]
    twice = [text for text in dict.fromkeys(texts) if text and texts.count(text) > 1 + (text == FIRST_WAVE)]
    if twice:
        yield f"“{twice[0][:120]}” stands in it more than once."
    for one in page.every("h3"):
        if one.text not in headings and id(one) not in exact:
            yield f"the heading “{one.text[:80]}” is none of those that a section has."


def contents_faults(page: Node) -> Iterator[str]:
    """Give whether a page's list of its sections is another than its sections."""
    headings = [(one.text, f"#{one.attributes.get('id')}") for one in page.every("h2")]
    for nav in page.every("nav"):
        if nav.attributes.get("class") == "contents":
            links = [(one.text, one.attributes.get("href")) for one in nav.every("a")]
            if links != [one for one in headings if one[1] != "#summary-heading"]:
                yield "its list of sections is not that of its headings."


def list_faults(page: Node, folder: Folder) -> Iterator[str]:
    """Give whether a wave's list of reports is another than its areas, each once, in order."""
    links = [(one.text, one.attributes.get("href")) for main in page.every("main") for one in main.every("a")]
    if links != [(area.name, f"{area.id}.html") for area in folder.areas]:
        yield "its list of reports is not that of the areas, each once, in the order of evaluation.yml."


def quote_faults(speakers: Mapping[str, Mapping[str, str]], pages: Sequence[str], whole: str) -> Iterator[str]:
    """Give the quotes that tell more of who speaks by where they stand.

    `speakers`: of each page of an area, what it says of the speaker of each quote, by its hash; `whole` is the page of
    the whole area. A quote of nobody in particular stands on every page, and nowhere has one two speakers.
    """
    for digest in sorted({digest for found in speakers.values() for digest in found}):
        on = [page for page in pages if digest in speakers.get(page, {})]
        told = {speakers[page][digest] for page in on}
        if len(told) > 1:
            yield f"{on[-1]}: a quote is said to be of {listed(sorted(told))}, which together say too much."
        elif told == {NOBODY_IN_PARTICULAR} and set(on) != set(pages):
            yield f"{on[0]}: a quote of nobody in particular stands on the pages of some areas alone."
        elif whole not in on:
            yield f"{on[0]}: a quote stands there that the page of the whole area has not."


def section_faults(pages: Mapping[str, Node], folder: Folder) -> Iterator[str]:
    """Give the pages of areas whose sections are others than those of the first: what is left out must tell nothing."""
    found = {}
    for area in folder.evaluation.areas:
        file = f"{folder.wave.id}/{area.id}.html"
        if file in pages:
            headings = [one.text for one in pages[file].every("h2")]
            found[file] = headings
    first = next(iter(found.values()), [])
    for file, headings in found.items():
        if headings != first:
            yield f"{file}: its sections are not those of the other areas' pages."
