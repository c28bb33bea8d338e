"""What the chart of each figure must draw and say, from the files beside its page."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.disclosure import facts
from pipeline.disclosure.reading import cells, values
from pipeline.disclosure.reading.book import Row, mark_of
from pipeline.disclosure.reading.levels import asked_on, level_rows
from pipeline.disclosure.reading.scope import Scope
from pipeline.reference.instrument import Item

FILLED, HOLLOW, OTHER = "filled", "hollow", "other"
# A share of so many per cent is wide enough to hold its figure.
WIDE = 6
_NOT_ONE_BY_ONE = "Not shown one by one"


@dataclass(frozen=True)
class Span:
    """A figure with its interval, in the units of the axis."""

    estimate: int
    low: int
    high: int


@dataclass(frozen=True)
class ChartRow:
    """A row: its label, a span or nothing in each look, the words at its end, and whether a line joins the spans."""

    label: str
    words: str
    spans: tuple[tuple[str, Span | None], ...]
    joined: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart of intervals (`rows`, in `looks`) or of bars; `texts` is all it says beside the ticks of its axis.

    `key`: what the looks are called where there are several. Levels that are not shown (None) share what is left of a
    bar, hatched.
    """

    percent: bool
    texts: list[str]
    rows: list[ChartRow] = field(default_factory=list)
    looks: list[str] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    bars: list[tuple[str, list[int | None] | None]] = field(default_factory=list)
    levels: int = 0


def chart_of(scope: Scope, address: str) -> Chart | None:
    """Return the chart of the figure with that id, or None where a page has none of that id."""
    if address == "figure-change" and scope.folder.has_baseline:
        return _change(scope)
    if address == "figure-shares":
        return _shares(scope)
    for item in scope.folder.measures:
        if address == f"figure-areas-{item.id}" and scope.is_whole:
            return _areas(scope, item)
    if address.startswith("figure-answers-") and scope.is_whole:
        return _answers(scope, address.removeprefix("figure-answers-"))
    return None


def figures_of(scope: Scope) -> set[str]:
    """Return the ids of the figures that a page has: every one of these that has something to draw.

    A first wave's shares, and a change that the policy shows, stand in the summary.
    """
    folder = scope.folder
    wanted = ["figure-shares"]
    if folder.has_baseline and scope.may_show(facts.CHANGE):
        wanted.append("figure-change")
    if scope.is_whole and folder.has_baseline and scope.policy.form(facts.CHANGE, of_whole=False) != "not shown":
        leading = [item for item in folder.measures if item.lead] or list(folder.measures[:1])
        wanted += [f"figure-areas-{item.id}" for item in leading if scope.evaluation.areas]
    if scope.is_whole:
        scales = {asked.scale_in(wave.id) for asked in scope.evaluation.items for wave in folder.waves}
        wanted += [f"figure-answers-{name}{turned}" for name in scales for turned in ("", "--reversed")]
    return {name for name in wanted if (chart := chart_of(scope, name)) and _is_wanted(name, chart)}


def _is_wanted(name: str, chart: Chart) -> bool:
    """Return whether a page has a figure: one of all areas always, one of change where its own area has some."""
    spans = [span for row in chart.rows for look, span in row.spans if look == FILLED or name != "figure-change"]
    return "-areas-" in name or any(spans) or any(shares for _, shares in chart.bars)


def _span(row: Row | None) -> Span | None:
    if row is None or not row["estimate"].removeprefix("-").isdecimal():
        return None
    if not row["conf_low"].removeprefix("-").isdecimal():
        return None
    return Span(int(row["estimate"]), int(row["conf_low"]), int(row["conf_high"]))


def _with_series(rows: list[ChartRow], series: list[tuple[str, str]], axis: str, *, percent: bool) -> Chart:
    named = [name for _, name in series] if len(series) > 1 else []
    texts = [axis, *named, *(row.label for row in rows), *(row.words for row in rows if row.words)]
    return Chart(percent, texts, rows, [look for look, _ in series], named)


def _change(scope: Scope) -> Chart:
    series = [(FILLED, scope.short_name)]
    if not scope.is_whole:
        alone = [(HOLLOW, "Its own answers alone")] if scope.is_pooled else []
        series = [(OTHER, scope.whole_name), *alone, *series]
    rows = []
    for item in scope.folder.measures:
        found = {
            OTHER: scope.change(item, scope.folder.whole),
            HOLLOW: scope.change_alone(item),
            FILLED: scope.change(item),
        }
        spans = tuple((look, _span(found[look])) for look, _ in series)
        rows.append(ChartRow(item.short_name, cells.change(scope.change(item)), spans))
    return _with_series(rows, series, "Change, percentage points", percent=False)


def _areas(scope: Scope, item: Item) -> Chart:
    series = [(FILLED, "Change")]
    if scope.has_pooling:
        series = [(HOLLOW, "From its own answers alone"), (FILLED, "Drawn towards the average")]
    rows = []
    for place in scope.folder.areas:
        change = scope.change(item, place.id)
        alone = scope.change_alone(item, place.id) if scope.is_drawn_in(item, place.id) else None
        found = {HOLLOW: alone, FILLED: change}
        name = f"{place.name}, as it is" if scope.has_pooling and place.id == scope.folder.whole else place.name
        rows.append(ChartRow(name, cells.change(change), tuple((look, _span(found[look])) for look, _ in series)))
    return _with_series(rows, series, "Change, percentage points", percent=False)


def _shares(scope: Scope) -> Chart:
    looks = [OTHER] * (len(scope.labels) - 1) + [FILLED]
    series = list(zip(looks, scope.labels, strict=True))
    rows = []
    for item in scope.folder.measures:
        shares = scope.shares(item)
        is_compared = scope.change(item) is None or mark_of(scope.change(item)) != values.NOT_AVAILABLE
        words = (" → " if is_compared else "; ").join(_short(share) for share in shares)
        spans = tuple((look, _span(share)) for look, share in zip(looks, shares, strict=True))
        rows.append(ChartRow(item.short_name, words, spans, joined=is_compared and len(shares) == 2))
    return _with_series(rows, series, "Share of those answering", percent=True)


def _short(share: Row | None) -> str:
    return mark_of(share) if share is None or mark_of(share) else values.percent(share["estimate"])


def _answers(scope: Scope, scale_name: str) -> Chart | None:
    asked = asked_on(scope, scale_name)
    if not asked:
        return None
    levels = scope.evaluation.scale_of(asked[0][0].id, asked[0][1]).levels
    labels = {wave.id: wave.label for wave in scope.folder.waves}
    bars: list[tuple[str, list[int | None] | None]] = []
    inside: list[str] = []
    for item, wave in asked:
        found = [row["estimate"] for row in level_rows(scope, item, wave)]
        shares = [int(text) if text.isdecimal() else None for text in found]
        is_shown = any(share is not None for share in shares)
        bars.append((f"{item.short_name}, {labels[wave]}", shares if is_shown else None))
        inside += [str(share) for share in shares if share is not None and share >= WIDE]
        inside += [] if is_shown else [values.HIDDEN]
    rest = [_NOT_ONE_BY_ONE] if any(shares and None in shares for _, shares in bars) else []
    texts = [*levels, *rest, *(label for label, _ in bars), *inside]
    return Chart(True, texts, bars=bars, levels=len(levels) + len(rest))
