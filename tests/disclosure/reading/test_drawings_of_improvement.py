"""Pictures of series and of drivers are built again by the reader alone: any true one fits, another figure does not."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.reading.improvement.diagram import diagram_faults
from pipeline.disclosure.reading.improvement.series_picture import SeriesPicture, series_faults
from pipeline.presentation.driver_diagram import draw_driver_diagram
from pipeline.presentation.series_charts import Note, draw_series

LOOKS = {"": "common cause", "better": "improvement", "worse": "concern", "unlike the rest": "neither"}
WORDS = st.lists(st.sampled_from(["a", "card", "Waiting", "signposting", "& <more>"]), min_size=1, max_size=14).map(
    " ".join
)


def written(value: float) -> str:
    return f"{int(value):,}" if value.is_integer() else f"{value:.1f}".replace("-", "−")


@st.composite
def pictures(draw: st.DrawFn) -> SeriesPicture:
    counts = draw(st.lists(st.integers(0, 100_000), min_size=2, max_size=30))
    step = draw(st.sampled_from([1, 7, 30]))
    dates = [dt.date(2022, 1, 1) + dt.timedelta(days=step * number) for number in range(len(counts))]
    kinds = draw(st.lists(st.sampled_from(list(LOOKS)), min_size=len(counts), max_size=len(counts)))
    mean = round(sum(counts) / len(counts), 1)
    reach = draw(st.integers(1, 50_000))
    lines = [("Upper limit", mean + reach), ("Mean", mean), ("Lower limit", round(mean - reach, 1))]
    notes = sorted(draw(st.lists(st.tuples(st.sampled_from(dates), WORDS), max_size=4)), key=lambda note: note[0])
    points = [(date, float(count), kind) for date, count, kind in zip(dates, counts, kinds, strict=True)]
    named = [(name, round(value, 1), written(round(value, 1))) for name, value in lines]
    return SeriesPicture(draw(WORDS), points, named, notes)


def drawing_of(picture: SeriesPicture) -> bytes:
    columns = dict(zip(("upper", "centre", "lower"), (value for _, value, _ in picture.lines), strict=True))
    points = pd.DataFrame([(date, value) for date, value, _ in picture.points], columns=["date", "value"])
    return draw_series(
        points.assign(date=pd.to_datetime(points["date"]), **columns),
        [LOOKS[kind] for _, _, kind in picture.points],
        value_label=picture.label,
        centre="Mean",
        notes=[Note(date, words) for date, words in picture.notes],
    )


@settings(max_examples=12, deadline=None)
@given(picture=pictures())
def test_a_true_chart_is_read_without_fault(picture: SeriesPicture) -> None:
    assert list(series_faults(drawing_of(picture), picture)) == []


@settings(max_examples=8, deadline=None)
@given(picture=pictures(), data=st.data())
def test_a_chart_of_another_count_is_refused(picture: SeriesPicture, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(picture.points) - 1))
    date, value, kind = picture.points[place]
    # Far enough to be seen: a hundredth of the axis.
    shown = [one for _, one, _ in picture.points] + [one for _, one, _ in picture.lines]
    other = value + math.ceil((max(shown) - min(min(shown), 0)) / 100)
    points = [*picture.points[:place], (date, other, kind), *picture.points[place + 1 :]]
    told = SeriesPicture(picture.label, points, picture.lines, picture.notes)
    assert list(series_faults(drawing_of(picture), told)) != []


@st.composite
def trees(draw: st.DrawFn) -> pd.DataFrame:
    rows = [("aim", "", "aim", draw(WORDS), "")]
    for primary in range(draw(st.integers(0, 3))):
        rows.append((f"p{primary}", "aim", "primary", draw(WORDS), ""))
        for secondary in range(draw(st.integers(0, 2))):
            rows.append((f"s{primary}{secondary}", f"p{primary}", "secondary", draw(WORDS), ""))
            for idea in range(draw(st.integers(0, 2))):
                status = draw(st.sampled_from(["planned", "abandoned"]))
                rows.append((f"i{primary}{secondary}{idea}", f"s{primary}{secondary}", "idea", draw(WORDS), status))
    return pd.DataFrame(rows, columns=["node", "parent", "layer", "text", "status"])


@settings(max_examples=12, deadline=None)
@given(tree=trees())
def test_a_true_diagram_is_read_without_fault(tree: pd.DataFrame) -> None:
    assert list(diagram_faults(draw_driver_diagram(tree), tree.to_dict("records"))) == []


@settings(max_examples=8, deadline=None)
@given(tree=trees(), data=st.data())
def test_a_diagram_with_another_text_is_refused(tree: pd.DataFrame, data: st.DataObject) -> None:
    rows = tree.to_dict("records")
    row = data.draw(st.sampled_from(rows))
    row["text"] += " too"
    assert list(diagram_faults(draw_driver_diagram(tree), rows)) != []
