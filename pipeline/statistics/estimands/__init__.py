"""What readers see of a change: standardised shares, pooled and alone, superiority, means, and their checks."""
