"""The columns by which each survey platform's export is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.ground.errors import ExportError
from pipeline.reference.labels import listed, normal_form


@dataclass(frozen=True)
class Platform:
    """A survey platform: its name, how evaluation.yml calls it, its own columns, and how it joins ticked options."""

    name: str
    setting: str
    file_kind: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    option_separator: str

    @property
    def system(self) -> frozenset[str]:
        """The normal forms of the platform's own headers."""
        return frozenset(normal_form(header) for header in (*self.required, *self.optional))


# Email and Name are not required: deleting them before handing a file over is good practice.
MICROSOFT_FORMS = Platform(
    "Microsoft Forms", "microsoft-forms", ".xlsx", ("ID", "Start time", "Completion time"), ("Last modified time",), ";"
)
GOOGLE_FORMS = Platform("Google Forms", "google-forms", ".csv", ("Timestamp",), ("Score",), ", ")


def check_platform(headers: Sequence[str], expected: Platform, shown: str) -> None:
    """Raise ExportError unless the headers have the platform's own columns; say whose export it looks like."""
    forms = {normal_form(header) for header in headers}
    missing = [header for header in expected.required if normal_form(header) not in forms]
    if missing:
        other = GOOGLE_FORMS if expected is MICROSOFT_FORMS else MICROSOFT_FORMS
        alike = all(normal_form(header) in forms for header in other.required)
        raise ExportError(
            f"{shown} is not a {expected.name} export: it has no column {listed(missing)}"
            + (look_alike(other) if alike else ".")
        )


def look_alike(other: Platform) -> str:
    """Return the end of a sentence about a file that is the other platform's export."""
    return (
        f"; it looks like a {other.name} export, so download it from there as {other.file_kind} "
        f"and declare `platform: {other.setting}` in evaluation.yml."
    )
