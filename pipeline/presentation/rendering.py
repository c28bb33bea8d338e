"""From an executed notebook, or plain prose, to a whole page with our own layout, policy and style."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mistune
import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter

from pipeline.presentation.tables import render
from pipeline.reference.evaluation import Evaluation

_TEMPLATES = Path(__file__).parent / "template"
Links = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Frame:
    """What stands around a page's content: its title, the way back, and what every page of the site says."""

    title: str
    site: str
    organisation: str
    trail: Links
    about: Links
    notices: Sequence[str]


NOT_CLEARED = "Not cleared for release."
SYNTHETIC = "SYNTHETIC data: invented to demonstrate this report. They describe no real person, borough or service."


def frame_for(evaluation: Evaluation, title: str, *, depth: int, trail: Links, kinds: set[str]) -> Frame:
    """Return the frame of a page that stands `depth` folders below the site's top; `kinds`: of data it shows."""
    up = "../" * depth
    return Frame(
        title=title,
        site=evaluation.title,
        organisation=evaluation.contact.organisation,
        trail=[("All waves", f"{up}index.html"), *trail] if trail or depth else trail,
        about=[
            ("All waves", f"{up}index.html"),
            ("How the figures are made", f"{up}methods.html"),
            ("Privacy notice", f"{up}privacy.html"),
            ("Accessibility statement", f"{up}accessibility.html"),
        ],
        notices=[*([SYNTHETIC] if "synthetic" in kinds else []), NOT_CLEARED],
    )


def render_page(body: Markup, frame: Frame) -> bytes:
    """Return a whole page: one file, no script, a policy that lets nothing in but its own style and pictures."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    page = render("page.html.j2", body=body, style=Markup(style), style_hash=digest, **vars(frame))
    return page.encode("utf-8")


def render_notebook(path: Path, frame: Frame) -> bytes:
    """Return the page of an executed notebook: its prose and the pieces its cells gave, never its code."""
    notebook = nbformat.read(path, as_version=4)
    _add_contents(notebook)
    body, _ = _exporter().from_notebook_node(notebook)
    return render_page(Markup(body), frame)


def render_prose(markdown: str, frame: Frame) -> bytes:
    """Return the page of a text written by us in Markdown; HTML within it is escaped."""
    return render_page(_prose(markdown), frame)


def render_fragment(template: str, frame: Frame, **context: Any) -> bytes:
    """Return the page of one of our templates."""
    return render_page(Markup(render(template, **context)), frame)


def _prose(markdown: str) -> Markup:
    """Return Markdown as HTML, every section's heading with an address of its own."""
    html = str(mistune.create_markdown(escape=True)(markdown))
    return Markup(re.sub(r"<h2>(.+?)</h2>", lambda found: f'<h2 id="{_address(found[1])}">{found[1]}</h2>', html))


def _address(heading: str) -> str:
    return "section-" + "-".join(re.findall(r"[a-z0-9]+", heading.lower()))


def _add_contents(notebook: nbformat.NotebookNode) -> None:
    """Put a list of the sections before the first of them; the summary above it needs none."""
    sections = [(cell, match[1]) for cell in notebook.cells if (match := _section(cell))]
    if sections:
        links = [(name, "#" + _address(name)) for _, name in sections]
        sections[0][0].metadata["contents"] = render("contents.html.j2", links=links)


def _section(cell: nbformat.NotebookNode) -> re.Match[str] | None:
    return re.match(r"## (.+)", cell.source) if cell.cell_type == "markdown" else None


@cache
def _style() -> str:
    return (_TEMPLATES / "style.css").read_text("utf-8")


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(extra_template_basedirs=[str(_TEMPLATES)], template_name="notebook")
    exporter.register_filter("prose", _prose)
    return exporter
