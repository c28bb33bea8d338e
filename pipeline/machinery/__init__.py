"""Running notebooks, knowing what is stale, publishing, and the command line."""
