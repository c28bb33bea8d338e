"""What a page may say of the improvement work, read from the files beside it."""
