"""A wave cleaned, estimated and reported in one session, as tests do it without notebooks."""

from __future__ import annotations

from pipeline.machinery.cleaning import CleaningWave
from pipeline.machinery.estimating import EstimatingWave
from pipeline.machinery.reporting import ReportingWave


class Workspace(CleaningWave, EstimatingWave, ReportingWave):
    """Everything that notebooks do with a wave."""
