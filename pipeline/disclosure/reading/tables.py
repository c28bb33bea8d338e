"""Every table that a page may have, built again from the files beside it: its caption, its header and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from pipeline.disclosure.reading import cells, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.names import EVERYBODY
from pipeline.disclosure.reading.scope import Scope
from pipeline.disclosure.reading.sheets import ALONG, BETWEEN
from pipeline.reference.instrument import Item


@dataclass(frozen=True)
class Expected:
    """A table as the files say it: the kind of file beside it, and everything that stands in it."""

    sheet: str
    caption: str
    header: list[str]
    rows: list[list[str]]


def table_of(scope: Scope, address: str) -> Expected | None:
    """Return the table of that id, or None where a page has none of that id."""
    if address in _TABLES:
        return _TABLES[address](scope)
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
    header += [f"Share of {scope.labels[-1]}", "Share aimed at"] if has_targets else []
    everyone = [cells.count(scope.people(wave.id, place.id)) for place in places for wave in waves]
    rows = []
    for name, sector in scope.folder.sectors.items() if evaluation.sectors else ():
        row = [name, *(cells.count(scope.people(wave.id, place.id, sector)) for place in places for wave in waves)]
        if has_targets:
            counts = (
                scope.people(waves[-1].id, scope.folder.whole, sector),
                scope.people(waves[-1].id, scope.folder.whole),
            )
            row += [cells.share_of(*counts), _target(targets.get(name))]
        rows.append(row)
    rows.append([EVERYBODY, *everyone, *(["", ""] if has_targets else [])])
    by = ", by sector" if evaluation.sectors else ""
    noun = evaluation.area_noun.plural
    note = f" (who works in two {noun} counts in both, and once in the whole)" if evaluation.areas else ""
    return Expected("respondents", f"People who answered{by}{note}", header, rows)


def _target(share: float | None) -> str:
    return values.NOT_AVAILABLE if share is None else f"{round(100 * share)}%"


def _change(scope: Scope) -> Expected:
    held = f"Share with {scope.mix}" if scope.mix else "Share, by the model"
    header = ["Measure", "People answering", held, f"Change in {scope.short_name}"]
    header += [f"From the answers in {scope.short_name} alone"] if scope.is_pooled else []
    header += [] if scope.is_whole else [f"Change in {scope.whole_name}"]
    rows = []
    for item in scope.folder.measures:
        change = scope.change(item)
        row = [item.short_name, cells.people(change), cells.shares(scope.standardised(item)), cells.change(change)]
        row += [cells.change(scope.change_alone(item))] if scope.is_pooled else []
        row += [] if scope.is_whole else [cells.change(scope.change(item, scope.folder.whole))]
        rows.append(row)
    caption = (
        f"Change in the share giving a favourable answer, {scope.labels[0]} to {scope.labels[-1]}, "
        f"in percentage points with {scope.interval}"
    )
    return Expected("changes", caption, header, rows)


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
    header = ["Measure and waves", "People answering", *(f"Change in {scope.short(place)}" for place in scope.places)]
    rows = []
    for item in folder.measures:
        for earlier, later in combinations(folder.until, 2):
            found = [_of_pair(scope, item, place.id, earlier.id, later.id) for place in scope.places]
            name = f"{item.short_name}: {earlier.label} to {later.label}"
            rows.append([name, cells.people(found[0]), *map(cells.change, found)])
        lines = [
            scope.book.row("waves", kind=ALONG, item=item.id, area=place.id, **_all(scope)) for place in scope.places
        ]
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
    found = [_of_pair(scope, item, scope.area.id, first, wave) for wave in later]
    bases = [line["base_n_baseline"], *(row["base_n_comparison"] for row in found if row is not None)]
    return ", ".join(bases)


def _shares(scope: Scope) -> Expected:
    rows = [
        [item.short_name, scope.favourable(item), *map(cells.share, scope.shares(item))]
        for item in scope.folder.measures
    ]
    caption = f"Share giving a favourable answer in {scope.short_name}, with {scope.interval} and people answering"
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
        known = [row["base_n"] for row in found if row["base_n"] not in values.MARKS]
        base = known[0] if known and not values.bin_bounds(found[0]["estimate"]) else values.HIDDEN
        rows.append([f"{item.short_name}, {labels[wave]}", *(values.percent(row["estimate"]) for row in found), base])
    spoken = ", ".join(dict.fromkeys(item.short_name for item, _ in asked))
    unit = "people in bins" if scope.has_bins else "per cent of those answering"
    caption = f"Answers in {scope.short_name}, {unit}: {spoken}"
    return Expected("distribution", caption, ["Measure and wave", *levels, "People answering"], rows)


def asked_on(scope: Scope, scale_name: str) -> list[tuple[Item, str]]:
    """Return the items asked on a scale, each with the waves that asked it so."""
    return [
        (item, wave.id)
        for item in scope.evaluation.items
        for wave in scope.folder.waves
        if item.scale_in(wave.id) + ("--reversed" if item.reversed else "") == scale_name
    ]


def level_rows(scope: Scope, item: Item, wave: str) -> list[Row]:
    """Return the rows of an item's answers in a wave, one a level."""
    levels = range(1, len(scope.evaluation.scale_of(item.id, wave).levels) + 1)
    found = [scope.book.row("distribution", item=item.id, wave=wave, level=str(level)) for level in levels]
    hidden = {"estimate": values.NOT_AVAILABLE, "base_n": values.NOT_AVAILABLE}
    return [row or hidden for row in found]


def _odds_ratios(scope: Scope) -> Expected:
    header = ["Measure", "People answering", "Odds ratio"]
    if scope.is_pooled:
        header = [*header[:2], f"Odds ratio, {scope.short_name} alone", "Odds ratio, pooled"]
    rows = []
    for item in scope.folder.measures:
        about = {"item": item.id, "area": scope.area.id, **scope.folder.pair}
        alone, pooled = scope.book.row_alone("odds-ratios", **about), scope.book.row("odds-ratios", **about)
        row = [item.short_name, cells.people(alone), cells.figures(alone, values.ratio)]
        rows.append(row + ([cells.figures(pooled, values.ratio)] if scope.is_pooled else []))
    caption = (
        f"Odds ratio of a higher answer in {scope.labels[-1]} than in {scope.labels[0]}, {scope.short_name}, "
        f"with {scope.interval}"
    )
    return Expected("odds-ratios", caption, header, rows)


def _by_measure(scope: Scope, sheet: str, written: Callable[[Row | None], list[str]]) -> list[list[str]]:
    area = {} if sheet in ("means", "pooling", "p-values") else {"area": scope.area.id}
    return [
        [item.short_name, *written(scope.book.row(sheet, item=item.id, **area, **scope.folder.pair))]
        for item in scope.folder.measures
    ]


def _superiority(scope: Scope) -> Expected:
    rows = _by_measure(scope, "superiority", lambda row: [cells.people(row), cells.figures(row, str)])
    caption = (
        "Of 100 pairs of one earlier and one later answer, those in which the later is the higher, ties split "
        f"evenly (probability of superiority), {scope.short_name}, with {scope.interval}"
    )
    return Expected("superiority", caption, ["Measure", "People answering", "Pairs of 100"], rows)


def _detectable(scope: Scope) -> Expected:
    rows = _by_measure(
        scope, "detectable", lambda row: [cells.people(row), row["detectable"] if row else values.NOT_AVAILABLE]
    )
    caption = f"Smallest true change in the share that is seen four times in five (power 80%), {scope.short_name}"
    return Expected("detectable", caption, ["Measure", "People answering", "Percentage points"], rows)


def _pooling(scope: Scope) -> Expected:
    between = "between_sd between_sd_low between_sd_high"
    rows = _by_measure(
        scope,
        "pooling",
        lambda row: [
            cells.figures(row, values.ratio),
            cells.figures(row, values.decimal, between),
            values.percent(row["own_weight"]) if row else values.NOT_AVAILABLE,
        ],
    )
    caption = (
        f"How far the {scope.evaluation.area_noun.plural} differ: mean of their odds ratios and the standard deviation "
        f"between them, with {scope.interval}, and how much of its own departure from the mean one keeps on average"
    )
    return Expected(
        "pooling", caption, ["Measure", "Mean odds ratio", "SD between, log-odds", "Own departure kept"], rows
    )


def _means(scope: Scope) -> Expected:
    rows = _by_measure(
        scope, "means", lambda row: [cells.people(row), _levels(row), cells.figures(row, values.decimal)]
    )
    caption = f"Mean level of the answers, 1 the worst, in {scope.short_name}, and its change with {scope.interval}"
    return Expected("means", caption, ["Measure", "People answering", "Mean level", "Change"], rows)


def _levels(row: Row | None) -> str:
    if row is None or mark_of(row):
        return mark_of(row)
    return f"{values.decimal(row['mean_baseline'])}, then {values.decimal(row['mean_comparison'])}"


def _p_values(scope: Scope) -> Expected:
    columns = ("p_value", "p_holm", "p_false_discovery")
    rows = _by_measure(scope, "p-values", lambda row: [row[name] if row else values.NOT_AVAILABLE for name in columns])
    caption = (
        f"p-values of no change in the log-odds of a higher answer, {scope.short_name}: as they are, and allowing "
        "for several measures (Holm; Benjamini and Hochberg)"
    )
    return Expected("p-values", caption, ["Measure", "p", "Holm", "False discovery rate"], rows)


def _sensitivity(scope: Scope) -> Expected:
    rows = []
    for item in scope.folder.measures:
        for keys, row in scope.book.matching("sensitivity", item=item.id):
            rows.append([f"{item.short_name}: {keys['analysis']}", cells.people(row), cells.change(row)])
    caption = f"Change in the share by other analyses, {scope.short_name}, in percentage points with {scope.interval}"
    return Expected("sensitivity", caption, ["Measure and analysis", "People answering", "Change"], rows)


def _reliability(scope: Scope) -> Expected:
    rows = []
    for wave in scope.folder.waves:
        row = scope.book.row("reliability", wave=wave.id)
        people = row["base_n"] if row else values.NOT_AVAILABLE
        rows.append([wave.label, people, cells.figures(row, lambda text: values.decimal(text, 2))])
    caption = f"Cronbach's alpha of all the questions as one scale, {scope.short_name}, with {scope.interval}"
    return Expected("reliability", caption, ["Wave", "People who answered them all", "Alpha"], rows)


def _blanks(scope: Scope) -> Expected:
    rows = []
    for item in scope.folder.measures:
        for wave in scope.folder.waves:
            counts = scope.book.matching("blanks", item=item.id, wave=wave.id)
            rows.append([f"{item.short_name}, {wave.label}", *(row["base_n"] for _, row in counts)])
    caption = f"People who answered on the scale, off it, or not at all, {scope.short_name}"
    return Expected("blanks", caption, ["Measure and wave", "On the scale", "Off the scale", "Blank"], rows)


def _looking_back(scope: Scope) -> Expected:
    means = ["Mean before", "Mean now", "Paired t"] if scope.is_whole else []
    header = ["Measure", "People answering both", "Before", "Now", "Change in percentage points", *means]
    rows = []
    for keys, row in scope.book.matching("looking-back", area=scope.area.id):
        name = scope.evaluation.item(keys["item"]).short_name
        told = [row["base_n"], values.percent(row["share_before"]), values.percent(row["share_now"]), cells.change(row)]
        told += _paired(row) if scope.is_whole else []
        rows.append([name, *told])
    more = "; means of the levels, 1 the worst, with the paired t and its degrees of freedom" if scope.is_whole else ""
    caption = f"Share giving a favourable answer of before and of now, {scope.short_name}, with {scope.interval}{more}"
    return Expected("looking-back", caption, header, rows)


def _paired(row: Row) -> list[str]:
    before, now, t = (
        values.decimal(row[name]) if row[name] else values.NOT_AVAILABLE for name in ("mean_before", "mean_now", "t")
    )
    return [before, now, t if t in values.MARKS else f"{t} ({row['df']} df)"]


_TABLES: dict[str, Callable[[Scope], Expected]] = {
    "table-people-by-area": _people_by_area,
    "table-people": _people,
    "table-change": _change,
    "table-waves": _waves,
    "table-shares": _shares,
    "table-odds-ratios": _odds_ratios,
    "table-superiority": _superiority,
    "table-detectable": _detectable,
    "table-pooling": _pooling,
    "table-means": _means,
    "table-p-values": _p_values,
    "table-sensitivity": _sensitivity,
    "table-reliability": _reliability,
    "table-blanks": _blanks,
    "table-looking-back": _looking_back,
}
