"""The parts of a report on changing things: ideas, tests, counts over time, measures, and who leads."""

from __future__ import annotations

from pipeline.presentation.improvement.idea_sections import IdeaSections
from pipeline.presentation.improvement.lead_sections import LeadSections
from pipeline.presentation.improvement.series_sections import SeriesSections


class IdeasSections(IdeaSections, SeriesSections, LeadSections):
    """Pieces of HTML on what is changed, how it goes, and who carries it on."""
