"""Whether a page holds only the tags, attributes and addresses that our pages need, under their strict policy."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pipeline.disclosure.page_safety.html_tokens import Tag, Tokens, read_tokens
from pipeline.disclosure.page_safety.picture import picture_faults
from pipeline.disclosure.page_safety.plain_text import PlainText

_ID = re.compile(r"[a-z][a-z0-9-]*")
_WORDS = re.compile(r"[a-z]+(?: [a-z]+)*")
_SPOKEN = re.compile(r".*")
_ADDRESS = re.compile(r"(?:(?:\.\./)*[a-z0-9-]+(?:/[a-z0-9-]+)*\.(?:html|csv))?(?:#[a-z][a-z0-9-]*)?")
_PICTURE = "data:image/svg+xml;base64,"

Attributes = dict[str, re.Pattern[str]]
_ANYWHERE: Attributes = {"id": _ID, "class": _WORDS, "aria-label": _SPOKEN, "aria-labelledby": _ID}
_ALLOWED: dict[str, Attributes] = {
    **{
        tag: {}
        for tag in (
            "header", "nav", "main", "section", "footer", "h1", "h2", "h3", "h4", "p", "ol", "ul", "dl", "dt", "dd",
            "strong", "em", "code", "pre", "blockquote", "span", "figure", "figcaption", "table", "caption", "thead",
            "tbody", "tr", "td", "br", "hr",
        )
    },
    "div": {"role": re.compile("region"), "tabindex": re.compile("0")},
    "li": {"aria-current": re.compile("page")},
    "th": {"scope": re.compile("col|row")},
    "a": {"href": _ADDRESS},
    "img": {"src": re.compile(r"data:image/svg\+xml;base64,[A-Za-z0-9+/]+={0,2}"), "alt": _SPOKEN},
}  # fmt: skip
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
# Style may neither fetch nor import, nor hide such words behind an escape.
_FORBIDDEN_STYLE = re.compile(
    r"[\\<]|url\s*\(|@import|@font-face|image(?:-set)?\s*\(|src\s*\(|expression|javascript:", re.I
)


@dataclass(frozen=True)
class Site:
    """What a page is checked against: the addresses that stand beside it, the style of the site, the texts' checks."""

    addresses: Collection[str]
    style: str | None
    plain: PlainText


def page_faults(address: str, text: str, site: Site) -> Iterator[tuple[int, str]]:
    """Yield what is unsafe in a page: the line, and a clause that says what was found."""
    tokens = read_tokens(text)
    written = _without_pictures(text).replace(tokens.style, "\n" * tokens.style.count("\n"), 1)
    for line_number, line in enumerate(written.split("\n"), start=1):
        yield from ((line_number, clause) for clause in site.plain.private_faults(line))
    yield from tokens.faults
    if tokens.faults:
        return  # what follows from half a page would be no fault of its own
    body = next((number for number, tag in enumerate(tokens.tags) if tag.name == "body"), -1)
    yield from _head_faults(tokens, body)
    yield from _style_faults(tokens.style, site)
    for tag in tokens.tags[body + 1 :]:
        yield from ((tag.line, clause) for clause in _tag_faults(tag, address, site))
    yield from _text_faults(tokens, site)
    yield from _link_faults(tokens)


def policy(style: str) -> str:
    """Return the policy of a page: nothing is fetched or run but its own style and pictures."""
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def _without_pictures(text: str) -> str:
    return re.sub(rf"{re.escape(_PICTURE)}[A-Za-z0-9+/=]*", "", text)


def _head_faults(tokens: Tokens, body: int) -> Iterator[tuple[int, str]]:
    """Compare all that stands before the body with the one head that our pages have."""
    expected: list[tuple[str, dict[str, str]]] = [
        ("head", {}),
        ("meta", {"charset": "utf-8"}),
        ("meta", {"http-equiv": "Content-Security-Policy", "content": policy(tokens.style)}),
        ("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        ("meta", {"name": "color-scheme", "content": "light"}),
        ("meta", {"name": "referrer", "content": "no-referrer"}),
        ("title", {}),
        ("style", {}),
        ("body", {}),
    ]
    if body < 0:
        yield 1, "has no <body>"
        return
    first, *others = tokens.tags[: body + 1]
    language = dict(first.attributes)
    if first.name != "html" or set(language) != {"lang"} or not _LANGUAGE.fullmatch(language["lang"]):
        yield first.line, 'does not begin with <html lang="..."> alone'
    for tag, (name, attributes) in zip(others, expected, strict=False):
        if (tag.name, dict(tag.attributes)) != (name, attributes):
            wanted = _written(name, tuple(attributes.items()))
            yield tag.line, f"has {_written(tag.name, tag.attributes)} in its head where {wanted} is expected"
            return


def _written(name: str, attributes: tuple[tuple[str, str], ...]) -> str:
    return "<" + " ".join([name, *(f'{one}="{value[:60]}"' for one, value in attributes)]) + ">"


def _style_faults(style: str, site: Site) -> Iterator[tuple[int, str]]:
    # The site's own is known; a word in it, such as :root, may be the name of whoever runs this.
    if style == site.style:
        return
    if site.style is not None:
        yield 1, "has a style that is not the site's"
    if found := _FORBIDDEN_STYLE.search(style):
        yield 1, f"has a style that could fetch or run something ({found[0]!r})"
    for clause in site.plain.faults(style, breaks="\n"):
        yield 1, f"has a style that {clause}"


def _tag_faults(tag: Tag, address: str, site: Site) -> Iterator[str]:
    if tag.name not in _ALLOWED:
        yield f"holds <{tag.name}>, which is none of the tags that a page may hold"
        return
    allowed = _ANYWHERE | _ALLOWED[tag.name]
    for name, value in tag.attributes:
        if name not in allowed:
            yield f"gives <{tag.name}> the attribute {name}, which it may not have"
        elif not allowed[name].fullmatch(value):
            yield f"gives <{tag.name}> the {name} {value[:60]!r}, which is not of the form that is allowed"
        elif name == "href" and not _leads_within(value, address, site):
            yield f"leads to {value[:60]!r}, which is no page or table of this site"
        elif name == "src":
            yield from (f"has a picture that {clause}" for clause in _picture_faults(value, site))
        else:
            yield from (f"has, in the {name} of <{tag.name}>, a text that {one}" for one in site.plain.faults(value))


def _leads_within(link: str, address: str, site: Site) -> bool:
    path, _, place = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(address), path))
    return target in site.addresses if path else bool(place)


def _picture_faults(source: str, site: Site) -> list[str]:
    written = source.removeprefix(_PICTURE)
    try:
        content = base64.b64decode(written, validate=True)
    except ValueError:
        return ["is not base64"]
    # Bits left over at the end could carry something that no decoder shows.
    if base64.b64encode(content).decode("ascii") != written:
        return ["is not base64 in its one exact form"]
    return picture_faults(content, site.plain)


def _text_faults(tokens: Tokens, site: Site) -> Iterator[tuple[int, str]]:
    for line, text in tokens.text:
        yield from ((line, clause) for clause in site.plain.faults(text, breaks="\n"))
    # A tag within a word could hide it from a search of the parts.
    if not any(site.plain.private_faults(text) for _, text in tokens.text):
        whole = "".join(text for _, text in tokens.text)
        yield from ((1, clause) for clause in site.plain.private_faults(whole))


def _link_faults(tokens: Tokens) -> Iterator[tuple[int, str]]:
    named = [(tag, dict(tag.attributes)) for tag in tokens.tags]
    ids = [attributes["id"] for _, attributes in named if "id" in attributes]
    for tag, attributes in named:
        if attributes.get("href", "").startswith("#") and attributes["href"][1:] not in ids:
            yield tag.line, f"leads to {attributes['href']!r}, which is no place of the page"
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        yield 1, f"gives the id {twice[0]!r} twice"
