"""What is hidden besides few people: as little as keeps every hidden count from being worked out."""

from __future__ import annotations

from pipeline.disclosure.policies import find_policy
from pipeline.disclosure.suppression import Suppression, primary_suppression
from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.cleaned import CleanedTables
from pipeline.statistics.counts import count_waves


def suppress(cleaned: CleanedTables, evaluation: Evaluation, wave_id: str) -> Suppression:
    """Return what is hidden in every wave up to one, each wave decided from its own counts alone."""
    rules = evaluation.disclosure
    counts = count_waves(cleaned, evaluation, evaluation.waves_until(wave_id))
    return primary_suppression(counts, find_policy(rules.policy), rules.minimum_base)
