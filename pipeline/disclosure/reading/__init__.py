"""The reader of final bytes: every figure of a release as a fact, or a refusal; it knows nothing of the writer."""
