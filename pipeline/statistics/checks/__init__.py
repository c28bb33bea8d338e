"""Whether the estimates can be relied on: other ways to a figure, single people, blanks, scales, many measures."""
