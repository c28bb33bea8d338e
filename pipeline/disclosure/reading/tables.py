"""Every table that a page may have, built again from the files beside it: its caption, its header and its rows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

from pipeline.disclosure import facts
from pipeline.disclosure.reading import cells, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.improvement.families import table_among
from pipeline.disclosure.reading.levels import asked_on, level_rows
from pipeline.disclosure.reading.model_tables import MODEL_TABLES, Expected
from pipeline.disclosure.reading.names import EVERYBODY
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.sheets import ALONG, BETWEEN
from pipeline.reference.instrument import Item


def table_of(scope: Scope, address: str) -> Expected | None:
    """Return the table of that id, or None where a page has none of that id."""
    if address in _TABLES:
        return _TABLES[address](scope)
    if found := table_among(scope, address):
        return found
    for item in scope.folder.measures:
        if address == f"table-areas-{item.id}" and scope.is_whole:
            return _areas(scope, item)
    prefix = "table-answers-"
    if address.startswith(prefix) and scope.is_whole:
        return _answers(scope, address.removeprefix(prefix))
    return None


def _people_by_area(scope: Scope) -> Expected:
    noun = scope.evaluation.area_noun
    places = (*scope.evaluation.areas, scope.evaluation.whole_area)
    rows = [
        [place.name, *(cells.count(scope.people(wave.id, place.id)) for wave in scope.folder.waves)] for place in places
    ]
    caption = f"People who answered, by {noun.singular} (who works in two {noun.plural} counts in both)"
    return Expected("respondents", caption, [noun.singular.capitalize(), *scope.labels], rows)


def _people(scope: Scope) -> Expected:
    evaluation, waves = scope.evaluation, scope.folder.waves
    places = scope.places if scope.shows_sectors or not evaluation.sectors else [evaluation.whole_area]
    targets = {sector.name: sector.target_share for sector in evaluation.sectors}
    has_targets = scope.is_whole and any(targets.values())
    header = ["Sector" if evaluation.sectors else "Who"]
    header += [f"{scope.short(place)}, {label}" for place in places for label in scope.labels]
    # A share of two bins would say more than they.
    of_wave = [f"Share of {scope.labels[-1]}"] if not scope.has_bins else []
    header += [*of_wave, "Share aimed at"] if has_targets else []
    everyone = [cells.count(scope.people(wave.id, place.id)) for place in places for wave in waves]
    rows = []
    for name, sector in scope.folder.sectors.items() if evaluation.sectors else ():
        row = [name, *(cells.count(scope.people(wave.id, place.id, sector)) for place in places for wave in waves)]
        if has_targets:
            counts = (
                scope.people(waves[-1].id, scope.folder.whole, sector),
                scope.people(waves[-1].id, scope.folder.whole),
            )
            row += [*([cells.share_of(*counts)] if of_wave else []), _target(targets.get(name))]
        rows.append(row)
    rows.append([EVERYBODY, *everyone, *([*([""] if of_wave else []), ""] if has_targets else [])])
    by = ", by sector" if evaluation.sectors else ""
    noun = evaluation.area_noun.plural
    note = f" (who works in two {noun} counts in both, and once in the whole)" if evaluation.areas else ""
    return Expected("respondents", f"People who answered{by}{note}", header, rows)


def _target(share: float | None) -> str:
    return values.NOT_AVAILABLE if share is None else f"{round(100 * share)}%"


def _change(scope: Scope) -> Expected:
    if scope.has_bins and not scope.is_whole:
        return _change_of_whole(scope)
    held = f"Share with {scope.mix}" if scope.mix else "Share, by the model"
    has_shares = scope.policy.shows(facts.STANDARDISED_SHARE, of_whole=True)
    header = ["Measure", "People answering", *([held] if has_shares else []), f"Change in {scope.short_name}"]
    header += [f"From the answers in {scope.short_name} alone"] if scope.is_pooled else []
    header += [] if scope.is_whole else [f"Change in {scope.whole_name}"]
    rows = []
    for item in scope.folder.measures:
        change = scope.change(item)
        row = [item.short_name, cells.people(change)]
        row += [cells.shares(scope.standardised(item))] if has_shares else []
        row += [cells.change(change)]
        row += [cells.change(scope.change_alone(item))] if scope.is_pooled else []
        row += [] if scope.is_whole else [cells.change(scope.change(item, scope.folder.whole))]
        rows.append(row)
    return Expected("changes", _change_caption(scope), header, rows)


def _change_of_whole(scope: Scope) -> Expected:
    """Return the table of a page that has no change of its own to show."""
    header = ["Measure", f"People answering in {scope.whole_name}", f"Change in {scope.whole_name}"]
    changes = {item.short_name: scope.change(item, scope.folder.whole) for item in scope.folder.measures}
    rows = [[name, cells.people(change), cells.change(change)] for name, change in changes.items()]
    return Expected("changes", _change_caption(scope), header, rows)


def _change_caption(scope: Scope) -> str:
    return (
        f"Change in the share giving a favourable answer, {scope.labels[0]} to {scope.labels[-1]}, "
        f"in percentage points with {scope.interval}"
    )


def _areas(scope: Scope, item: Item) -> Expected:
    header = [scope.evaluation.area_noun.singular.capitalize(), "People answering", "Change"]
    header += ["From its own answers alone"] if scope.has_pooling else []
    rows = []
    for place in scope.folder.areas:
        change = scope.change(item, place.id)
        row = [place.name, cells.people(change), cells.change(change)]
        rows.append(row + ([cells.change(scope.change_alone(item, place.id))] if scope.has_pooling else []))
    caption = f"{item.short_name}: change in the share answering {scope.favourable(item)}, with {scope.interval}"
    return Expected("changes", caption, header, rows)


def _waves(scope: Scope) -> Expected:
    folder = scope.folder
    places = scope.places_over_waves
    header = ["Measure and waves", "People answering", *(f"Change in {scope.short(place)}" for place in places)]
    rows = []
    for item in folder.measures:
        for earlier, later in combinations(folder.until, 2):
            found = [_of_pair(scope, item, place.id, earlier.id, later.id) for place in places]
            name = f"{item.short_name}: {earlier.label} to {later.label}"
            rows.append([name, cells.people(found[0]), *map(cells.change, found)])
        lines = [scope.book.row("waves", kind=ALONG, item=item.id, area=place.id, **_all(scope)) for place in places]
        if any(line is not None for line in lines):
            name = f"{item.short_name}: along a line through all"
            rows.append([name, _people_of_all(scope, item, lines[0]), *map(cells.change, lines)])
    caption = f"Change in the share giving a favourable answer, in percentage points with {scope.interval}"
    return Expected("waves", caption, header, rows)


def _of_pair(scope: Scope, item: Item, area: str, earlier: str, later: str) -> Row | None:
    return scope.book.row("waves", kind=BETWEEN, item=item.id, area=area, baseline_wave=earlier, comparison_wave=later)


def _all(scope: Scope) -> dict[str, str]:
    return {"baseline_wave": scope.folder.until[0].id, "comparison_wave": scope.folder.until[-1].id}


def _people_of_all(scope: Scope, item: Item, line: Row | None) -> str:
    """Return the people who answered in every wave that a line goes through: 55, 60, 69."""
    if line is None or mark_of(line):
        return mark_of(line)
    first, *later = [wave.id for wave in scope.folder.until]
    found = [_of_pair(scope, item, scope.places_over_waves[0].id, first, wave) for wave in later]
    bases = [line["base_n_baseline"], *(row["base_n_comparison"] for row in found if row is not None)]
    return ", ".join(map(values.thousands, bases))


def _shares(scope: Scope) -> Expected:
    rows = [
        [item.short_name, scope.favourable(item), *map(cells.share, scope.shares(item))]
        for item in scope.folder.measures
    ]
    caption = f"Share giving a favourable answer in {scope.short_name}, with {scope.interval} and people answering"
    if scope.has_bins:
        caption = (
            f"People giving a favourable answer in {scope.short_name}, of those answering the question, in bins of six"
        )
    return Expected("shares", caption, ["Measure", "Favourable answers", *scope.labels], rows)


def _answers(scope: Scope, scale_name: str) -> Expected | None:
    asked = asked_on(scope, scale_name)
    if not asked:
        return None
    levels = scope.evaluation.scale_of(asked[0][0].id, asked[0][1]).levels
    labels = {wave.id: wave.label for wave in scope.folder.waves}
    rows = []
    for item, wave in asked:
        found = level_rows(scope, item, wave)
        rows.append(
            [
                f"{item.short_name}, {labels[wave]}",
                *(values.percent(row["estimate"]) for row in found),
                _base(scope, item, wave),
            ]
        )
    spoken = ", ".join(dict.fromkeys(item.short_name for item, _ in asked))
    unit = "people in bins of six" if scope.has_bins else "per cent of those answering"
    caption = f"Answers in {scope.short_name}, {unit}: {spoken}"
    return Expected("distribution", caption, ["Measure and wave", *levels, "People answering"], rows)


def _base(scope: Scope, item: Item, wave: str) -> str:
    """Return how many answered: a file of bins says it beside the favourable ones alone."""
    if scope.has_bins:
        row = scope.book.row("shares", item=item.id, area=scope.folder.whole, wave=wave)
        return row["base_n"] if row else values.NOT_AVAILABLE
    return next(
        (row["base_n"] for row in level_rows(scope, item, wave) if row["base_n"] not in values.MARKS), values.HIDDEN
    )


_TABLES: dict[str, Callable[[Scope], Expected]] = {
    "table-people-by-area": _people_by_area,
    "table-people": _people,
    "table-change": _change,
    "table-waves": _waves,
    "table-shares": _shares,
    **MODEL_TABLES,
}
