"""Synthetic waves with known truth: the survey, what spoils a real file, and the shapes of the platforms."""
