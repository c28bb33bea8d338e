"""Ways to put a leak into the files beside the pages, alone or in file and page alike."""

from __future__ import annotations

import random
import re

from tests.bench.leak_kinds import Kind
from tests.bench.leak_site import Changed, Grid, NoPlaceError, Site, in_cell, in_sheet, sheet_bytes

HIDDEN = "[c]"
_COUNTS, _FIGURES = "base_n.*", "estimate|conf_low|conf_high|p_.*|share_.*|mean_.*|detectable"


def is_hidden(cell: str) -> bool:
    return cell == HIDDEN


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()


def is_count(cell: str) -> bool:
    return cell.isdecimal() or "–" in cell


def filled(columns: str, *kinds: str) -> Kind:
    """Return the kind that puts a number where [c] stands in a file."""
    return lambda site, choose: in_cell(
        site, choose, kinds, columns, is_hidden, lambda _: str(choose.choice((1, 2, 3, 4, 7, 14, 50)))
    )


def column_more(site: Site, choose: random.Random) -> Changed:
    name = choose.choice(("std_error", "sd", "count", "raw", "note", "respondent_id"))
    return in_sheet(
        site,
        choose,
        (),
        lambda grid: [[*row, name if number == 0 else str(choose.randint(1, 12))] for number, row in enumerate(grid)],
    )


def row_more(site: Site, choose: random.Random) -> Changed:
    """Put in a row of another area, or a row twice."""

    def alter(grid: Grid) -> Grid | None:
        place = choose.randrange(1, len(grid))
        return [*grid[:place], choose.choice(grid[1:]), *grid[place:]]

    return in_sheet(site, choose, (), alter)


def row_missing(site: Site, choose: random.Random) -> Changed:
    def alter(grid: Grid) -> Grid | None:
        place = choose.randrange(1, len(grid))
        return [*grid[:place], *grid[place + 1 :]]

    return in_sheet(site, choose, ("shares", "respondents", "changes"), alter)


def rows_sorted(site: Site, choose: random.Random) -> Changed:
    """Sort a file's rows by a figure, what is hidden last: the order alone tells."""

    def alter(grid: Grid) -> Grid | None:
        column = grid[0].index("base_n") if "base_n" in grid[0] else grid[0].index("estimate")
        return [grid[0], *sorted(grid[1:], key=lambda row: row[column])]

    return in_sheet(site, choose, ("shares", "respondents", "standardised-shares"), alter)


def raw_file(site: Site, choose: random.Random) -> Changed:
    name = choose.choice(("answers", "raw", "counts", "cleaned", "linked", "shares-unrounded"))
    area = choose.choice(site.evaluation.areas).id
    content = f"\ufeffrespondent,{area}\r\n1,{choose.randint(1, 5)}\r\n".encode()
    places = (f"{site.wave}/{name}.csv", f"{site.wave}/{area}-{name}.csv", f"{name}.csv", f"{site.wave}/{name}.json")
    return {choose.choice(places): content}


def file_missing(site: Site, choose: random.Random) -> Changed:
    """Take away a kind of file from one area alone."""
    whole = f"{site.wave}/{site.evaluation.whole_area.id}-"
    return {choose.choice([sheet for sheet in site.sheets if not sheet.startswith(whole)]): None}


def areas_exchanged(site: Site, choose: random.Random) -> Changed:
    """Exchange two areas' names in a file."""
    here, there = choose.sample([area.name for area in site.evaluation.areas], 2)
    names = {here: there, there: here}
    return in_sheet(site, choose, (), lambda grid: [[names.get(cell, cell) for cell in row] for row in grid])


def file_of_another_area(site: Site, choose: random.Random) -> Changed:
    """Put one area's file beside another's page."""
    here, there = choose.sample([area.id for area in site.evaluation.areas], 2)
    kind = choose.choice(("shares", "respondents", "changes"))
    places = [f"{site.wave}/{area}-{kind}.csv" for area in (here, there)]
    if places[1] not in site.files or site.files[places[0]] == site.files[places[1]]:
        raise NoPlaceError
    return {places[0]: site.files[places[1]]}


def form_of_another_policy(site: Site, choose: random.Random) -> Changed:
    """Show a count as the other policy does: exact among bins, in a bin among exact ones."""
    then = (lambda _: str(choose.randint(1, 18))) if site.has_bins else (lambda _: "7–12")
    return in_cell(site, choose, ("respondents", "shares"), "base_n", is_count, then)


def share_of_another_policy(site: Site, choose: random.Random) -> Changed:
    """Show a share as the other policy does: a percentage among bins, a bin among percentages."""
    then = (lambda _: str(choose.randint(10, 90))) if site.has_bins else (lambda _: "7–12")
    return in_cell(site, choose, ("shares", "distribution"), "estimate", lambda cell: cell != HIDDEN, then)


def hidden_people_everywhere(site: Site, choose: random.Random) -> Changed:
    """Show the people of a sector in an area wherever they stand: in both areas' files and on the area's page."""
    area = choose.choice(site.evaluation.areas)
    own = f"{site.wave}/{area.id}-respondents.csv"
    rows = [
        row for row in site.grid(own)[1:] if area.name in row[:2] and (site.has_bins or row[3] == HIDDEN)
        and row[0] != "Everyone"
    ]  # fmt: skip
    if not rows:
        raise NoPlaceError
    sector, _, wave, before = choose.choice(rows)[:4]
    count = str(choose.randint(1, 9))
    changed: Changed = {}
    for sheet in (own, f"{site.wave}/{site.evaluation.whole_area.id}-respondents.csv"):
        grid = site.grid(sheet)
        for row in grid:
            if row[:3] == [sector, area.name, wave]:
                row[3] = count
        changed[sheet] = sheet_bytes(grid)
    page = f"{site.wave}/{area.id}.html"
    changed[page] = _in_people_table(site.text(page), sector, f"{area.name}, {wave}", before, count).encode("utf-8")
    return changed


def _in_people_table(page: str, sector: str, column: str, before: str, count: str) -> str:
    """Return a page with one cell of its table of people by sector changed, where that table is shown."""
    found = re.search(r'<table id="table-people">.*?</table>', page, re.DOTALL)
    header = re.findall(r'<th scope="col">([^<]*)</th>', found[0]) if found else []
    if found is None or column not in header:
        return page
    rows = found[0].split("\n")
    for number, row in enumerate(rows):
        if row.startswith(f'<tr><th scope="row">{sector}</th>'):
            cells = row.split("<td>")
            cells[header.index(column)] = cells[header.index(column)].replace(before, count, 1)
            rows[number] = "<td>".join(cells)
    return page.replace(found[0], "\n".join(rows))


IN_FILES: dict[str, Kind] = {
    "a hidden base in a file": filled(_COUNTS),
    "a hidden figure in a file": filled(_FIGURES),
    "a hidden share of an area in a file": filled("base_n|estimate", "shares"),
    "a hidden row of a file filled in": lambda site, choose: _filled_row(site, choose),
    "a level's share where it is hidden": filled("estimate", "distribution"),
    "a p-value of a hidden group": filled("p_value|p_holm", "p-values"),
    "an interval beside an end or a bin": lambda site, choose: in_cell(
        site,
        choose,
        ("shares", "standardised-shares", "distribution"),
        "conf_low|conf_high",
        lambda cell: cell.startswith(("under", "over", "[c]")) or cell == "",
        lambda _: str(choose.randint(1, 99)),
    ),
    "a share where its end stood": lambda site, choose: in_cell(
        site,
        choose,
        (),
        "estimate",
        lambda cell: cell.startswith(("under", "over")),
        lambda _: str(choose.randint(1, 9)),
    ),
    "a figure unrounded in a file": lambda site, choose: in_cell(
        site, choose, (), "estimate|conf_low|conf_high", is_number, lambda cell: f"{cell}.{choose.randint(1, 9)}"
    ),
    "a mean to two decimals in a file": lambda site, choose: in_cell(
        site, choose, ("means",), "mean_.*|estimate", lambda cell: cell != HIDDEN, lambda cell: f"{float(cell):.2f}"
    ),
    "a total changed in one file": lambda site, choose: in_cell(
        site, choose, ("respondents", "shares"), "base_n", is_count, lambda _: str(choose.randint(2, 80))
    ),
    "a bin of another width": lambda site, choose: in_cell(
        site,
        choose,
        (),
        "base_n.*|estimate",
        lambda cell: "–" in cell,
        lambda _: choose.choice(("7–9", "1–6", "13–16")),
    ),
    "a count as another policy shows it": form_of_another_policy,
    "a share as another policy shows it": share_of_another_policy,
    "a method that tells": lambda site, choose: in_cell(
        site, choose, (), "method", lambda _: True, lambda cell: f"{cell} of {choose.randint(2, 12)}".strip()
    ),
    "another unit": lambda site, choose: in_cell(
        site, choose, (), "unit", lambda _: True, lambda _: choose.choice(("people", "7 people", "mean"))
    ),
    "a column more in a file": column_more,
    "a row more in a file": row_more,
    "a row missing from a file": row_missing,
    "rows of a file sorted by value": rows_sorted,
    "a raw file": raw_file,
    "a file that is missing": file_missing,
    "names of two areas exchanged in a file": areas_exchanged,
    "a file of another area": file_of_another_area,
    "hidden people shown everywhere alike": hidden_people_everywhere,
}


def _filled_row(site: Site, choose: random.Random) -> Changed:
    """Show a whole row that is hidden, as if enough people had answered."""

    def alter(grid: Grid) -> Grid | None:
        rows = [row for row in grid[1:] if HIDDEN in row]
        if not rows:
            return None
        row = choose.choice(rows)
        row[:] = [str(choose.randint(10, 40)) if cell == HIDDEN else cell for cell in row]
        return grid

    return in_sheet(site, choose, ("shares", "changes", "standardised-shares", "superiority"), alter)
