"""The tables for statisticians, of looking back, and what any table is, built again from the files beside a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.disclosure.reading import cells, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.scope import Scope


@dataclass(frozen=True)
class Expected:
    """A table as the files say it: the kind of file beside it, and everything that stands in it."""

    sheet: str
    caption: str
    header: list[str]
    rows: list[list[str]]


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
        "pooling",
        caption,
        ["Measure", "Mean odds ratio", "Standard deviation between, log-odds", "Own departure kept"],
        rows,
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


MODEL_TABLES: dict[str, Callable[[Scope], Expected]] = {
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
