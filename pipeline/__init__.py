"""From the raw exports of a survey wave to publishable evaluation reports."""

__version__ = "0.3.0"
