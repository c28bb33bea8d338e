"""How often the intervals hold the truth, on simulated surveys of this size, through the functions the reports use."""
