"""The improvement work around the survey: who took part, what was pledged and kept, and what changed over time."""
