"""From an executed notebook, or plain prose, to a whole page with our own layout, policy and style."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import mistune
import nbformat
from markupsafe import Markup
from nbconvert.exporters import HTMLExporter

from pipeline.ground.errors import NotebookError
from pipeline.presentation.clearance import MADE_BY, UNCLEARED, Clearance
from pipeline.presentation.tables import PIECE, render
from pipeline.reference.evaluation import Evaluation

_TEMPLATES = Path(__file__).parent / "template"
# A table wider than the screen scrolls by itself, by keyboard too.
_SCROLL = '<div class="scroll" role="region" tabindex="0" aria-label="Table">'
_SECTION = re.compile(r"<h2>(.+?)</h2>")
Links = Sequence[tuple[str, str]]
ALL_WAVES = "All waves"


@dataclass(frozen=True)
class Frame:
    """What stands around a page's content: its title, the way back, and what every page of the site says."""

    title: str
    site: str
    organisation: str
    trail: Links
    about: Links
    notices: Sequence[str]


SYNTHETIC = "SYNTHETIC data: invented to demonstrate this report. They describe no real person, place or service."


def frame_for(
    evaluation: Evaluation,
    title: str,
    *,
    depth: int,
    trail: Links,
    kinds: set[str],
    clearance: Clearance = UNCLEARED,
) -> Frame:
    """Return the frame of a page that stands `depth` folders below the site's top; `kinds`: of data it shows.

    `trail` are the pages that lie between the site's index, which is added, and this one.
    """
    up = "../" * depth
    top = (ALL_WAVES, f"{up}index.html")
    return Frame(
        title=title,
        site=evaluation.title,
        organisation=evaluation.contact.organisation,
        trail=[] if (title, depth) == (ALL_WAVES, 0) else [top, *trail],
        about=[
            top,
            ("How the figures are made", f"{up}methods.html"),
            ("Privacy notice", f"{up}privacy.html"),
            ("Accessibility statement", f"{up}accessibility.html"),
        ],
        notices=[*([SYNTHETIC] if "synthetic" in kinds else []), *([clearance.notice] if clearance.notice else [])],
    )


def render_page(body: Markup, frame: Frame) -> bytes:
    """Return a whole page: one file, no script, a policy that lets nothing in but its own style and pictures."""
    style = page_style()
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    page = render("page.html.j2", body=body, style=Markup(style), style_hash=digest, **vars(frame))
    return page.encode("utf-8")


def render_notebook(path: Path, frame: Frame, made_by: str = "") -> bytes:
    """Return the page of an executed notebook: its prose and the pieces its cells gave, never its code.

    `made_by` says which code, settings and release made it. The notebook leaves it open: it need not run again for it.
    """
    notebook = nbformat.read(path, as_version=4)
    _leave_out_empty_sections(notebook)
    _add_contents(notebook)
    _refuse_other_results(notebook, path.name)
    body, _ = _exporter().from_notebook_node(notebook, resources={"piece": PIECE})
    return render_page(Markup(body.replace(f"<li>{MADE_BY}</li>", Markup("<li>{}</li>").format(made_by))), frame)


def render_prose(markdown: str, frame: Frame, pieces: Mapping[str, Markup] | None = None) -> bytes:
    """Return the page of a text written by us in Markdown; HTML within it is escaped.

    A line that holds only a name of `pieces` in braces, {calibration}, gives place to that piece.
    """
    page = _prose(markdown)
    for name, piece in (pieces or {}).items():
        page = page.replace(Markup("<p>{}</p>").format(f"{{{name}}}"), piece)
    return render_page(page, frame)


def render_fragment(template: str, frame: Frame, **context: Any) -> bytes:
    """Return the page of one of our templates."""
    return render_page(Markup(render(template, **context)), frame)


def _refuse_other_results(notebook: nbformat.NotebookNode, name: str) -> None:
    """Raise for a cell that shows something that is no piece of the report: a data frame or a picture is private."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            kinds = set(output.get("data", {})) - {"text/plain"}
            if kinds and PIECE not in kinds:
                raise NotebookError(
                    f"{name}, cell {number} shows a result that is no part of the report ({sorted(kinds)[0]}); "
                    "look at tables and pictures in another notebook, or end the line with a semicolon."
                )


def _prose(markdown: str) -> Markup:
    """Return Markdown as HTML, every section's heading with an address of its own."""
    html = str(mistune.create_markdown(escape=True, plugins=["table"])(markdown))
    html = html.replace("<table>", f"{_SCROLL}<table>").replace("</table>", "</table></div>")
    return Markup(_SECTION.sub(lambda found: f'<h2 id="{_address(found[1])}">{found[1]}</h2>', html))


def _address(heading: str) -> str:
    """Return the address of a section from the HTML of its heading."""
    return "section-" + "-".join(re.findall(r"[a-z0-9]+", Markup(heading).striptags().lower()))


def _add_contents(notebook: nbformat.NotebookNode) -> None:
    """Put a list of the sections before the first of them; the summary above it needs none."""
    headings = [(cell, heading) for cell in notebook.cells for heading in _headings(cell)]
    if headings:
        links = [(Markup(heading).striptags(), "#" + _address(heading)) for _, heading in headings]
        headings[0][0].metadata["contents"] = render("contents.html.j2", links=links)


def _leave_out_empty_sections(notebook: nbformat.NotebookNode) -> None:
    """Take out every section whose pieces are all empty, its heading and prose too; one without any piece stays."""
    sections: list[list[nbformat.NotebookNode]] = [[]]
    for cell in notebook.cells:
        if _headings(cell):
            sections.append([])
        sections[-1].append(cell)
    notebook.cells = [cell for section in sections if any(_pieces(section)) or not _pieces(section) for cell in section]


def _pieces(cells: Sequence[nbformat.NotebookNode]) -> list[str]:
    """Return the pieces of a report that these cells gave."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [str(output["data"][PIECE]).strip() for output in outputs if PIECE in output.get("data", {})]


def _headings(cell: nbformat.NotebookNode) -> list[str]:
    """Return the HTML of the section headings in a cell of prose."""
    if cell.cell_type != "markdown":
        return []
    return _SECTION.findall(str(mistune.create_markdown(escape=True)(cell.source)))


@cache
def page_style() -> str:
    """Return the style sheet that every page holds, and that its policy names by its hash."""
    return (_TEMPLATES / "style.css").read_text("utf-8")


def load_exporter() -> None:
    """Have the template of notebooks ready for the first page."""
    _exporter().from_notebook_node(nbformat.v4.new_notebook(cells=[]), resources={"piece": PIECE})


@cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(extra_template_basedirs=[str(_TEMPLATES)], template_name="notebook")
    exporter.register_filter("prose", _prose)
    return exporter
