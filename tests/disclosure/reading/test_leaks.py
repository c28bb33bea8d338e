"""Every single edit that puts a leak into the final bytes of a release is refused, and the refusal names its file."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pytest

from pipeline.disclosure.reading.read import Reading, read_release
from pipeline.reference.evaluation import Evaluation
from tests.disclosure.reading.edits import Edit, Files, change, copy, drawn, drop, in_picture, lines_of, moved, put

pytestmark = pytest.mark.slow

WHOLE, BARNET, CAMDEN, ENFIELD = (f"wave-2/{area}.html" for area in ("all-three", "barnet", "camden", "enfield"))
HIDDEN = "Answers for Enfield came from a number of people that is not shown ([c]) in First wave"
HEADING = '<h2 id="section-how-much-changed">'


def after(file: str, markup: str) -> Edit:
    """Put some markup before the section on change."""
    return change(file, HEADING, f"{markup}\n{HEADING}")


def said(file: str, sentence: str) -> Edit:
    return after(file, f"<p>{sentence}</p>")


def in_csv(file: str, before: str, then: str) -> Edit:
    return change(f"wave-2/{file}.csv", before, then)


def with_one_more_column(lines: list[str]) -> list[str]:
    return [f"{line},{'std_error' if number == 0 else '0.07'}" if line else line for number, line in enumerate(lines)]


def sorted_by_value(lines: list[str]) -> list[str]:
    head, *rows, last = lines
    shown = [row for row in rows if "[c]" not in row]
    return [head, *sorted(shown, key=lambda row: int(row.split(",")[3])), *(r for r in rows if "[c]" in r), last]


def swapped(first: str, second: str) -> Callable[[list[str]], list[str]]:
    def alter(lines: list[str]) -> list[str]:
        here, there = (next(n for n, line in enumerate(lines) if line.startswith(one)) for one in (first, second))
        lines[here], lines[there] = lines[there], lines[here]
        return lines

    return alter


# Where the marks of a chart stand, and what one looks like.
_USE = r'(<use xlink:href="#m[1-9]" x=")([\d.]+)(")'
_USE_Y = r'(<use xlink:href="#m[1-9]" x="[\d.]+" y=")([\d.]+)(")'


def with_another_mark(drawing: str) -> str:
    marks = re.findall(r'<g clip-path="[^"]+">\s*<use [^>]+/>\s*</g>', drawing)
    return drawing.replace(marks[0], f"{marks[0]}\n{marks[0]}", 1)


def with_a_mark_lower_down(drawing: str) -> str:
    """Add a mark in the last row, which is the hidden one."""
    marks = re.findall(r'<g clip-path="[^"]+">\s*<use [^>]+/>\s*</g>', drawing)
    lowest = max(float(y) for y in re.findall(r'y="([\d.]+)" style="fill: #12436d', drawing))
    lower = re.sub(r'y="[\d.]+"', f'y="{lowest + 50:.6f}"', marks[-1])
    return drawing.replace(marks[-1], f"{marks[-1]}\n{lower}", 1)


_ROW_OF_BARNET = '<tr><th scope="row">Barnet</th><td>4</td><td>5</td></tr>'
_ROW_OF_CAMDEN = '<tr><th scope="row">Camden</th><td>4</td><td>4</td></tr>'
LEAKS: dict[str, Edit] = {
    # Sentences.
    "the base of a hidden area in its sentence": change(
        ENFIELD, HIDDEN, "Answers for Enfield came from 2 people in First wave"
    ),
    "the base of a hidden area in a new sentence": said(ENFIELD, "In the first wave 2 people answered here."),
    "a number word": said(ENFIELD, "Two people answered here."),
    "a number word with a capital and a comma": said(ENFIELD, "Seven, as it happens."),
    "nobody": said(ENFIELD, "Nobody in the health sector answered."),
    "everybody": said(ENFIELD, "Everybody is sure of using the words."),
    "half of them": said(ENFIELD, "Half of the people there are sure."),
    "a couple": said(ENFIELD, "A couple of colleagues answered."),
    "all of a borough": said(WHOLE, "All in Enfield are sure."),
    "most of a sector": said(WHOLE, "Most people in Schools are sure."),
    "a rise in a hidden borough": said(WHOLE, "Confidence rose in Enfield too."),
    "digits of another script": said(ENFIELD, "٢ answered here."),
    "full-width digits": said(ENFIELD, "２ answered here."),
    "a roman numeral of one character": said(ENFIELD, "Ⅱ answered here."),
    "a fraction of one character": said(ENFIELD, "½ of the people are sure."),
    "letters of another script that look like a number word": said(ENFIELD, "Sеven answered here."),
    "a zero-width character inside a number word": said(ENFIELD, "se\u200bven answered here."),
    "a joiner inside a number word": said(ENFIELD, "se\u034fven answered here."),
    "a soft hyphen in a known sentence": change(BARNET, "came from 4 people", "came from 4\u00ad people"),
    "a standard deviation": said(WHOLE, "The standard deviation is 1.2."),
    "a p-value of a borough": said(BARNET, "The change is significant (p = 0.03)."),
    "a per cent in words": said(ENFIELD, "Fifty per cent of them are sure."),
    "another figure of a known sentence": change(BARNET, "rose from under 10% to over 90%", "rose from 7% to over 90%"),
    "another direction of a known sentence": change(
        BARNET, "rose from under 10% to over 90%", "fell from under 10% to over 90%"
    ),
    "another interval in a known sentence": change(BARNET, "+68 to +100; 4 people", "+67 to +100; 4 people"),
    "another base in a known sentence": change(BARNET, "; 4 people, then 5)", "; 5 people, then 5)"),
    "the figure of another area in a known sentence": change(BARNET, "the change was +73", "the change was +86"),
    "another count of measures": change(BARNET, "one rose (Using) and one had", "two rose (Using) and none had"),
    "a sentence on a hidden area as if it were shown": change(
        ENFIELD,
        "No change is shown for Enfield ([c]), to protect the people who answered.",
        "Of the two measures, one rose (Using) and one had no clear change.",
    ),
    "a changed threshold": change(ENFIELD, "fewer than 3 people, or nobody", "fewer than 2 people, or nobody"),
    "a changed threshold in the privacy notice": change(
        "privacy.html", "minimum base is 3 people", "minimum base is 5 people"
    ),
    "the number of comments of a borough": change(
        BARNET, "Comments are read by", "In Barnet it was 1 person. Comments are read by"
    ),
    "people in a sensitivity analysis": change(
        WHOLE, "both waves (5 people)", "both waves (5 people, of whom 1 in Enfield)"
    ),
    "a comment quoted": after(WHOLE, "<blockquote>Old forms remain</blockquote>"),
    "a comment printed with a number in it": said(WHOLE, "“There are 3 systems at once.”"),
    "a sector beside a quote on a borough's page": after(BARNET, '<p class="speaker">A professional, Schools</p>'),
    # Tables.
    "the base of a hidden area in a cell": change(WHOLE, "<td>[c]</td><td>3</td>", "<td>2</td><td>3</td>"),
    "the change of a hidden area in a cell": change(
        ENFIELD, "<td>[c]</td><td>[c]</td><td>[c]</td>", "<td>2, then 3</td><td>[c]</td><td>[c]</td>"
    ),
    "a hidden sector in a cell": change(
        BARNET, "<td>[c]</td><td>[c]</td><td>4</td>", "<td>1</td><td>[c]</td><td>4</td>"
    ),
    "another mark in a cell": change(WHOLE, "<td>[c]</td><td>3</td>", "<td>[x]</td><td>3</td>"),
    "a mark with more behind it": change(WHOLE, "<td>[c]</td><td>3</td>", "<td>[c] 2</td><td>3</td>"),
    "an unrounded figure in a cell": change(WHOLE, "<td>55%</td>", "<td>54.5%</td>"),
    "a column more": change(
        WHOLE,
        '<th scope="col">First wave</th><th scope="col">Second wave</th></tr></thead>\n<tbody>\n'
        '<tr><th scope="row">Barnet</th><td>4</td><td>5</td></tr>',
        '<th scope="col">First wave</th><th scope="col">Second wave</th><th scope="col">Linked</th></tr></thead>\n'
        '<tbody>\n<tr><th scope="row">Barnet</th><td>4</td><td>5</td><td>3</td></tr>',
    ),
    "a row more": change(
        WHOLE,
        '<tr><th scope="row">Everyone</th>',
        '<tr><th scope="row">Left</th><td>1</td></tr><tr><th scope="row">Everyone</th>',
    ),
    "rows in another order": change(
        WHOLE,
        f"{_ROW_OF_BARNET}\n{_ROW_OF_CAMDEN}",
        f"{_ROW_OF_CAMDEN}\n{_ROW_OF_BARNET}",
    ),
    "a table that no file stands beside": after(
        ENFIELD,
        '<div class="scroll" role="region" tabindex="0" aria-labelledby="table-people-by-area-caption"><table id="table'
        '-people-by-area"><caption id="table-people-by-area-caption">x</caption></table></div>',
    ),
    "a caption with a number": change(
        WHOLE, ">People who answered, by borough (", ">7 people who answered, by borough ("
    ),
    "another header": change(WHOLE, '<th scope="col">Share aimed at</th>', '<th scope="col">Share in 2022</th>'),
    # Attributes and what nobody sees.
    "a base in the text in place of a picture": change(
        CAMDEN, "Chart of dots with intervals, Camden.", "Chart of dots with intervals, Camden, 1 linked."
    ),
    "a title that shows when pointed at": change(ENFIELD, "<h1>Enfield", '<h1 title="2 people">Enfield'),
    "a label for screen readers": change(ENFIELD, '<p class="key">', '<p class="key" aria-label="2 people">'),
    "another label of the navigation": change(ENFIELD, 'aria-label="On this page"', 'aria-label="2 people"'),
    "a data attribute": change(ENFIELD, "<h1>", '<h1 data-n="2">'),
    "a comment in the markup": after(ENFIELD, "<!-- base 2 -->"),
    "a comment that has no end": change(ENFIELD, "</html>", "</html><!-- 2"),
    "a hidden element": after(ENFIELD, "<p hidden>2 people</p>"),
    "an element of another kind": after(ENFIELD, "<data value='2'>few</data>"),
    "a style of an element": change(ENFIELD, "<h1>", '<h1 style="margin: 2px">'),
    "content in the style sheet": change(ENFIELD, "</style>", '\n.key::after { content: "2 people"; }</style>'),
    "a second style sheet": change(ENFIELD, "</head>", "<style>p { margin: 2px; }</style></head>"),
    "metadata": change(ENFIELD, "<title>", '<meta name="description" content="2 people"><title>'),
    "another title of the page": change(ENFIELD, "<title>Enfield, Second wave", "<title>Enfield (2), Second wave"),
    "a script": change(ENFIELD, "</body>", "<script>var n = 2;</script></body>"),
    "base64 in an attribute": change(ENFIELD, 'class="key"', 'class="Mg=="'),
    "an address with a number": change(ENFIELD, 'href="all-three.html"', 'href="all-three.html?n=2"'),
    "an address outside": change(ENFIELD, 'href="all-three.html"', 'href="https://example.org/2"'),
    "an id with a number": change(ENFIELD, HEADING, '<h2 id="section-how-much-changed-2">'),
    "a class with a number": change(ENFIELD, 'class="lead"', 'class="lead n2"'),
    "a character reference": change(ENFIELD, "<h1>Enfield", "<h1>Enfield &#50;"),
    "text after the end": change(ENFIELD, "</html>", "</html>2"),
    "a section more": after(ENFIELD, '<h2 id="section-more">More</h2>'),
    "a section less": change(ENFIELD, '<h2 id="section-looking-back">Looking back</h2>', ""),
    "another notice": change(ENFIELD, "Not cleared for release.", "Not cleared for release: 2 people."),
    "no stamp": change(ENFIELD, '<p class="notice">Not cleared for release.</p>', ""),
    "another foot": change(ENFIELD, "<p>The tiny organisation</p>", "<p>The tiny organisation, 2 people</p>"),
    # Pictures.
    "a text in a picture": in_picture(CAMDEN, "figure-change", drawn("+75 (+38 to +100)", "+75 (4 of 4)")),
    "a mark drawn elsewhere": in_picture(CAMDEN, "figure-change", moved(_USE, 1.5)),
    "a mark drawn a little elsewhere": in_picture(CAMDEN, "figure-change", moved(_USE, 0.3)),
    "a mark drawn at another height": in_picture(CAMDEN, "figure-change", moved(_USE_Y, 2.0)),
    "an interval drawn longer": in_picture(
        CAMDEN,
        "figure-change",
        moved(r"(L )([\d.]+)( [\d.]+ \n\" clip-path=\"[^\"]+\" style=\"fill: none; stroke: #f46a25)", 1.5),
    ),
    "an axis with other ticks": in_picture(CAMDEN, "figure-shares", drawn(">20%<", ">30%<")),
    "a mark more": in_picture(CAMDEN, "figure-change", with_another_mark),
    "a mark for a hidden row": in_picture(WHOLE, "figure-areas-sure", with_a_mark_lower_down),
    "a hidden group in a picture": in_picture(
        CAMDEN, "figure-change", drawn('<g id="line2d_1">', '<g display="none">')
    ),
    "something that cannot be seen in a picture": in_picture(
        CAMDEN, "figure-change", drawn('style="fill: none;', 'style="opacity: 0; fill: none;')
    ),
    "a comment in a picture": in_picture(CAMDEN, "figure-change", drawn("</svg>", "<!-- 2 --></svg>")),
    "a title in a picture": in_picture(CAMDEN, "figure-change", drawn("</svg>", "<title>2</title></svg>")),
    "metadata in a picture": in_picture(CAMDEN, "figure-change", drawn("<defs>", "<metadata>2</metadata><defs>")),
    "an id in a picture": in_picture(CAMDEN, "figure-change", drawn('id="figure_1"', 'id="n_2"')),
    "a text more in a picture": in_picture(
        CAMDEN,
        "figure-change",
        drawn(
            '<g id="matplotlib.axis_2"/>',
            '<g id="matplotlib.axis_2"/><text style="font-size: 9px" x="1" y="1" transform="rotate(-0 1 1)">2</text>',
        ),
    ),
    "a path more in a picture": in_picture(
        CAMDEN,
        "figure-change",
        drawn("</svg>", '<path d="M 0 0 \nL 2 2 \n" style="fill: none; stroke: #1a1a1a"/></svg>'),
    ),
    "bars divided otherwise": in_picture(
        WHOLE,
        "figure-answers-sureness",
        moved(r"(style=\"fill: #fff.*?clip-path.*?M [\d.]+ [\d.]+ \nL )([\d.]+)( )", 1.5),
    ),
    "an entity in a picture": in_picture(
        CAMDEN, "figure-change", drawn("<svg ", '<!DOCTYPE svg [<!ENTITY n "2">]><svg ')
    ),
    "another kind of picture": change(CAMDEN, "data:image/svg+xml;base64,", "data:image/png;base64,"),
    "something else in base64": change(CAMDEN, "data:image/svg+xml;base64,", "data:image/svg+xml;base64,Mg=="),
    # Files.
    "a column more in a file": lines_of("wave-2/camden-shares.csv", with_one_more_column),
    "a hidden row filled in": in_csv("enfield-shares", "First wave,[c],[c],[c],[c]", "First wave,2,0,0,66"),
    "a hidden base filled in": in_csv("enfield-shares", "First wave,[c],[c],[c],[c]", "First wave,2,[c],[c],[c]"),
    "a hidden count filled in": in_csv(
        "enfield-respondents", "Everyone,Enfield,First wave,[c]", "Everyone,Enfield,First wave,2"
    ),
    "a figure unrounded in a file": in_csv("camden-shares", "First wave,3,33,", "First wave,3,33.3,"),
    "a total changed in a file": in_csv(
        "enfield-respondents", "Everyone,All three boroughs,First wave,9", "Everyone,All three boroughs,First wave,8"
    ),
    "rows sorted by value": lines_of("wave-2/barnet-shares.csv", sorted_by_value),
    "rows in another order in a file": lines_of(
        "wave-2/all-three-respondents.csv", swapped("Everyone,Barnet,First", "Everyone,Camden,First")
    ),
    "a row of a file left out": lines_of("wave-2/enfield-shares.csv", lambda lines: lines[:-2] + lines[-1:]),
    "a row of another area": lines_of(
        "wave-2/barnet-respondents.csv",
        lambda lines: [*lines[:-1], "Everyone,Camden,Second wave,4,people,synthetic,not cleared for release", ""],
    ),
    "another unit": in_csv("camden-shares", ",per cent,", ",people,"),
    "a method that tells": in_csv("camden-shares", "Wilson score", "Wilson score of 1 in 4"),
    "a number of people below the minimum base": change(
        CAMDEN,
        "How many of them can be recognised in both waves is not shown ([c])",
        "2 people can be recognised in both waves by their self-made code",
    ),
    "a picture outside a figure": after(ENFIELD, '<p><img src="data:image/svg+xml;base64,Mg==" alt="2"></p>'),
    "metadata in the content": after(ENFIELD, '<meta name="n" content="2">'),
    "empty elements that can be counted": after(ENFIELD, "<p>So<em></em><em></em></p>"),
    "a space of its own kind": change(ENFIELD, "Answers for Enfield", "Answers\u2003for Enfield"),
    "the method of a hidden row": in_csv(
        "enfield-shares", "[c],[c],[c],[c],0.95,,", "[c],[c],[c],[c],0.95,Newcombe 2,"
    ),
    "another confidence level": in_csv("camden-shares", ",0.95,", ",0.9,"),
    "other line ends": lambda files: (
        files | {"wave-2/camden-shares.csv": files["wave-2/camden-shares.csv"].replace(b"\r\n", b"\n")}
    ),
    "spaces at the end of a cell": in_csv("camden-shares", ",per cent,", ",per cent ,"),
    "a figure that two files have differently": in_csv(
        "camden-shares", "All three boroughs,First wave,8,12,2,47", "All three boroughs,First wave,8,13,2,47"
    ),
    "a figure that a page has differently": in_csv(
        "camden-shares", "Camden,First wave,3,33,6,79", "Camden,First wave,3,34,6,79"
    ),
    "bytes that are no UTF-8": put("wave-2/camden-shares.csv", b"\xef\xbb\xbfitem\xff"),
    "a page that is no UTF-8": put(ENFIELD, b"<!DOCTYPE html>\n<html \xff"),
    "a file of another kind": put("wave-2/camden-raw.csv", b"name\r\n"),
    "an executed notebook": put("wave-2/camden.ipynb", b"{}"),
    "a page of one sector": copy(ENFIELD, "wave-2/schools.html"),
    "a page less for one borough": drop(ENFIELD),
    "a file for one borough alone": drop("wave-2/enfield-superiority.csv"),
    "a file of the whole area for one borough": copy("wave-2/all-three-blanks.csv", "wave-2/enfield-blanks.csv"),
    "no index": drop("wave-2/index.html"),
    # Pages above the waves.
    "a number in the methods": change("methods.html", "nothing is guessed", "nothing is guessed in 2 of 3"),
    "a calibration that says otherwise": change("methods.html", "<td>", "<td>9"),
    "a number in the index": change("wave-2/index.html", "A tiny survey.", "A tiny survey of 20."),
    "a number in the site's index": change("index.html", "fieldwork 2 to 29", "11 people, fieldwork 2 to 29"),
    "a number in the accessibility statement": change("accessibility.html", "enlarged to 400%", "enlarged to 300%"),
}


# Signs that say nothing by themselves, and could carry a number for whoever knows where to look.
LEAKS |= {
    f"said of an area: {text}": said(WHOLE, text)
    for text in (
        "Enfield is united.", "Enfield as a body agrees.", "Enfield outnumbers Camden.", "enfield: not a soul."
    )
} | {
    f"a number written otherwise: {text}": said(WHOLE, text)
    for text in (
        "A quartet answered.", "It is sevenfold.", "The seventh reply came late.", "Group vii answered.",
        "Group V answered.", "Answers: a, b, c, d, e, f, g.", "s e v e n answered.", "(g) answered.", "Tally: |||| ||",
        "Tally: ●●●●●●●", "Tally: ....... so.", "Tally: - - - - - - -", "Well!!!!!!!"
    )
} | {
    "a heading on one area's page alone": after(ENFIELD, "<h3>Camden</h3>"),
    "a sentence twice": said(WHOLE, "People chose to answer.</p>\n<p>People chose to answer."),
    "spaces between sentences": change(ENFIELD, "</p>\n", "</p>  \n"),
    "empty lines": change(ENFIELD, "</p>\n", "</p>\n\n\n\n"),
    "spaces between words": change(ENFIELD, "People chose", "People   chose"),
    "a space that keeps a line together": change(ENFIELD, "People chose", "People\u00a0chose"),
    "spaces in a cell": change(WHOLE, "<td>3</td>", "<td> 3</td>"),
    "attributes in another order": change(
        ENFIELD, 'class="scroll" role="region"', 'role="region" class="scroll"'
    ),
    "other quotation marks of a value": change(ENFIELD, 'class="lead"', "class='lead'"),
    "an element that ends otherwise": change(CAMDEN, '"/>\n</figure>', '">\n</figure>'),
    "a sign written as its number": change(ENFIELD, "people's own", "people&#39;s own"),
    "sections listed in another order": change(
        ENFIELD,
        '<li><a href="#section-how-sure-can-we-be">How sure can we be</a></li>',
        "",
    ),
    "another code on one page": change(ENFIELD, "+0123456789ab;", "+000000000007;"),
    "another release in the provenance": change(
        ENFIELD, "; not cleared for release.</li>", "; release enfield-r7.</li>"
    ),
    "a day that there is not": lambda files: {
        name: content.replace(b"Not cleared for release.", b"Released on 7 Enfield 2007 as release wave-2-r1.")
        .replace(b"not cleared for release\r\n", b"wave-2-r1\r\n")
        .replace(b"; not cleared for release.</li>", b"; release wave-2-r1.</li>")
        for name, content in files.items()
    },
    "no word that the data are invented": change(
        ENFIELD,
        '<p class="notice">SYNTHETIC data: invented to demonstrate this report. They describe no real person, place or '
        "service.</p>\n",
        "",
    ),
    "a report less in the list": change(
        "wave-2/index.html", '<li><a href="enfield.html">Enfield</a></li>\n', ""
    ),
    "a speaker without a quote": said(WHOLE, 'So.</p>\n<p class="speaker">A professional, Camden'),
    "a bar of another height": in_picture(
        WHOLE, "figure-answers-sureness", moved(r"(id=\"patch_3\">\s+<path d=\"M [\d.]+ )([\d.]+)( )", 3.0)
    ),
    "a picture of another size": in_picture(CAMDEN, "figure-change", lambda one: _larger(one)),
    "noughts behind a number of a picture": in_picture(CAMDEN, "figure-change", drawn('d="M 0 ', 'd="M 0.000 ')),
    "spaces in a picture": in_picture(CAMDEN, "figure-change", drawn("\n <defs>", "\n       <defs>")),
    "attributes of a picture in another order": in_picture(
        CAMDEN, "figure-change", lambda one: _turned(one)
    ),
    "letters of another colour": in_picture(CAMDEN, "figure-change", drawn('fill: #1a1a1a" x=', 'fill: #1a1a07" x=')),
    "letters of another size": in_picture(CAMDEN, "figure-change", drawn("font-size: 9.5px", "font-size: 9px")),
    "an interval of another width": in_picture(
        CAMDEN, "figure-change", drawn("stroke: #12436d; stroke-width: 1.8", "stroke: #12436d; stroke-width: 0.8")
    ),
    "the name of an axis elsewhere": in_picture(CAMDEN, "figure-change", lambda one: _axis_lower(one)),
}  # fmt: skip


def _larger(drawing: str) -> str:
    size = re.findall(r'height="([\d.]+)pt"', drawing)[0]
    return re.sub(rf"(?<=[ \"]){re.escape(size)}(?=[ \"p])", f"{float(size) + 7:g}", drawing)


def _turned(drawing: str) -> str:
    return re.sub(r'(width="[^"]*") (height="[^"]*")', r"\2 \1", drawing, count=1)


def _axis_lower(drawing: str) -> str:
    place = re.findall(r'y="([\d.]+)" transform="[^"]*">Change, percentage points', drawing)[0]
    return drawing.replace(place, f"{float(place) + 2:g}")


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_refused_and_its_file_named(name: str, tiny_files: Files, read: Callable[[Files], Reading]) -> None:
    edited = LEAKS[name](tiny_files)
    touched = {file for file in {*edited, *tiny_files} if edited.get(file) != tiny_files.get(file)}
    folders = {file.rpartition("/")[0] for file in touched}
    found = read({file: content for file, content in edited.items() if file.rpartition("/")[0] in folders}).refusals
    assert any(file.removesuffix(".html") in one for one in found for file in touched), found


def test_more_than_a_hundred_kinds_of_leak_are_tried() -> None:
    assert len(LEAKS) > 100


QUOTE = "<blockquote><p>Old forms remain</p></blockquote>\n"
NOBODY, OF_BARNET, OF_CAMDEN, OF_SECTOR = (
    f'<p class="speaker">A professional{who}</p>' for who in ("", ", Barnet", ", Camden", ", Schools")
)


@pytest.mark.parametrize(
    "spoken",
    [
        {WHOLE: f"{QUOTE}{OF_BARNET}\n{OF_SECTOR}"},
        {WHOLE: QUOTE},
        {WHOLE: f"{QUOTE}{NOBODY}\n{QUOTE}{NOBODY}"},
        {WHOLE: f"{QUOTE}{OF_SECTOR}", BARNET: f"{QUOTE}{OF_BARNET}"},
        {WHOLE: f"{QUOTE}{NOBODY}", BARNET: f"{QUOTE}{NOBODY}"},
        {BARNET: f"{QUOTE}{OF_BARNET}"},
        {WHOLE: f"{QUOTE}{OF_BARNET}", CAMDEN: f"{QUOTE}{OF_CAMDEN}"},
    ],
    ids=["two speakers", "no speaker", "twice", "area and sector on two pages", "of nobody on one area's page",
         "not on the whole's page", "two areas"],
)  # fmt: skip
def test_an_approved_quote_never_tells_more_of_who_speaks_by_where_it_stands(
    spoken: dict[str, str], tiny_files: Files, tiny_evaluation: Evaluation
) -> None:
    files = tiny_files
    for page, markup in spoken.items():
        files = after(page, markup)(files)
    approved = frozenset({hashlib.sha256(b"Old forms remain").hexdigest()})
    refusals = read_release(files, tiny_evaluation, approved_quotes=approved).refusals
    assert any("quote" in one for one in refusals), refusals


def released(files: Files) -> Files:
    """Return a release's files as they are once it is cleared."""
    return {
        name: content.replace(b"Not cleared for release.", b"Released on 24 November 2026 as release wave-2-r1.")
        .replace(b"not cleared for release\r\n", b"wave-2-r1\r\n")
        .replace(b"; not cleared for release.</li>", b"; release wave-2-r1.</li>")
        for name, content in files.items()
    }


def without_superiority(files: Files) -> Files:
    pattern = rb'<div [^>]*"table-superiority-caption".*?</div>\n'
    return files | {ENFIELD: re.sub(pattern, b"", files[ENFIELD], count=1, flags=re.DOTALL)}


@pytest.mark.parametrize(
    "edit",
    [
        said(ENFIELD, "Every figure stands for what people said."),
        change(ENFIELD, "People chose to answer", "People <em>chose</em> to answer"),
        change(
            ENFIELD, "<li>Answers are people's own judgement of their confidence, not a test of what they do.</li>", ""
        ),
        without_superiority,
    ],
    ids=["a sentence more", "a word set apart", "a sentence less", "a table less"],
)
def test_what_one_area_alone_says_or_lacks_keeps_a_release_back(
    edit: Edit, tiny_files: Files, read: Callable[[Files], Reading]
) -> None:
    files = released(tiny_files)
    assert read(files).refusals == ()
    refusals = read(edit(files)).refusals
    assert any("where the first page of an area says" in one or "other areas' pages" in one for one in refusals)
