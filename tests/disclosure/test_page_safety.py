"""What is published is safe on its final bytes: our own pages pass, and every malicious edit of them is found."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.disclosure.page_safety.files import find_unsafe
from pipeline.disclosure.page_safety.picture import picture_faults
from pipeline.disclosure.page_safety.plain_text import plain_text_checks
from pipeline.disclosure.published import Published
from pipeline.disclosure.safe_cells import quoted_cell, starts_formula
from pipeline.presentation.charts import draw_distribution
from pipeline.presentation.rendering import page_style
from pipeline.reference.evaluation import Evaluation
from tests.presentation.sites import change_picture, make_site

PAGE, TABLE = "wave-2/camden.html", "wave-2/camden-shares.csv"
PRIVATE = ("/home/jdoe42", "jdoe42", "build-host-7", "s3cret value")
Site = dict[str, bytes]
Edit = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def site(tiny_published: Published, tiny_evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Site:
    areas = ("all-three", "camden")
    return make_site(tiny_published, tiny_evaluation, tmp_path_factory.mktemp("site"), areas)


def check(files: Site, site: Site | None = None) -> list[str]:
    return find_unsafe(files, private=PRIVATE, known=set(site or ()), style=page_style())


def replaced(old: str, new: str) -> Edit:
    def edit(content: bytes) -> bytes:
        assert old.encode() in content, f"the page does not hold {old!r}: the test needs it"
        return content.replace(old.encode(), new.encode(), 1)

    return edit


def added(text: str) -> Edit:
    """Put something before the end of the page's content."""
    return replaced("</main>", f"{text}</main>")


def in_picture(old: str, new: str) -> Edit:
    return lambda page: change_picture(page, replaced(old, new))


def with_other_style(page: bytes) -> bytes:
    """Change the style, and the policy so that it lets the new one in."""
    style = page_style() + "body { display: none; }\n"
    old, new = (base64.b64encode(hashlib.sha256(one.encode()).digest()).decode() for one in (page_style(), style))
    return page.replace(page_style().encode(), style.encode()).replace(old.encode(), new.encode())


def with_spare_bits(page: bytes) -> bytes:
    """Change the bits of the first picture's base64 that no decoder shows."""
    padded = change_picture(page, lambda picture: picture + b"\n" * ((1 - len(picture)) % 3))
    return re.sub(rb'(base64,[A-Za-z0-9+/]+)[AQgw]=="', rb'\1B=="', padded, count=1)


TAG, FORM, ATTRIBUTE, WRONG_HEAD = (
    "none of the tags",
    "no tag in the plain form",
    "which it may not have",
    "in its head where",
)
LEADS, UNSEEN, NAMES, PATH = "leads to", "nobody can see", "names the user, the machine", "names a path"
VALUE, DRAWING = "not of the form that is allowed", "no part of our drawings"

PAGE_EDITS: dict[str, tuple[Edit, str]] = {
    "a script": (added("<script>alert(1)</script>"), TAG),
    "a script in capitals": (added("<SCRIPT>alert(1)</SCRIPT>"), FORM),
    "a script that never ends": (added("<script src=x"), FORM),
    "a script in the title": (replaced("<title>", "<title><script>alert(1)</script>"), "within <title>"),
    "a frame": (added('<iframe src="about.html"></iframe>'), TAG),
    "a form": (added("<form></form>"), TAG),
    "an inner SVG": (added("<svg></svg>"), TAG),
    "mathematics": (added("<math></math>"), TAG),
    "a template": (added("<template></template>"), TAG),
    "a button": (added("<button>x</button>"), TAG),
    "a link element": (added('<link rel="stylesheet" href="index.html">'), TAG),
    "a second style": (added("<style>p { color: red; }</style>"), "by two readers"),
    "a base": (replaced("<title>", '<base href="index.html"><title>'), WRONG_HEAD),
    "a refresh": (replaced("<title>", '<meta http-equiv="refresh" content="0"><title>'), WRONG_HEAD),
    "a refresh in the body": (added('<meta http-equiv="refresh" content="0">'), TAG),
    "a second title": (added("<title>x</title>"), TAG),
    "no title": (lambda page: re.sub(rb"<title>.*?</title>\n", b"", page), WRONG_HEAD),
    "no policy": (lambda page: re.sub(rb"<meta http-equiv.*?>\n", b"", page), WRONG_HEAD),
    "a wider policy": (replaced("img-src data:", "img-src *"), WRONG_HEAD),
    "a policy after the style": (
        lambda page: re.sub(rb"(<meta http-equiv.*?>\n)(.*?</style>)", rb"\2\1", page, flags=re.DOTALL),
        WRONG_HEAD,
    ),
    "another character set": (replaced('charset="utf-8"', 'charset="utf-7"'), WRONG_HEAD),
    "a changed style": (replaced("</style>", "p { color: red; }</style>"), WRONG_HEAD),
    "a changed style with its hash": (with_other_style, "a style that is not the site's"),
    "another document type": (replaced("<!DOCTYPE html>", "<!DOCTYPE HTML PUBLIC>"), "does not begin with"),
    "something before the document type": (lambda page: b" " + page, "does not begin with"),
    "a comment": (added("<!-- 14 people -->"), FORM),
    "a comment that looks empty": (added("<!>"), FORM),
    "a comment for one browser": (added("<!--[if IE]><p>x</p><![endif]-->"), FORM),
    "an instruction": (added("<?php x ?>"), FORM),
    "a section of character data": (added("<![CDATA[x]]>"), FORM),
    "an event": (replaced("<h1", '<h1 onclick="alert(1)"'), ATTRIBUTE),
    "an event of a picture": (replaced("<img", '<img onerror="alert(1)"'), ATTRIBUTE),
    "an event after a slash": (replaced("<img ", "<img/onerror=alert(1) "), FORM),
    "an attribute of data": (replaced("<h1", '<h1 data-base="14"'), ATTRIBUTE),
    "a style of an element": (replaced("<h1", '<h1 style="color: red"'), ATTRIBUTE),
    "a tooltip": (replaced("<h1", '<h1 title="14 people"'), ATTRIBUTE),
    "an attribute without quotation marks": (replaced("<h1", "<h1 id=x"), FORM),
    "an attribute without a value": (replaced("<h1", "<h1 hidden"), FORM),
    "an attribute given twice": (replaced('<h1', '<h1 id="a" id="b"'), "twice"),
    "a hidden element": (replaced("<h1", '<h1 hidden="hidden"'), ATTRIBUTE),
    "a target": (replaced('href="#content"', 'href="#content" target="blank"'), ATTRIBUTE),
    "a ping": (replaced('href="#content"', 'href="#content" ping="index.html"'), ATTRIBUTE),
    "a second source of a picture": (replaced("<img ", '<img srcset="x.png 2x" '), ATTRIBUTE),
    "a link that runs": (replaced('href="#content"', 'href="javascript:alert(1)"'), VALUE),
    "a link that runs, hidden by references": (
        replaced('href="#content"', 'href="&#106;ava&Tab;script:alert(1)"'),
        VALUE,
    ),
    "a link to another site": (replaced('href="#content"', 'href="https://example.org/"'), VALUE),
    "a link to another site without a scheme": (replaced('href="#content"', 'href="//example.org/a.html"'), VALUE),
    "a link with a backslash": (replaced('href="#content"', 'href="\\\\example.org\\a.html"'), VALUE),
    "a link of data": (replaced('href="#content"', 'href="data:text/html,x"'), VALUE),
    "a link to a mail": (replaced('href="#content"', 'href="mailto:jane@example.org"'), VALUE),
    "a link from the top": (replaced('href="#content"', 'href="/index.html"'), VALUE),
    "a link with a question": (replaced('href="#content"', 'href="index.html?base=14"'), VALUE),
    "a link out of the site": (replaced('href="#content"', 'href="../../index.html"'), LEADS),
    "a link to a page that is not there": (replaced('href="#content"', 'href="hackney.html"'), LEADS),
    "a link to a place that is not there": (replaced('href="#content"', 'href="#nowhere"'), LEADS),
    "a picture from elsewhere": (replaced("<img ", '<img src="https://example.org/x.svg" '), "twice"),
    "a picture of another kind": (replaced("data:image/svg+xml;base64,", "data:image/png;base64,"), VALUE),
    "a picture that is HTML": (replaced("data:image/svg+xml;base64,", "data:text/html;base64,"), VALUE),
    "a picture with more after it": (
        lambda page: re.sub(rb'(base64,[A-Za-z0-9+/]+)(={0,2}")', rb"\1AA\2", page, count=1),
        "has a picture that",
    ),
    "bits that no decoder shows": (with_spare_bits, "in its one exact form"),
    "no style": (lambda page: re.sub(rb"<style>.*?</style>\n", b"", page, flags=re.DOTALL), WRONG_HEAD),
    "no head": (lambda page: page.replace(b"<head>", b"").replace(b"</head>", b""), WRONG_HEAD),
    "a page in a hurry": (lambda page: b"<!DOCTYPE html>\n<p>x</p>", "has no <body>"),
    "a tag that is never closed": (added("<p>"), "closes <main> where"),
    "a tag closed twice": (added("</p>"), "closes <p> where"),
    "a tag that closes itself": (added("<p/>"), "closes <main> where"),
    "an id given twice": (added('<p id="content">x</p>'), "gives the id 'content' twice"),
    "a sign without a name": (added("<p>a & b</p>"), "begins no character reference"),
    "a sign without a tag": (added("<p>a > b</p>"), "belongs to no tag"),
    "a direction override": (added("<p>\u202etxt</p>"), UNSEEN),
    "a direction override as a reference": (added("<p>&#x202E;txt</p>"), UNSEEN),
    "a named direction": (added("<p>&rlm;txt</p>"), UNSEEN),
    "a zero-width space": (added("<p>a\u200bb</p>"), UNSEEN),
    "a letter drawn as nothing": (added("<p>a\u3164b</p>"), UNSEEN),
    "a hidden character in an attribute": (replaced('alt="', 'alt="\u2066'), UNSEEN),
    "a NUL": (added("<p>a\0b</p>"), UNSEEN),
    "a byte that is no UTF-8": (lambda page: page.replace(b"</main>", b"\xff</main>"), "not UTF-8"),
    "a page in UTF-16": (lambda page: page.decode().encode("utf-16"), "not UTF-8"),
    "a mark of order": (lambda page: b"\xef\xbb\xbf" + page, "does not begin with"),
    "a path of a home": (added("<p>Read from /home/jane/answers.xlsx</p>"), PATH),
    "a path of a machine": (added("<p>Read from /var/lib/x</p>"), PATH),
    "a path of Windows": (added(r"<p>Read from C:\Users\jane</p>"), PATH),
    "a path from a home": (added("<p>~/answers.xlsx</p>"), PATH),
    "a file address": (added("<p>file:answers.xlsx</p>"), PATH),
    "the user's name": (added("<p>Made by JDoe42.</p>"), NAMES),
    "the user's name in an attribute": (replaced('alt="', 'alt="jdoe42 '), NAMES),
    "the user's name as an id": (added('<p id="jdoe42">x</p>'), NAMES),
    "the user's name cut in two": (added("<p>jd<em>oe</em>42</p>"), NAMES),
    "the user's name in references": (added("<p>jdo&#101;42</p>"), NAMES),
    "the user's name as an address has it": (added("<p>jd%6Fe42</p>"), NAMES),
    "the user's name in wide letters": (added("<p>ｊｄｏｅ４２</p>"), NAMES),
    "the user's name in base64": (added(f"<p>{base64.b64encode(b'by jdoe42, ').decode()}</p>"), NAMES),
    "the machine's name": (added("<p>build-host-7</p>"), NAMES),
    "a value of the environment": (added("<p>s3cret value</p>"), NAMES),
    "data as letters": (added(f"<p>{base64.b64encode(bytes(range(60))).decode()}</p>"), "nobody can read"),
    "a picture that runs": (in_picture("</svg>", "<script>alert(1)</script></svg>"), DRAWING),
    "a picture with HTML": (in_picture("</svg>", "<foreignObject/></svg>"), DRAWING),
    "a picture of a picture": (in_picture("</svg>", "<image/></svg>"), DRAWING),
    "a picture with a link": (in_picture("</svg>", "<a><text>x</text></a></svg>"), DRAWING),
    "a picture that moves": (in_picture("</svg>", "<animate/></svg>"), DRAWING),
    "a picture with a tooltip": (in_picture("</svg>", "<title>14 people</title></svg>"), DRAWING),
    "a picture with a description": (in_picture("</svg>", "<desc>14 people</desc></svg>"), DRAWING),
    "a picture with metadata": (in_picture("</svg>", "<metadata>2026-01-01</metadata></svg>"), DRAWING),
    "a picture with an element of another kind": (in_picture("</svg>", '<x:p xmlns:x="urn:x"/></svg>'), DRAWING),
    "a picture with an event": (in_picture("<g ", '<g onload="alert(1)" '), ATTRIBUTE),
    "a picture with an attribute of data": (in_picture("<g ", '<g data-n="14" '), ATTRIBUTE),
    "a picture with a label": (in_picture("<g ", '<g aria-label="14" '), ATTRIBUTE),
    "a picture that fetches": (in_picture('xlink:href="#', 'xlink:href="https://example.org/#'), VALUE),
    "a picture that fetches by its style": (in_picture("fill: none", "fill: url(https://example.org/)"), VALUE),
    "a picture with a comment": (in_picture("<defs>", "<!-- 14 people --><defs>"), "holds a comment"),
    "a picture with an instruction": (in_picture("<defs>", "<?x y?><defs>"), "holds a comment"),
    "a picture with a document type": (in_picture("<svg", '<!DOCTYPE svg [<!ENTITY a "b">]><svg'), "of its own"),
    "a picture with a style of its own": (in_picture("*{stroke", "@import 'x';*{stroke"), "not the one of"),
    "a picture with another vocabulary": (in_picture("<svg ", '<svg xmlns:n="urn:jane" '), "another vocabulary"),
    "a picture with text outside words": (in_picture("<defs>", "<defs>14 people"), "text within <defs>"),
    "a picture with text between shapes": (in_picture("</svg>", "<g/>14 people</svg>"), "text after <g>"),
    "a picture with a path": (in_picture("</text>", " /home/jane/x</text>"), PATH),
    "a picture with a hidden character": (in_picture("</text>", "\u202e</text>"), UNSEEN),
    "a picture with the user's name": (in_picture('<g id="', '<g id="jdoe42.'), NAMES),
    "a picture that is no XML": (in_picture("</svg>", ""), "is not an SVG"),
    "a picture in another encoding": (in_picture('encoding="utf-8"', 'encoding="utf-7"'), "XML declaration"),
}  # fmt: skip

TABLE_EDITS: dict[str, tuple[Edit, str]] = {
    **{
        f"a cell that starts with {start}": (replaced("synthetic", f"{start}cmd"), "a spreadsheet would run")
        for start in ("=", "+", "-", "@", " =", "  @", "＝", "＋", "－", "＠")
    },
    "a formula in the header": (replaced("\ufeffitem", "\ufeff=item"), "a spreadsheet would run"),
    "a formula in a line of a cell": (replaced("synthetic", '"a\n=cmd"'), "a spreadsheet would run"),
    "a tabulator": (replaced("synthetic", "a\tb"), UNSEEN),
    "a carriage return in a cell": (replaced("synthetic", '"\rcmd"'), "a spreadsheet would run"),
    "a cell more": (replaced("\r\n", ",x\r\n"), "where the header has"),
    "a line more": (lambda content: content + b"14 people\r\n", "1 cells where the header has"),
    "a quotation mark that never ends": (replaced("synthetic", '"synthetic'), "is not CSV"),
    "a cell quoted for nothing": (replaced("synthetic", '"synthetic"'), "in the one form"),
    "lines that end otherwise": (lambda content: content.replace(b"\r\n", b"\n"), "in the one form"),
    "no mark of UTF-8": (lambda content: content.removeprefix(b"\xef\xbb\xbf"), "does not begin with the mark"),
    "a byte that is no UTF-8": (lambda content: content + b"\xe9\r\n", "not UTF-8"),
    "a zero-width character": (replaced("synthetic", "syn\u200dthetic"), UNSEEN),
    "a path": (replaced("synthetic", "/tmp/x"), PATH),
    "the user's name": (replaced("synthetic", "jdoe42"), NAMES),
    "a name in base64": (replaced("synthetic", base64.b64encode(b"jdoe42").decode()), NAMES),
}  # fmt: skip


def test_our_own_pages_pictures_and_tables_are_safe(site: Site) -> None:
    assert len(site) > 20
    assert check(site) == []


@pytest.mark.parametrize("name", PAGE_EDITS)
def test_a_malicious_edit_of_a_page_is_found(site: Site, name: str) -> None:
    edit, clause = PAGE_EDITS[name]
    edited = edit(site[PAGE])
    assert edited != site[PAGE]
    found = check({PAGE: edited}, site)
    assert any(clause in one for one in found), found
    assert all(one.startswith(f"'{PAGE}', line ") and "\n" not in one for one in found)


@pytest.mark.parametrize("name", TABLE_EDITS)
def test_a_malicious_edit_of_a_table_is_found(site: Site, name: str) -> None:
    edit, clause = TABLE_EDITS[name]
    edited = edit(site[TABLE])
    assert edited != site[TABLE]
    found = check({TABLE: edited}, site)
    assert any(clause in one for one in found), found


@pytest.mark.parametrize(
    "address",
    ["wave-2/x.svg", "wave-2/notes.txt", "../x.html", "/x.html", "wave-2/X.html", ".hidden.html", "a/b/c.html", "x.js"],
)
def test_a_file_that_no_page_or_table_of_the_site_can_be_is_found(site: Site, address: str) -> None:
    assert len(check(site | {address: site["index.html"]})) == 1


def test_a_finding_says_the_file_and_the_line(site: Site) -> None:
    page = site[PAGE].replace(b"</main>", b"<p>\xe2\x80\xae</p></main>")
    line = page[: page.index(b"\xe2\x80\xae")].count(b"\n") + 1
    assert check(site | {PAGE: page}) == [
        f"'wave-2/camden.html', line {line}: it holds characters that nobody can see (U+202E)."
    ]


def test_what_is_private_is_not_repeated(site: Site) -> None:
    for address, old in ((PAGE, b"</main>"), (TABLE, b"synthetic")):
        told = " ".join(check(site | {address: site[address].replace(old, b"=s3cret value " + old, 1)}))
        assert "environment" in told
        assert "s3cret" not in told


def test_a_link_may_lead_to_what_stands_there_already(site: Site) -> None:
    alone = {PAGE: site[PAGE]}
    assert check(alone)
    assert find_unsafe(alone, known=set(site)) == []


@pytest.mark.parametrize("word", ["is", "the", "Camden"])
def test_a_private_word_counts_as_a_whole_only(site: Site, word: str) -> None:
    assert find_unsafe(site, private=[word])
    assert find_unsafe(site, private=[word[:-1] + "qq", "", " "]) == []


def test_a_word_of_the_site_s_own_style_may_be_the_user_s_name(site: Site) -> None:
    assert ":root" in page_style()
    assert find_unsafe(site, private=["root"], style=page_style()) == []
    assert find_unsafe({PAGE: site[PAGE]}, private=["root"], known=set(site))
    marked = added("<p>root</p>")(site[PAGE])
    assert len(find_unsafe({PAGE: marked}, private=["root"], known=set(site), style=page_style())) == 1


def test_a_private_name_within_a_longer_word_is_no_finding(site: Site) -> None:
    assert b"Camden" in site[PAGE]
    assert find_unsafe(site, private=["amde", "Camde", "amden"]) == []


@pytest.mark.parametrize("number", ["-3", "+3", "-0.5", "-1.2e-05", "12", "+.5", "-4."])
def test_a_plain_number_is_no_formula(number: str) -> None:
    assert quoted_cell(number) == number


@pytest.mark.parametrize("cell", ["-3+2", "-", "+44 20 7946", "=1", "-٣", "- 3", "\n=1", "a\r\n@b", "\u00a0=1", "﹣x"])
def test_what_only_begins_like_a_number_is_quoted(cell: str) -> None:
    assert quoted_cell(cell).replace("'", "") == cell
    assert starts_formula(cell)
    assert not starts_formula(quoted_cell(cell))


@given(st.text(alphabet="=+-@＝ \t\r\n'a1.e", max_size=12))
def test_no_cell_starts_a_formula_once_it_is_quoted(cell: str) -> None:
    assert not starts_formula(quoted_cell(cell))
    assert quoted_cell(quoted_cell(cell)) == quoted_cell(cell)


@given(content=st.binary(max_size=60))
def test_no_bytes_stop_the_check_and_few_are_a_page(content: bytes) -> None:
    assert find_unsafe({"index.html": content})
    assert find_unsafe({"a.csv": content.replace(b"\xef\xbb\xbf", b"")})


@settings(max_examples=40, deadline=None)
@given(
    share=st.floats(0, 1, exclude_max=True),
    thing=st.sampled_from(["<script>", "<!--", "<b", "\u202e", "\0", " /home/x/y "]),
)
def test_any_tag_or_hidden_sign_put_anywhere_into_a_page_is_found(site: Site, share: float, thing: str) -> None:
    page = site[PAGE].decode("utf-8")
    at = int(share * len(page))
    assert check({PAGE: (page[:at] + thing + page[at:]).encode("utf-8")}, site)


def hatched() -> bytes:
    return draw_distribution([("Sure", [40, None, None])], levels=["Low", "Middle", "High"])


def test_the_slanted_lines_of_what_is_not_shown_are_safe() -> None:
    assert b"<pattern" in hatched()
    assert picture_faults(hatched(), plain_text_checks([])) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('y="0" width="72"', 'y="0" width="73"'),
        ('fill="#ffffff"/>', 'fill="url(https://example.org/)"/>'),
        ("M -36 36", "M -36 37"),
        ("<pattern id", '<pattern href="#x" id'),
        ("</pattern>", "<text>7 people</text></pattern>"),
        ("</defs>\n</svg>", '<pattern id="h0123456789"/></defs></svg>'),
        ("fill: url(#h", "fill: url(https://example.org/#h"),
        ("fill: url(#h", "fill: url(#x"),
        ("stroke-width: 0.6;", "stroke-width: 0.6; stroke: url(#h0123456789);"),
    ],
)
def test_any_other_pattern_is_found(old: str, new: str) -> None:
    assert old.encode() in hatched()
    assert picture_faults(hatched().replace(old.encode(), new.encode(), 1), plain_text_checks([])) != []
