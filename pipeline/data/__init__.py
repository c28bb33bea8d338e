"""Cleaning: from raw answers to checked tables, with a record of every row that is not used."""
