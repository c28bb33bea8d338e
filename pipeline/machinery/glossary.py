"""What pages say in letters that one agency knows and another does not: told to whoever builds them."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from pipeline.reference.checklists import CHECKLISTS
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import listed


def tell_unexplained(files: Mapping[str, bytes], evaluation: Evaluation) -> None:
    """Name the acronyms in the text of pages that no term of evaluation.yml explains; nothing is refused for them."""
    from pipeline.presentation.acronyms import unexplained_acronyms

    # The pages above the waves name sources by the initials of their writers.
    pages = [
        files[address].decode("utf-8") for address in sorted(files) if address.endswith(".html") and "/" in address
    ]
    # A checklist says what its letters stand for.
    explained = [*evaluation.glossary, *(one.name for one in CHECKLISTS)]
    if found := unexplained_acronyms(pages, explained):
        told = f"Note: {listed(found)} on the pages: no word of `terms` in evaluation.yml explains it."
        print(told, file=sys.stderr)
