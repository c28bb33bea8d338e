"""Whether the final bytes of pages, pictures and CSV files are safe to publish, whoever wrote them."""
