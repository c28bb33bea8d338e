"""Pictures for the analyst's own notebook; they show private figures and never reach a page."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure


def look_at_levels(distribution_by_item_area_wave: pd.DataFrame, area: str) -> Figure:
    """Return a picture of the per cent of answers at each level, items and waves down, for one area."""
    of_area = distribution_by_item_area_wave.query("area == @area")
    shares = of_area.pivot(index=["item", "wave"], columns="level", values="estimate").astype("float64") * 100
    figure, axes = plt.subplots(figsize=(6, 0.4 * len(shares) + 1), layout="constrained")
    sns.heatmap(shares, annot=True, fmt=".0f", cmap="Blues", vmin=0, vmax=100, cbar=False, ax=axes)
    axes.set(ylabel="", title="Per cent of those answering, by level of the scale")
    plt.close(figure)
    return figure
