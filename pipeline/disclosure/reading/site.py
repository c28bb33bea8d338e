"""Which files a release may hold, so that none tells by being there, or by being missing, for some areas alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.disclosure.reading.markup import Node
from pipeline.disclosure.reading.names import Folder
from pipeline.disclosure.reading.sheets import SHEETS
from pipeline.reference.evaluation import Evaluation

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
        kinds = {area.id: {name for name in SHEETS if f"{wave.id}/{area.id}-{name}.csv" in here} for area in areas}
        yield from _uneven(kinds, evaluation, wave.id)
        allowed = {index, *pages.values()}
        allowed |= {f"{wave.id}/{area}-{name}.csv" for area, names in kinds.items() for name in names}
        left -= allowed
    for file in sorted(left):
        yield f"{file}: it is an unmodelled statistic, no page or file that a release may hold."


def _uneven(kinds: Mapping[str, set[str]], evaluation: Evaluation, wave: str) -> Iterator[str]:
    whole = kinds[evaluation.whole_area.id]
    expected = {name for name in whole if not SHEETS[name].of_whole_alone}
    for area in evaluation.areas:
        for name in sorted(expected ^ kinds[area.id]):
            yield f"{wave}/{area.id}-{name}.csv: this kind of file stands beside the pages of some areas alone."


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
