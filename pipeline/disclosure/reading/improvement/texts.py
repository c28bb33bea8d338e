"""The texts of evaluation.yml that files on the improvement work may repeat."""

from __future__ import annotations

from pipeline.reference.evaluation import Evaluation
from pipeline.statistics.improvement.series_tables import every_series


def texts_of_settings(evaluation: Evaluation) -> frozenset[str]:
    """Return the names, definitions and units of measures, series, groupings, parts of events, sectors and terms."""
    texts = {text for measure in evaluation.measures for text in (measure.name, measure.definition, measure.unit)}
    texts |= {text for one in every_series(evaluation).values() for text in (one.id, one.name, one.unit)}
    texts |= {one.name for one in (*evaluation.groupings, *evaluation.feedback_elements, *evaluation.sectors)}
    texts |= {item.short_name for item in evaluation.items} | {wave.label for wave in evaluation.waves}
    return frozenset(texts)
