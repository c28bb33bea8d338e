"""Whether a picture within a page is plain drawing: shapes and words, nothing that runs, fetches or tells more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

import defusedxml
import defusedxml.ElementTree

from pipeline.disclosure.page_safety.plain_text import PlainText

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_DECLARATION = b'<?xml version="1.0" encoding="utf-8" standalone="no"?>\n'
_NAMESPACE = re.compile(r'\sxmlns(?::[\w.-]+)?\s*=\s*(?:"[^"]*"|\'[^\']*\')')
_NAMESPACES = {f' xmlns="{_SVG}"', f' xmlns:xlink="{_XLINK}"'}
_STYLE = "*{stroke-linejoin: round; stroke-linecap: butt}"

_NUMBER = re.compile(r"-?[0-9.]+(?:e-?[0-9]+)?")
_LENGTH = re.compile(r"[0-9.]+pt")
_NUMBERS = re.compile(r"-?[0-9.]+(?: -?[0-9.]+)*")
_DRAWN = re.compile(r"[MLQCHVZmlqchvz0-9. e\n-]*")
_TURNED = re.compile(r"(?:(?:rotate|translate|scale|matrix)\([0-9. ,-]+\) ?)*")
_ID = re.compile(r"[A-Za-z][\w.-]*", re.ASCII)
_INNER = re.compile(r"#[A-Za-z][\w.-]*", re.ASCII)
_CLIP = re.compile(r"url\(#[A-Za-z][\w.-]*\)", re.ASCII)
_DECLARATIONS = re.compile(
    r"(?:fill: url\(#h[1-9]\)(?:; |;?$))?"
    r"(?:(?:fill|fill-opacity|fill-rule|font|font-family|font-size|font-style|font-weight|opacity|stroke"
    r"|stroke-(?:dasharray|dashoffset|linecap|linejoin|miterlimit|opacity|width)|text-anchor)"
    r": [\w.,#%' -]+(?:; |;?$))*",
    re.ASCII,
)
_PLACED = {"x": _NUMBER, "y": _NUMBER}
_HREF = f"{{{_XLINK}}}href"
_ANYWHERE = {"id": _ID, "style": _DECLARATIONS, "clip-path": _CLIP, "transform": _TURNED}
_ALLOWED: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": {"width": _LENGTH, "height": _LENGTH, "viewBox": _NUMBERS, "version": re.compile(r"1\.1")},
    "defs": {},
    "style": {"type": re.compile("text/css")},
    "g": {},
    "path": {"d": _DRAWN},
    "text": _PLACED,
    "tspan": _PLACED,
    "use": {**_PLACED, _HREF: _INNER},
    "clipPath": {},
    "rect": {**_PLACED, "width": _NUMBER, "height": _NUMBER},
}
# The slanted lines that fill what is not shown one by one: the only pattern, in the one form that charts have it.
_SLANTED = " \n".join(f"M {-36 + step} {36 + step} \nL {36 + step} {-36 + step}" for step in range(0, 76, 4))
_HATCHING = re.compile(
    r'<pattern id="h[1-9]" patternUnits="userSpaceOnUse" x="0" y="0" width="72" height="72">\n'
    r' {3}<rect x="0" y="0" width="73" height="73" fill="#ffffff"/>\n'
    rf' {{3}}<path d="{_SLANTED} \n" style="fill: #5f5f5f; stroke: #5f5f5f; stroke-width: 1\.0; '
    r'stroke-linecap: butt; stroke-linejoin: miter"/>\n'
    r" {2}</pattern>"
)
_WITH_WORDS = frozenset({"text", "tspan"})


def picture_faults(content: bytes, plain: PlainText) -> list[str]:
    """Return what is unsafe in an SVG, one clause a fault."""
    if not content.startswith(_DECLARATION):
        return ["does not begin with the XML declaration of our pictures"]
    try:
        text = content.decode("utf-8")
        defusedxml.ElementTree.fromstring(content, forbid_dtd=True)
        root = defusedxml.ElementTree.fromstring(_HATCHING.sub("", text, count=1), forbid_dtd=True)
    except (UnicodeDecodeError, ParseError, defusedxml.DefusedXmlException):
        return ["is not an SVG in UTF-8 without declarations of its own"]
    return [*_written_faults(text, plain), *(clause for one in root.iter() for clause in _element_faults(one, plain))]


def _written_faults(text: str, plain: PlainText) -> Iterator[str]:
    """Yield what a parser passes over: comments, instructions, names of other vocabularies."""
    if "<!" in text or text.count("<?") > 1:
        yield "holds a comment, a declaration or an instruction"
    if other := sorted(set(_NAMESPACE.findall(text)) - _NAMESPACES):
        yield f"names another vocabulary ({other[0].strip()[:60]!r})"
    yield from plain.private_faults(text)


def _element_faults(element: Element, plain: PlainText) -> Iterator[str]:
    name = element.tag.removeprefix(f"{{{_SVG}}}")
    if name not in _ALLOWED or name == element.tag:
        yield f"holds <{name}>, which is no part of our drawings"
        return
    allowed = _ANYWHERE | _ALLOWED[name]
    for attribute, value in element.attrib.items():
        if attribute not in allowed:
            yield f"gives <{name}> the attribute {attribute}, which it may not have"
        elif not allowed[attribute].fullmatch(value):
            yield f"gives <{name}> the {attribute} {value[:60]!r}, which is not of the form that is allowed"
    inner, after = element.text or "", element.tail or ""
    if name == "style" and inner != _STYLE:
        yield "has a style that is not the one of our drawings"
    elif name in _WITH_WORDS:
        yield from plain.faults(inner)
    elif name != "style" and inner.strip():
        yield f"holds text within <{name}>"
    if after.strip():
        yield f"holds text after <{name}>"
