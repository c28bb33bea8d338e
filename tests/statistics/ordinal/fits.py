"""A fit that must succeed, and the reason of one that must not."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.statistics.ordinal.cumulative_link import CumulativeLinkFit, NotIdentified, fit_cumulative_link


def fit(levels: Any, design: Any, **options: Any) -> CumulativeLinkFit:
    outcome = fit_cumulative_link(np.asarray(levels), np.asarray(design, dtype=float), **options)
    assert isinstance(outcome, CumulativeLinkFit), outcome
    return outcome


def reason(levels: Any, design: Any, **options: Any) -> str:
    outcome = fit_cumulative_link(np.asarray(levels), np.asarray(design, dtype=float), **options)
    assert isinstance(outcome, NotIdentified), outcome
    return outcome.reason
