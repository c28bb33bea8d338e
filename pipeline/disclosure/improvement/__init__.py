"""What may be shown of the improvement work's registers."""
