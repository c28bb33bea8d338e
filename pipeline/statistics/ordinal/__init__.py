"""Models of ordered answers: the link, the likelihood, and the fits."""
