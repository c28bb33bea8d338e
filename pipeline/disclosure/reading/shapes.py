"""The elements, attributes, styles and shapes that a chart's SVG may have."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from pipeline.disclosure.reading.expected_charts import FILLED, HOLLOW, OTHER


class UndrawableError(ValueError):
    """Raised when a picture is not drawn as a chart of ours is; the message says what is wrong."""


_SVG, _LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]{0,5}[1-9])?"
STYLE_SHEET = "*{stroke-linejoin: round; stroke-linecap: butt}"
CONTENT_OF = {
    "svg": {"defs", "g"},
    "defs": {"style", "path", "clipPath", "pattern"},
    "g": {"g", "path", "text", "use", "defs"},
    "clipPath": {"rect"},
    "pattern": {"rect", "path"},
    **dict.fromkeys(("path", "text", "use", "style", "rect"), set[str]()),
}
_NUMBERS = re.compile(NUMBER)
_CLIP = re.compile(r"url\(#p[1-9]\)")
# For each element, its attributes and the form of each; all are needed but those in _MAY_LACK.
_ATTRIBUTES: dict[str, dict[str, re.Pattern[str]]] = {
    "svg": {name: re.compile(r"[0-9. pt]+") for name in ("width", "height", "viewBox", "version")},
    "defs": {},
    "style": {"type": re.compile("text/css")},
    "g": {"id": re.compile(r"[a-z0-9.]+_[1-9][0-9]*"), "clip-path": _CLIP},
    "path": {
        "id": re.compile(r"m[1-9]"),
        "d": re.compile(r"[MLCz\-0-9. \n]+"),
        "clip-path": _CLIP,
        "style": re.compile(r".+"),
    },
    "text": {
        "style": re.compile(r".+"),
        "x": _NUMBERS,
        "y": _NUMBERS,
        "transform": re.compile(r"rotate\(-0 [-0-9. ]+\)"),
    },
    "use": {"href": re.compile(r"#m[1-9]"), "x": _NUMBERS, "y": _NUMBERS, "style": re.compile(r".+")},
    "clipPath": {"id": re.compile(r"p[1-9]")},
    "rect": {**dict.fromkeys(("x", "y", "width", "height"), _NUMBERS), "fill": re.compile("#ffffff")},
    "pattern": {
        "id": re.compile(r"h[1-9]"),
        "patternUnits": re.compile("userSpaceOnUse"),
        **dict.fromkeys(("x", "y"), re.compile("0")),
        **dict.fromkeys(("width", "height"), re.compile("72")),
    },
}
_MAY_LACK = {("g", "id"), ("g", "clip-path"), ("path", "id"), ("path", "clip-path"), ("rect", "fill")}
# In attributes, XML has a space for each line end.
_STRAIGHT = re.compile(rf"M {NUMBER} {NUMBER}(?: +L {NUMBER} {NUMBER})+(?: +z)? *")
_COLOUR = r"#[0-9a-f]{6}"
_STYLES = {
    "fill": re.compile(rf"none|{_COLOUR}|url\(#h[1-9]\)"),
    "stroke": re.compile(_COLOUR),
    "stroke-width": re.compile(r"0\.6|0\.8|1\.0|1\.2|1\.6|1\.8"),
    "stroke-linecap": re.compile("round|square|butt"),
    "stroke-linejoin": re.compile("miter"),
    "stroke-dasharray": re.compile(r"0\.8,1\.32"),
    "stroke-dashoffset": re.compile("0"),
    "font-size": re.compile(r"9\.5px|9px"),
    "font-family": re.compile("'DejaVu Sans', Arial, Helvetica, sans-serif"),
    "font-weight": re.compile("700"),
    "text-anchor": re.compile("start|middle|end"),
}
_STROKE = "stroke stroke-width"
# In which order each kind of style declares: matplotlib's, which tells nothing.
_ORDERS = frozenset(
    tuple(names.split())
    for names in (
        "fill", "fill stroke", f"fill {_STROKE}", f"fill {_STROKE} stroke-linejoin", f"fill {_STROKE} stroke-linecap",
        f"fill {_STROKE} stroke-linejoin stroke-linecap", "fill stroke stroke-linecap",
        f"fill stroke-dasharray stroke-dashoffset {_STROKE}", "stroke", _STROKE, f"{_STROKE} stroke-linejoin",
        "font-size font-family text-anchor fill", "font-weight font-size font-family text-anchor fill",
    )
)  # fmt: skip
# How large the shape of each look is, and the colours that it is filled and drawn with.
_LOOKS = {
    ("#12436d", "#12436d"): FILLED,
    ("#ffffff", "#5f5f5f"): HOLLOW,
    ("#ffffff", "#f46a25"): OTHER,
}
_STROKE_LOOKS = {"#12436d": (FILLED, 3.5), "#5f5f5f": (HOLLOW, 2.5), "#f46a25": (OTHER, 4.242641)}
# How far the white ground of a text reaches beyond its letters, and below the line on which these stand.
_AROUND = 1.045
_BELOW_LINE = 3.327226
# The slanted lines that fill what is not shown one by one.
HATCH = " ".join(f"M {-36 + step} {36 + step} L {36 + step} {-36 + step}" for step in range(0, 76, 4))
HATCHED = "hatched"
# Where the points of a circle or a diamond lie, in parts of how far it reaches.
_PARTS = (0.0, 0.26520310, 0.51957987, 0.70710678, 0.89463370, 1.0)


def attributes_of(node: Element) -> tuple[str, dict[str, str]]:
    """Return an element's name and attributes; raises UndrawableError for any that a chart has not."""
    tag = str(node.tag).removeprefix(_SVG)
    known = _ATTRIBUTES.get(tag)
    if known is None or tag == node.tag:
        raise UndrawableError(f"<{tag[:40]}> is no element that a chart has")
    found = {name.removeprefix(_LINK): value for name, value in node.attrib.items()}
    for name, value in found.items():
        if name not in known or not known[name].fullmatch(value):
            raise UndrawableError(f"<{tag}> has {name[:40]}='{value[:40]}'")
    if list(found) != [name for name in known if name in found]:
        raise UndrawableError(f"<{tag}> has its attributes in another order than a chart of ours")
    missing = [name for name in known if name not in found and (tag, name) not in _MAY_LACK]
    if missing:
        raise UndrawableError(f"<{tag}> has no {missing[0]}")
    return tag, found


def style_of(text: str) -> dict[str, str]:
    """Return the declarations of a style; raises UndrawableError for any that a chart has not."""
    found = {name: value for name, _, value in (one.partition(": ") for one in text.split("; "))}
    for name, value in found.items():
        if name not in _STYLES or not _STYLES[name].fullmatch(value):
            raise UndrawableError(f"something is drawn with '{name[:40]}: {value[:40]}'")
    if tuple(found) not in _ORDERS or "; ".join(f"{name}: {value}" for name, value in found.items()) != text:
        raise UndrawableError(f"a style declares in another order than ours: '{text[:80]}'")
    return found


def names_in_order(text: str) -> bool:
    """Return whether clips, marks and patterns are called p1, m1, m2 and so on, in the order in which they appear."""
    found = list(dict.fromkeys(re.findall(r'(?: id="|="#|url\(#)([pmh][0-9]+)', text)))
    by_kind = {kind: [name for name in found if name.startswith(kind)] for kind in "pmh"}
    return all(name == f"{kind}{number}" for kind in by_kind for number, name in enumerate(by_kind[kind], start=1))


def ground_of(text: str, style: dict[str, str], x: float, y: float) -> tuple[float, float, float, float]:
    """Return the left, right, top and bottom of the white ground below a text: the room that its letters take."""
    # It takes some time to import, which pages without a chart need not pay.
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    weight = "bold" if "font-weight" in style else "normal"
    font = FontProperties(family="DejaVu Sans", weight=weight, size=float(style["font-size"].removesuffix("px")))
    # A line is never lower than these two letters make it.
    sizes = [text_to_path.get_text_width_height_descent(one, font, ismath=False) for one in (text, "lp")]
    width, height, descent = sizes[0][0], max(size[1] for size in sizes), max(size[2] for size in sizes)
    left = x - width if style["text-anchor"] == "end" else x
    return left - _AROUND, left + width + _AROUND, y - height + descent - _AROUND, y + _BELOW_LINE


def points_of(path: str) -> tuple[list[tuple[float, float]], bool]:
    """Return the points of a path of straight lines, and whether it is closed."""
    if not _STRAIGHT.fullmatch(path):
        raise UndrawableError(f"a path goes '{path[:40]}'")
    numbers = [float(one) for one in _NUMBERS.findall(path)]
    return list(zip(numbers[0::2], numbers[1::2], strict=True)), "z" in path


def look_of(path: str, style: dict[str, str]) -> str:
    """Return which series' mark a shape is: by its colours where it is used, by its line and size where it is made."""
    if not path:
        look = _LOOKS.get((style.get("fill", ""), style.get("stroke", "")))
    else:
        look, reach = _STROKE_LOOKS.get(style.get("stroke", ""), (None, 0.0))
        numbers = [float(one) for one in _NUMBERS.findall(path.replace("-0 ", "0 "))]
        across, down = numbers[0::2], numbers[1::2]
        edges = {max(across), -min(across), max(down), -min(down)}
        is_known = all(min(abs(abs(one) - part * reach) for part in _PARTS) < 2e-6 for one in numbers)
        if any(abs(edge - reach) > 1e-6 for edge in edges) or not is_known or len(numbers) > 50:
            look = None
    if look is None:
        raise UndrawableError("a mark has a shape or a colour that no series has")
    return look


def rectangle_of(points: list[tuple[float, float]]) -> tuple[float, float, float, float]:
    """Return the left, right, top and bottom of a closed path of four corners."""
    across, down = sorted({x for x, _ in points}), sorted({y for _, y in points})
    if len(points) != 4 or len(across) > 2 or len(down) > 2:
        raise UndrawableError("a closed path is no rectangle")
    return across[0], across[-1], down[0], down[-1]
