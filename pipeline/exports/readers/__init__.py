"""One module a survey platform, each with its `READER`; see pipeline/exports/reader.py for what it must give."""
