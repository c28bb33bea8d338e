"""Cumulative-link models in which people, or people within areas, have levels of their own."""
