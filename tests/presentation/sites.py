"""Small sites made in memory from the tiny survey, through the same steps as real ones."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4
from pydantic import BaseModel

import pipeline
from pipeline.disclosure.published import Published
from pipeline.machinery.site import render_site, render_wave_index
from pipeline.presentation.clearance import UNCLEARED, made_by
from pipeline.presentation.rendering import frame_for, render_notebook
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.presentation.tables import Html
from pipeline.reference.evaluation import Evaluation
from tests.presentation.pages import PIECES

# What is no text of a page: ids and codes, files and how they are read, names that point to another part.
_NO_WORDS = {
    "id", "code", "data", "file", "platform", "dates", "encoding", "delimiter", "key", "before", "scale", "columns",
    "missing", "synonyms", "ignore", "ticks", "answer_mapping", "column", "policy", "quotes",
}  # fmt: skip
PICTURE = re.compile(rb"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


def spread(part: Any, change: Callable[[str], str]) -> Any:
    """Return settings with every text that a page could show changed, past the checks of the door."""
    if isinstance(part, BaseModel):
        values = {name: getattr(part, name) for name in type(part).model_fields if name not in _NO_WORDS}
        return part.model_copy(update={name: spread(value, change) for name, value in values.items()})
    if isinstance(part, dict):
        return {key: spread(value, change) for key, value in part.items()}
    if isinstance(part, tuple):
        return tuple(spread(one, change) for one in part)
    return change(part) if isinstance(part, str) else part


def make_site(published: Published, evaluation: Evaluation, folder: Path, areas: tuple[str, ...]) -> dict[str, bytes]:
    """Return the pages and downloads of the second wave, by their address."""
    files = render_site(evaluation, ["wave-2"]) | render_wave_index(evaluation, "wave-2", list(areas))
    for area in areas:
        kind = WholeAreaReport if area == evaluation.whole_area.id else AreaReport
        report = kind(published, evaluation, "wave-2", area)
        files[f"wave-2/{area}.html"] = _page(report, evaluation, folder)
        files |= {f"wave-2/{one.name}": one.content() for one in report.downloads()}
    return files


def _page(report: AreaReport, evaluation: Evaluation, folder: Path) -> bytes:
    shown = [getattr(report, name)()._repr_mimebundle_() for name in PIECES if hasattr(report, name)]
    cells = [v4.new_markdown_cell("## What people said\n\nProse.")]
    for piece in [*shown, Html("<p>The end.</p>")._repr_mimebundle_()]:
        output = v4.new_output("execute_result", data=piece, execution_count=1)
        cells.append(v4.new_code_cell("x", outputs=[output], execution_count=1))
    path = folder / "page.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), path)
    frame = frame_for(evaluation, report.area.name, depth=1, trail=[("Wave", "index.html")], kinds={"synthetic"})
    made = made_by(f"{pipeline.__version__}+0123456789ab", evaluation.version, UNCLEARED)
    return render_notebook(path, frame, made)


def pictures(page: bytes) -> list[bytes]:
    return [base64.b64decode(one) for one in PICTURE.findall(page)]


def change_picture(page: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Return a page with its first picture changed."""
    return PICTURE.sub(
        lambda found: b"data:image/svg+xml;base64," + base64.b64encode(change(base64.b64decode(found[1]))),
        page,
        count=1,
    )
