"""What people said, word for word, as two people approved it for print."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.presentation.report_ground import ReportGround
from pipeline.presentation.tables import Html, render


@dataclass(frozen=True)
class Voice:
    """A quote and who is said to speak."""

    text: str
    speaker: str


class VoicesSections(ReportGround):
    """The section of approved quotes."""

    def voices(self) -> Html:
        """Return the approved quotes by question, or one line that says there are none.

        An area's page has those shown as that area and those of "a professional"; one shown as a sector would, on that
        page, stand beside an area and a sector at once, and is on the page of the whole area alone.
        """
        by_question = [
            (comment.short_name, voices) for comment in self.evaluation.comments if (voices := self._voices(comment.id))
        ]
        return Html(render("voices.html.j2", by_question=by_question, wave=self.wave))

    def _voices(self, question: str) -> list[Voice]:
        quotes = self.published.quotes
        rows = quotes[(quotes["question"] == question) & (quotes["wave"] == self.wave.id)]
        return [
            Voice(text, self._speaker(shown_as))
            for text, shown_as in zip(rows["text"], rows["shown_as"], strict=True)
            if self.is_whole or shown_as in ("", self.area.id)
        ]

    def _speaker(self, shown_as: str) -> str:
        names = {area.id: area.name for area in self.evaluation.areas} | self.sector_names
        return f"A professional, {names[shown_as]}" if shown_as else "A professional"
