"""The driver diagram as a tree: one aim, primary drivers, secondary drivers, change ideas, checked and in order."""

from __future__ import annotations

import pandas as pd

from pipeline.ground.errors import DriversError

AIM, PRIMARY, SECONDARY, IDEA = "aim", "primary", "secondary", "idea"
LAYERS = (AIM, PRIMARY, SECONDARY, IDEA)
# Where a node of a layer may hang: an idea may serve a primary driver that is not divided further.
_PARENTS = {PRIMARY: (AIM,), SECONDARY: (PRIMARY,), IDEA: (PRIMARY, SECONDARY)}
NODE_COLUMNS = ["node", "parent", "layer", "text", "status"]


def order_drivers(drivers: pd.DataFrame, change_ideas: pd.DataFrame) -> pd.DataFrame:
    """Return the tree as `node, parent, layer, text, status`, every node before its children, siblings as they came.

    `drivers` has `driver, parent, layer ('aim', 'primary', 'secondary'), text`, the aim without parent; `change_ideas`
    has `idea, driver, text, status`. Status is '' for what is no idea, the aim's parent ''.
    Raises DriversError, naming the node, when there is not exactly one aim, an id stands twice, a parent is missing,
    unknown or of the wrong layer, or nodes hang on each other in a circle.
    Source of the layers: Langley et al. 2009, The Improvement Guide, 2nd edition.
    """
    nodes = _stacked(drivers, change_ideas)
    _check_ids_and_aim(nodes)
    layers = dict(zip(nodes["node"], nodes["layer"], strict=True))
    parents = dict(zip(nodes["node"], nodes["parent"], strict=True))
    for node in nodes["node"]:
        _check_place(node, layers, parents)
    below: dict[str, list[str]] = {}
    for node, parent in parents.items():
        below.setdefault(parent, []).append(node)
    ordered: list[str] = []
    waiting = list(below[""])
    while waiting:
        node = waiting.pop(0)
        ordered.append(node)
        waiting = below.get(node, []) + waiting
    return nodes.set_index("node").loc[ordered].reset_index()[NODE_COLUMNS]


def _stacked(drivers: pd.DataFrame, change_ideas: pd.DataFrame) -> pd.DataFrame:
    ideas = change_ideas.rename(columns={"idea": "node", "driver": "parent"}).assign(layer=IDEA)
    above = drivers.rename(columns={"driver": "node"}).assign(status="")
    nodes = pd.concat([above[NODE_COLUMNS], ideas[NODE_COLUMNS]], ignore_index=True)
    return nodes.assign(parent=nodes["parent"].fillna(""), status=nodes["status"].fillna(""))


def _check_ids_and_aim(nodes: pd.DataFrame) -> None:
    if other := sorted(set(nodes["layer"]) - set(LAYERS)):
        raise DriversError(f"{other[0]!r} is no layer of a driver diagram; expected one of {', '.join(LAYERS)}.")
    if nodes["node"].duplicated().any():
        raise DriversError(f"{nodes.loc[nodes['node'].duplicated(), 'node'].iloc[0]!r} stands twice; ids must differ.")
    aims = nodes.loc[nodes["layer"] == AIM, "node"].tolist()
    if len(aims) != 1:
        found = f"{len(aims)}: {', '.join(aims)}" if aims else "none"
        raise DriversError(f"A driver diagram has exactly one aim; found {found}.")
    if above := nodes.loc[nodes["layer"] == AIM, "parent"].iloc[0]:
        raise DriversError(f"The aim {aims[0]!r} hangs on {above!r}; an aim has no parent.")


def _check_place(node: str, layers: dict[str, str], parents: dict[str, str]) -> None:
    parent, layer = parents[node], layers[node]
    if layer == AIM:
        return
    if not parent:
        raise DriversError(f"{node!r} has no parent; expected {_spoken(layer)}.")
    if parent not in layers:
        raise DriversError(f"{node!r} hangs on {parent!r}, which does not exist; expected {_spoken(layer)}.")
    if circle := _circle_from(node, parents):
        raise DriversError(f"Drivers hang on each other in a circle: {' on '.join(map(repr, circle))}.")
    if layers[parent] not in _PARENTS[layer]:
        found = f"{parent!r}, which is of the layer {layers[parent]}"
        raise DriversError(f"{node!r} ({layer}) hangs on {found}; expected {_spoken(layer)}.")


def _circle_from(node: str, parents: dict[str, str]) -> list[str]:
    """Return the nodes from one back to itself, or nothing."""
    seen = [node]
    while (above := parents.get(seen[-1], "")) and above not in seen:
        seen.append(above)
    return [*seen, node] if above == node else []


def _spoken(layer: str) -> str:
    return " or ".join(f"the id of {'the aim' if one == AIM else f'a {one} driver'}" for one in _PARENTS[layer])
