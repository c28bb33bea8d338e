"""A release as final bytes, and the tools with which leaks are put into it: nothing here knows how it is read."""

from __future__ import annotations

import base64
import csv
import io
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pipeline.disclosure.policies import find_policy
from pipeline.reference.evaluation import Evaluation

# What an edit gives back: the new content of files, None for one that is taken away.
Changed = dict[str, bytes | None]
Grid = list[list[str]]
PICTURE = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


class NoPlaceError(LookupError):
    """Raised where a release has no place for a kind of leak."""


@dataclass(frozen=True)
class Site:
    """The files of a release by their address, and the settings that they were made with."""

    files: Mapping[str, bytes]
    evaluation: Evaluation

    @property
    def has_bins(self) -> bool:
        return find_policy(self.evaluation.disclosure.policy).has_bins

    @cached_property
    def wave(self) -> str:
        folders = {file.split("/")[0] for file in self.files if "/" in file}
        return [wave.id for wave in self.evaluation.waves if wave.id in folders][-1]

    @cached_property
    def whole(self) -> str:
        return f"{self.wave}/{self.evaluation.whole_area.id}.html"

    @cached_property
    def pages(self) -> list[str]:
        """The pages of areas in the latest wave."""
        areas = (self.evaluation.whole_area, *self.evaluation.areas)
        return [f"{self.wave}/{area.id}.html" for area in areas]

    @cached_property
    def sheets(self) -> list[str]:
        return sorted(file for file in self.files if file.endswith(".csv") and file.startswith(f"{self.wave}/"))

    def text(self, file: str) -> str:
        return self.files[file].decode("utf-8")

    def area_of(self, page: str) -> str:
        names = {area.id: area.name for area in (self.evaluation.whole_area, *self.evaluation.areas)}
        return names[page.split("/")[1].removesuffix(".html")]

    def grid(self, sheet: str) -> Grid:
        return list(csv.reader(io.StringIO(self.files[sheet].decode("utf-8-sig"), newline="")))

    def label(self) -> str:
        return self.evaluation.wave(self.wave).label


def one_of(choose: random.Random, places: list[re.Match[str]]) -> re.Match[str]:
    """Return one of the places found; raises NoPlaceError where there is none."""
    if not places:
        raise NoPlaceError
    return choose.choice(places)


def replaced(site: Site, choose: random.Random, pages: list[str], pattern: str, then: Callable[[re.Match[str]], str]):  # type: ignore[no-untyped-def]
    """Return one page with one place that a pattern finds in its body changed."""
    order = choose.sample(pages, len(pages))
    for page in order:
        text = site.text(page)
        start = text.index("<main")
        places = [found for found in re.finditer(pattern, text, re.DOTALL) if found.start() >= start]
        if places:
            found = choose.choice(places)
            return {page: (text[: found.start()] + then(found) + text[found.end() :]).encode("utf-8")}
    raise NoPlaceError


def added(site: Site, choose: random.Random, markup: str, pages: list[str] | None = None) -> Changed:
    """Return one page with some markup before one of its headings, or at the end of one of its paragraphs."""
    if markup.startswith("<") or choose.random() < 0.5:
        block = markup if markup.startswith("<") else f"<p>{markup}</p>"
        return replaced(site, choose, pages or site.pages, "<h2 ", lambda found: f"{block}\n{found[0]}")
    return replaced(site, choose, pages or site.pages, "</(?:p|li|dd)>", lambda found: f" {markup}{found[0]}")


def in_picture(site: Site, choose: random.Random, alter: Callable[[str], str], figure: str = "") -> Changed:
    """Return one page with one of its pictures altered; `figure`: how the ids of those that will do begin."""
    for page in choose.sample(site.pages, len(site.pages)):
        text = site.text(page)
        places = [
            found for found in PICTURE.finditer(text) if _figure_of(text, found.start()).startswith(f"figure-{figure}")
        ]
        for found in choose.sample(places, len(places)):
            drawing = base64.b64decode(found[1]).decode("utf-8")
            altered = alter(drawing)
            if altered != drawing:
                code = base64.b64encode(altered.encode("utf-8")).decode("ascii")
                return {page: (text[: found.start(1)] + code + text[found.end(1) :]).encode("utf-8")}
    raise NoPlaceError


def _figure_of(page: str, place: int) -> str:
    return re.findall(r'<figure id="([^"]+)"', page[:place])[-1]


def changed_place(choose: random.Random, text: str, pattern: str, then: Callable[[re.Match[str]], str]) -> str:
    """Return a text with one place that a pattern finds changed, or the text as it is."""
    places = list(re.finditer(pattern, text, re.DOTALL))
    if not places:
        return text
    found = choose.choice(places)
    return text[: found.start()] + then(found) + text[found.end() :]


def sheet_bytes(grid: Grid) -> bytes:
    """Return rows as the bytes of a CSV file of ours."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(grid)
    return written.getvalue().encode("utf-8-sig")


def in_sheet(
    site: Site, choose: random.Random, kinds: tuple[str, ...], alter: Callable[[Grid], Grid | None]
) -> Changed:
    """Return one file of some kinds (all, where none is named) altered; one that `alter` gives None for will not do."""
    sheets = [one for one in site.sheets if not kinds or one.endswith(tuple(f"-{kind}.csv" for kind in kinds))]
    for sheet in choose.sample(sheets, len(sheets)):
        grid = site.grid(sheet)
        altered = alter([list(row) for row in grid])
        if altered is not None and altered != grid:
            return {sheet: sheet_bytes(altered)}
    raise NoPlaceError


def in_cell(
    site: Site,
    choose: random.Random,
    kinds: tuple[str, ...],
    columns: str,
    chosen: Callable[[str], bool],
    then: Callable[[str], str],
) -> Changed:
    """Return one file with one of its cells changed: one of some columns whose text is `chosen`."""

    def alter(grid: Grid) -> Grid | None:
        numbers = [number for number, name in enumerate(grid[0]) if re.fullmatch(columns, name)]
        cells = [(row, number) for row in range(1, len(grid)) for number in numbers if chosen(grid[row][number])]
        if not cells:
            return None
        row, number = choose.choice(cells)
        grid[row][number] = then(grid[row][number])
        return grid

    return in_sheet(site, choose, kinds, alter)
