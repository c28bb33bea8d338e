"""The parts of a report on the improvement work around the survey."""
