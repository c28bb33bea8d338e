"""Ways to put a leak into what a page says and shows: each takes a release and a choice, and gives changed files."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable

from tests.bench.leak_site import (
    Changed,
    NoPlaceError,
    Site,
    added,
    changed_place,
    in_picture,
    replaced,
)

Kind = Callable[[Site, random.Random], Changed]
WORDS = ("nobody", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DIGITS = {"arabic": 0x0660, "devanagari": 0x0966, "wide": 0xFF10, "bold": 0x1D7CE, "bengali": 0x09E6}
_UNSEEN = ("\u200b", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u034f")


def sayings(*texts: str) -> Kind:
    """Return the kind that says one of these somewhere on a page, with an area's name and a number in it."""

    def kind(site: Site, choose: random.Random) -> Changed:
        areas = [area.name for area in site.evaluation.areas]
        number = choose.randint(1, 12)
        return added(
            site,
            choose,
            choose.choice(texts).format(
                area=choose.choice(areas),
                sector=choose.choice([one.name for one in site.evaluation.sectors] or ["Everyone"]),
                n=number,
                word=WORDS[number],
                Word=WORDS[number].capitalize(),
                d=f"{choose.uniform(0.2, 4.8):.{choose.randint(1, 3)}f}",
                p=f"0.{choose.randint(1, 99):03d}",
                wave=site.label(),
            ),
        )

    return kind


def markup(*texts: str) -> Kind:
    """Return the kind that puts one of these elements between two sections of a page."""
    return lambda site, choose: added(site, choose, choose.choice(texts).format(n=choose.randint(1, 12)))


def attribute(*texts: str) -> Kind:
    """Return the kind that gives one element of a page one attribute more."""

    def kind(site: Site, choose: random.Random) -> Changed:
        more = choose.choice(texts).format(n=choose.randint(1, 12))
        return replaced(
            site, choose, site.pages, r"<(h1|h2|p|li|td|tr|table|figure|strong)(?=[ >])", lambda one: f"{one[0]} {more}"
        )

    return kind


def body(pattern: str, *texts: str, whole: bool = False) -> Kind:
    """Return the kind that changes one place of a page's body; `{0}` in a text is what stood there."""

    def kind(site: Site, choose: random.Random) -> Changed:
        then = choose.choice(texts)
        number = choose.randint(1, 12)
        pages = [site.whole] if whole else site.pages
        return replaced(site, choose, pages, pattern, lambda one: then.format(one[0], *one.groups(), n=number))

    return kind


def picture(pattern: str, *texts: str, figure: str = "") -> Kind:
    """Return the kind that changes one place of a picture; `{0}` in a text is what stood there."""

    def kind(site: Site, choose: random.Random) -> Changed:
        then, number = choose.choice(texts), choose.randint(1, 12)
        return in_picture(
            site,
            choose,
            lambda drawing: changed_place(choose, drawing, pattern, lambda one: then.format(one[0], n=number)),
            figure,
        )

    return kind


def moved(pattern: str, *by: float, figure: str = "") -> Kind:
    """Return the kind that moves one number of a picture: the pattern's second group."""

    def kind(site: Site, choose: random.Random) -> Changed:
        far = choose.choice(by) * choose.choice((-1, 1))
        return in_picture(
            site,
            choose,
            lambda drawing: changed_place(
                choose, drawing, pattern, lambda one: f"{one[1]}{float(one[2]) + far:.6f}{one[3]}"
            ),
            figure,
        )

    return kind


def digits_of_another_script(site: Site, choose: random.Random) -> Changed:
    zero, number = choose.choice(list(_DIGITS.values())), str(choose.randint(1, 14))
    written = "".join(chr(zero + int(digit)) for digit in number)
    odd = choose.choice((written, "Ⅶ", "②", "⁷", "½"))
    return added(site, choose, f"{odd} people answered in {choose.choice(site.evaluation.areas).name}.")


def unseen_in_a_number(site: Site, choose: random.Random) -> Changed:
    word = choose.choice(("seven", "eleven", "14", "three"))
    cut = choose.randint(1, len(word) - 1)
    return added(site, choose, f"In fact {word[:cut]}{choose.choice(_UNSEEN)}{word[cut:]} people answered.")


def unseen_in_a_known_sentence(site: Site, choose: random.Random) -> Changed:
    return replaced(
        site, choose, site.pages, r"(?<=[a-z])(?= people)", lambda _: choose.choice(_UNSEEN) * choose.randint(1, 9)
    )


def letters_nobody_can_read(site: Site, choose: random.Random) -> Changed:
    secret = f"base {choose.randint(1, 12)} of {choose.choice(site.evaluation.areas).id}".encode()
    code = base64.b64encode(secret * choose.randint(1, 3)).decode()
    return added(site, choose, choose.choice(("<p>{}</p>", "<!-- {} -->", '<p id="{}">x</p>')).format(code))


def names_of_two_areas_exchanged(site: Site, choose: random.Random) -> Changed:
    """Exchange two areas' names in a table of the whole area's page, so that figures are told of the wrong one."""
    here, there = choose.sample([area.name for area in site.evaluation.areas], 2)
    text = site.text(site.whole)
    one, other = f'<th scope="row">{here}</th>', f'<th scope="row">{there}</th>'
    if one not in text or other not in text:
        raise NoPlaceError
    tables = [table for table in re.findall(r"<table.*?</table>", text, re.DOTALL) if one in table and other in table]
    table = choose.choice(tables)
    exchanged = table.replace(one, "\0").replace(other, one).replace("\0", other)
    return {site.whole: text.replace(table, exchanged).encode("utf-8")}


def rows_sorted_by_value(site: Site, choose: random.Random) -> Changed:
    """Sort a table's rows by their last cell."""

    def sort(found: re.Match[str]) -> str:
        rows = found[0].strip("\n").split("\n")
        by_value = sorted(rows[1:-1], key=lambda row: re.findall(r"<td>([^<]*)</td>", row)[-1:])
        if by_value == rows[1:-1]:
            by_value.reverse()
        return "\n".join([rows[0], *by_value, rows[-1]])

    return replaced(site, choose, site.pages, r"<tbody>\n(?:<tr>[^\n]*</tr>\n){3,}</tbody>", sort)


def page_missing(site: Site, choose: random.Random) -> Changed:
    return {choose.choice(site.pages): None}


def section_missing(site: Site, choose: random.Random) -> Changed:
    areas = [page for page in site.pages if page != site.whole]
    return replaced(site, choose, areas, r"<h2 id=\"section-[^\n]*</h2>\n", lambda _: "")


def items_exchanged(site: Site, choose: random.Random) -> Changed:
    """Exchange two measures in the summary's list."""
    pattern = r"(<li><span class=\"measure\">.*?</li>)\n(<li><span class=\"measure\">.*?</li>)"
    return replaced(site, choose, site.pages, pattern, lambda one: f"{one[2]}\n{one[1]}")


def figure_missing(site: Site, choose: random.Random) -> Changed:
    return replaced(site, choose, site.pages, r"<figure .*?</figure>\n?", lambda _: "")


def style_in_another_order(site: Site, choose: random.Random) -> Changed:
    def turned(drawing: str) -> str:
        return changed_place(choose, drawing, r"(fill: [^;\"]+); (stroke: [^;\"]+)", lambda one: f"{one[2]}; {one[1]}")

    return in_picture(site, choose, turned)


def names_of_a_picture(site: Site, choose: random.Random) -> Changed:
    """Call the marks, or what cuts a picture out, otherwise all over it."""
    kind, number = choose.choice("pm"), choose.randint(2, 9)
    return in_picture(
        site, choose, lambda drawing: re.sub(rf'( id="|="#|url\(#){kind}1\b', rf"\g<1>{kind}{number}", drawing)
    )


_HIDDEN_PEOPLE = r"a number of people that is not shown \(\[c\]\)"
_USE = r"(<use [^>]*x=\")([\d.]+)(\")"
_FIGURE = r"<td>\[c\]</td>"
IN_TEXT: dict[str, Kind] = {
    "a hidden base in its sentence": body(_HIDDEN_PEOPLE, "{n} people", "fewer than {n} people", "{n} people ([c])"),
    "a base in a new sentence": sayings(
        "{n} people in {area} answered.", "In all {area} had {n} replies.", "Base: {n}.", "n = {n}", "({n} of {n})"
    ),
    "a number word": sayings(
        "{Word} people answered in {area}.", "It was {word} of them.", "Of {sector} {word} are sure in {wave}."
    ),
    "an amount beside a name": sayings(
        "Most in {area} are sure.", "Half of {area} are sure.", "Nobody from {sector} answered.",
        "Everybody in {area} is sure.", "A couple of people in {area} answered.", "All in {area} agree."
    ),
    "digits of another script": digits_of_another_script,
    "an unseen character in a number": unseen_in_a_number,
    "an unseen character in a known sentence": unseen_in_a_known_sentence,
    "a standard deviation": sayings(
        "The standard deviation is {d}.", "SD {d} in {area}", "Standard error: {d}.", "Variance {d}."
    ),
    "a p-value of a group": sayings("In {area} p = {p}.", "p={p}", "{area}: p-value {p} ({sector})."),
    "a mean to two decimals": sayings("The mean in {area} is {d}.", "Mean level: {d}", "{area}: {d} on average."),
    "a minimum or a maximum": sayings("Answers in {area} go from 1 to 5.", "The lowest answer in {area} is {n}."),
    "a threshold changed": body(
        r"fewer than \d+ people|minimum base is \d+|bin of six|bins of six", "fewer than {n} people", "bins of {n}"
    ),
    "a figure unrounded in a sentence": body(r"\b\d\d%", "17.3%", "41.25%"),
    "a figure changed in a sentence": body(r"(?<=[+−])\d+", "99", "88"),
    "an interval changed in a sentence": body(r"(?<= to )[+−]\d+\)", "+77)", "−66)"),
    "a count in the text beside a picture": body(
        r"(?<=alt=\")[^\"]+", "{0} Base {n}.", "{0} ({n} people)", "{n} people. {0}"
    ),
    "a caption with a count": body(r"(?<=</strong><span>)|(?<=-caption\">)", "{n} people: ", "Base {n}. "),
    # Cells of tables.
    "a hidden cell of a page shown": body(_FIGURE, "<td>{n}</td>", "<td>{n}%</td>", "<td>[c] {n}</td>"),
    "a cell of a page changed": body(r"(?<=<td>)\d+(?=[%<–])", "{0}1", "1{0}"),
    "a cell of a page unrounded": body(r"<td>(\d+)%", "<td>{1}.4%"),
    "another mark in a cell": body(_FIGURE, "<td>[x]</td>", "<td></td>", "<td>–</td>", "<td>[C]</td>"),
    "a column more on a page": body(r"</td></tr>", "</td><td>{n}</td></tr>"),
    "a row more on a page": body(r"</tbody>", '<tr><th scope="row">Left</th><td>{n}</td></tr>\n{0}'),
    "names of two areas exchanged": names_of_two_areas_exchanged,
    "rows of a page sorted by value": rows_sorted_by_value,
    # What nobody sees.
    "a tooltip": attribute('title="{n} people"', 'title="base {n}"'),
    "a label for screen readers": attribute('aria-label="{n} people"', 'aria-description="{n}"'),
    "an attribute of data": attribute('data-n="{n}"', 'data-base="{n}"', 'data-x="0x{n}"'),
    "a name or a class with a number": attribute('id="n-{n}"', 'class="n{n}"', 'lang="x-{n}"'),
    "a style of an element": attribute('style="width: {n}px"', 'style="--n: {n}"', 'width="{n}"'),
    "a hidden element": markup(
        "<p hidden>{n} people</p>", '<p style="display: none">{n}</p>', "<details>{n} people</details>",
        "<template>{n}</template>", '<p aria-hidden="true">{n}</p>'
    ),
    "a comment": markup("<!-- base {n} -->", "<!--{n}-->", "<?n {n}?>"),
    "a script": markup("<script>n = {n}</script>", '<p onclick="n({n})">x</p>', "<script src=x></script>"),
    "an address outside": markup(
        '<a href="https://example.org/?n={n}">x</a>', '<img alt="" src="https://example.org/{n}.png"/>',
        '<a href="//example.org/{n}">x</a>'
    ),
    "an address with a number": body(r"(?<=href=\")[a-z-]+\.html(?=\")", "{0}?n={n}", "{0}#n-{n}"),
    "metadata": lambda site, choose: _in_head(site, choose, '<meta name="description" content="base {n}">'),
    "a title of a page": lambda site, choose: _in_title(site, choose),
    "content in the style": lambda site, choose: _in_style(site, choose),
    "letters that nobody can read": letters_nobody_can_read,
    # Pages and sections.
    "a page that is missing": page_missing,
    "a section that is missing": section_missing,
    "a section more": sayings('<h2 id="section-{word}">Notes</h2>'),
    "a quote that nobody approved": sayings("<blockquote><p>Only we in {area} said so.</p></blockquote>"),
    "a borough and a sector beside a quote": sayings('<p class="speaker">A professional, {area}, {sector}</p>'),
    # What carries a number without saying one.
    "a word of an area that says no number": sayings(
        "{area} is united.", "{area} as a body agrees.", "{area} outnumbers the rest.", "It differs in {area}."
    ),
    "a number in other words": sayings(
        "A quartet answered.", "It is sevenfold.", "The {word}-fold reply.", "The eleventh reply came late.", "A trio."
    ),
    "a number in letters": sayings("Group vii.", "Group V.", "Answers: a, b, c, d.", "s e v e n of them.", "So (g)."),
    "strokes that are counted": lambda site, choose: added(
        site, choose, f"So {choose.choice('|!●./-') * choose.randint(4, 12)} it is."
    ),
    "spaces that nobody sees": body(r"</p>\n", "</p> \n", "</p>\n\n", "</p>\n   "),
    "spaces between words that nobody sees": body(r"(?<=[a-z]) (?=[a-z]+ people)", "  ", "\u00a0"),
    "attributes in another order": body(r'class="scroll" role="region"', 'role="region" class="scroll"'),
    "other quotation marks of a value": body(r'class="(key|lead|download)"', "class='{1}'"),
    "a sign written as its number": body(r"(?<=people)'(?=s)", "&#39;"),
    "another code in the provenance": body(r"\+[0-9a-f]{12};", "+00000000000{n};"),
    "another release in the provenance": body(r"; not cleared for release\.", "; release enfield-r{n}."),
    "a sign of the title written as itself": lambda site, choose: _in_title_as_itself(site, choose),
    "a line that ends in a sentence": body(r"(?<=[a-z]) (?=[a-z]+ people)", "\n"),
    "an empty paragraph": body(r"</p>\n", "{0}<p></p>\n"),
    "a sentence said twice": body(r"(?<=<dd>)([^<.]+\.)(?=[ <])", "{0} {0}"),
    "two items of a list exchanged": items_exchanged,
    "a speaker more": body(r"</h2>", '{0}\n<p class="speaker">A professional</p>'),
    # Pictures.
    "spaces in a picture": picture(r"\n *<g id", "\n        <g id"),
    "noughts behind a number of a picture": picture(r"(?<=[LM] )[\d]+\.[\d]{6}(?= )", "{0}000"),
    "letters of another colour": picture(r"fill: #1a1a1a(?=\" x=)", "fill: #1a1a07", "fill: #ffffff"),
    "letters of another size": picture(r"font-size: 9\.5px", "font-size: 9px"),
    "an interval of another width": picture(r"(?<=stroke: #12436d; stroke-width: )1\.8", "1.0"),
    "a picture of another size": picture(
        r'height="[\d.]+pt" viewBox="0 0 [\d.]+ [\d.]+"', 'height="400.{n}pt" viewBox="0 0 331.2 400.{n}"'
    ),
    "a bar of another height": moved(r"(d=\"M [\d.]+ )([\d.]+)( \nL [\d.]+ [\d.]+ \nL)", 0.7, 4.0, figure="answers"),
    "a text of a picture moved": moved(r"(text-anchor: middle; fill: #1a1a1a\" x=\")([\d.]+)(\")", 1.0, 9.0),
    "a text of a picture changed": picture(r">[^<>\n]*\d[^<>\n]*</text>", ">{n} people</text>", ">{n}%</text>"),
    "a text more in a picture": picture(r"</text>", " {n}</text>", "</text><text>{n}</text>"),
    "a mark moved": moved(_USE, 0.4, 1.5, 6.0, figure="change"),
    "a mark moved in height": moved(r"(<use [^>]*y=\")([\d.]+)(\")", 2.0, 5.0, figure="change"),
    "an interval moved": moved(r"(L )([\d.]+)( [\d.]+ \n\" clip-path)", 0.6, 3.0, figure="change"),
    "a mark more": picture(r"<use [^>]+/>", '{0}{0}'),
    "a mark in a row of what is hidden": lambda site, choose: _lower_mark(site, choose),
    "a bar divided otherwise": moved(
        r"(style=\"fill: none\"|<path d=\"M )([\d.]+)( [\d.]+ \nL )", 0.7, 4.0, figure="answers"
    ),
    "a word of a picture that shows when pointed at": picture(
        "</svg>", "<title>{n}</title></svg>", "<desc>{n} people</desc></svg>", "<metadata>{n}</metadata></svg>"
    ),
    "a comment in a picture": picture("</svg>|<defs>", "<!-- {n} -->{0}"),
    "a number in a picture that nobody sees": picture("<g id=", '<g data-n="{n}" id=', '<g opacity="0.{n}" id='),
    "a picture that is missing": figure_missing,
    "a style that declares in another order": style_in_another_order,
    "other names in a picture": names_of_a_picture,
    "a white ground of another size": moved(
        r"(<g id=\"patch_\d+\">\s*<path d=\"M )([\d.]+)( [\d.]+ \nL [\d.]+ [\d.]+ \nL [\d.]+ [\d.]+ \nL)", 0.5, 3.0
    ),
    "a picture of points": body("data:image/svg.xml;base64,", "data:image/png;base64,", "data:text/html;base64,"),
}  # fmt: skip


def _in_head(site: Site, choose: random.Random, text: str) -> Changed:
    page = choose.choice(site.pages)
    more = text.format(n=choose.randint(1, 12))
    return {page: site.text(page).replace("<title>", f"{more}<title>").encode("utf-8")}


def _in_title(site: Site, choose: random.Random) -> Changed:
    page = choose.choice(site.pages)
    return {page: site.text(page).replace("<title>", f"<title>{choose.randint(1, 12)} people, ").encode("utf-8")}


def _in_title_as_itself(site: Site, choose: random.Random) -> Changed:
    """Write a sign of the head or the header by itself that our templates write by its number."""
    for page in choose.sample(site.pages, len(site.pages)):
        before, main, after = site.text(page).partition("<main")
        if "&#39;" in before:
            return {page: (before.replace("&#39;", "'", 1) + main + after).encode("utf-8")}
    raise NoPlaceError


def _in_style(site: Site, choose: random.Random) -> Changed:
    page = choose.choice(site.pages)
    rule = f'.key::after {{ content: "{choose.randint(1, 12)} people"; }}\n</style>'
    return {page: site.text(page).replace("</style>", rule).encode("utf-8")}


def _lower_mark(site: Site, choose: random.Random) -> Changed:
    """Draw one mark again in another row."""
    by = choose.choice((20.0, 40.32, 60.0))

    def again(found: re.Match[str]) -> str:
        lower = re.sub(r'y="([\d.]+)"', lambda one: f'y="{float(one[1]) + by:.6f}"', found[0])
        return found[0] + lower

    return in_picture(site, choose, lambda drawing: changed_place(choose, drawing, "<use [^>]+/>", again))
