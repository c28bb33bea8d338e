"""Registers of the improvement work: events, attendance, pledges, drivers and so on, read strictly from csv or xlsx."""
