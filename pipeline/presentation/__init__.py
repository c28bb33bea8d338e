"""Words, tables, pictures and pages, made from published tables and settings alone."""
