"""What the statistics start from: the cleaned tables of the waves to compare."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class CleanedTables:
    """The cleaned tables of the waves to compare, one below the other; no comment's text is among them."""

    answers_by_respondent_item: pd.DataFrame
    areas_by_respondent: pd.DataFrame
    commenting_by_respondent: pd.DataFrame
    ledger_by_file: pd.DataFrame
    questions_by_wave: pd.DataFrame
    codes_by_respondent: pd.DataFrame
