"""What evaluation.yml says: areas, sectors, waves, and the instrument (items and scales)."""
