"""The release gate: what the published bytes, beside all that was released before, would tell about anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.reference.evaluation import Evaluation


@dataclass(frozen=True)
class PrivateView:
    """What is known of the answers beyond the pages."""


@dataclass(frozen=True)
class Verdict:
    """What was found, a sentence each (none: the files pass), what can be learned, and how many figures were read."""

    findings: tuple[str, ...]
    learned: tuple[str, ...]
    examined: int


def examine(
    files: Mapping[str, bytes],
    released: Sequence[tuple[str, Mapping[str, bytes]]],
    evaluation: Evaluation,
    private: PrivateView | None,
) -> Verdict:
    """Return the verdict on files, by their address on the site, beside all releases, oldest first."""
    return Verdict(findings=(), learned=(), examined=0)
