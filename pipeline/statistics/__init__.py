"""Estimates of shares, of change between waves, and of their uncertainty."""
