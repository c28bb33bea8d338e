"""The driver diagram is one tree: in order, and refused in one sentence when it is not."""

from __future__ import annotations

import pandas as pd
import pytest

from pipeline.ground.errors import DriversError
from pipeline.statistics.improvement.drivers import order_drivers

DRIVERS = pd.DataFrame(
    [
        ("s2", "p1", "secondary", "Training in every team"),
        ("p1", "aim", "primary", "Shared words"),
        ("aim", None, "aim", "Everybody uses the words by 2025"),
        ("p2", "aim", "primary", "Leaders who ask for it"),
        ("s1", "p1", "secondary", "One glossary"),
    ],
    columns=["driver", "parent", "layer", "text"],
)
IDEAS = pd.DataFrame(
    [("i1", "s1", "Words on one page", "testing"), ("i2", "p2", "A standing item", None)],
    columns=["idea", "driver", "text", "status"],
)


def change(table: pd.DataFrame, node: str, **cells: str | None) -> pd.DataFrame:
    return table.assign(**{name: table[name].where(table.iloc[:, 0] != node, cell) for name, cell in cells.items()})


def test_every_node_comes_before_its_children_and_siblings_as_they_came() -> None:
    ordered = order_drivers(DRIVERS, IDEAS)
    assert ordered["node"].tolist() == ["aim", "p1", "s2", "s1", "i1", "p2", "i2"]
    assert ordered["layer"].tolist() == ["aim", "primary", "secondary", "secondary", "idea", "primary", "idea"]
    assert ordered.loc[ordered["node"] == "i1", "status"].tolist() == ["testing"]
    assert ordered.loc[ordered["node"] == "i2", "status"].tolist() == [""]


@pytest.mark.parametrize(
    ("drivers", "ideas", "words"),
    [
        (change(DRIVERS, "p1", parent=None), IDEAS, "'p1' has no parent; expected the id of the aim."),
        (change(DRIVERS, "s1", parent="p9"), IDEAS,
         "'s1' hangs on 'p9', which does not exist; expected the id of a primary driver."),
        (DRIVERS, change(IDEAS, "i1", driver="aim"),
         "'i1' (idea) hangs on 'aim', which is of the layer aim; "
         "expected the id of a primary driver or the id of a secondary driver."),
        (change(change(DRIVERS, "s1", parent="s2"), "s2", parent="s1"), IDEAS,
         "Drivers hang on each other in a circle: 's2' on 's1' on 's2'."),
        (change(DRIVERS, "p1", parent="p1"), IDEAS, "Drivers hang on each other in a circle: 'p1' on 'p1'."),
        (DRIVERS[DRIVERS["layer"] != "aim"], IDEAS, "A driver diagram has exactly one aim; found none."),
        (change(DRIVERS, "p2", layer="aim"), IDEAS, "A driver diagram has exactly one aim; found 2: aim, p2."),
        (change(DRIVERS, "aim", parent="p1"), IDEAS, "The aim 'aim' hangs on 'p1'; an aim has no parent."),
        (DRIVERS, change(IDEAS, "i1", idea="s1"), "'s1' stands twice; ids must differ."),
        (change(DRIVERS, "p2", layer="tertiary"), IDEAS,
         "'tertiary' is no layer of a driver diagram; expected one of aim, primary, secondary, idea."),
    ],
)  # fmt: skip
def test_what_is_no_tree_is_refused_in_one_sentence(drivers: pd.DataFrame, ideas: pd.DataFrame, words: str) -> None:
    with pytest.raises(DriversError) as refused:
        order_drivers(drivers, ideas)
    assert str(refused.value) == words


def test_an_aim_alone_is_a_tree() -> None:
    alone = order_drivers(DRIVERS[DRIVERS["layer"] == "aim"], IDEAS.iloc[:0])
    assert alone["node"].tolist() == ["aim"]
