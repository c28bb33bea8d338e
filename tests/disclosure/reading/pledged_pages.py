"""Pages of the tiny survey with pledges and coded comments beside it: few enough to count, enough to be shown.

Fourteen pledges of twelve people until the second wave, of whom five work in Barnet: eight followed up and kept, two in
part, one not, three not followed up. Ten comments were read in each wave, all of them twice.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.data.quotes import hash_text
from pipeline.data.registers.registers import Registers, read_registers
from pipeline.disclosure.improvement.protect import protect_improvement
from pipeline.disclosure.improvement.published import PublishedImprovement
from pipeline.disclosure.published import Published
from pipeline.machinery.site import render_site, render_wave_index
from pipeline.presentation.report import AreaReport, WholeAreaReport
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.statistics.improvement.describe import describe_improvement
from tests.disclosure.reading.conftest import Files, _page
from tests.tiny_registers import SETTINGS, TINY_REGISTERS, file_of

_PEOPLE = (
    # Person, area, theme, scope, status.
    ("Q01", "barnet", "words", "own", "kept"),
    ("Q02", "barnet", "words", "own", "kept"),
    ("Q03", "barnet", "words", "own", "kept"),
    ("Q04", "barnet", "words", "own", "partly"),
    ("Q05", "barnet", "time", "beyond", "unknown"),
    ("Q05", "barnet", "time", "beyond", "kept"),
    ("Q06", "camden", "time", "beyond", "kept"),
    ("Q07", "camden", "time", "beyond", "kept"),
    ("Q08", "camden", "", "own", "not kept"),
    ("Q09", "enfield", "", "own", "kept"),
    ("Q10", "enfield", "", "own", "unknown"),
    ("Q10", "enfield", "words", "own", "kept"),
    ("Q11", "all-three", "words", "own", "partly"),
    ("Q12", "all-three", "words", "own", "unknown"),
)
_HEAD = "pledge,person,areas,sector,text,theme,scope,made_on,status,checked_on\n"
PLEDGES = _HEAD + "".join(
    f"pledge-{number},{person},{area},health,Use the words,{theme},{scope},2023-05-16,{status},"
    f"{'' if status == 'unknown' else '2023-09-01'}\n"
    for number, (person, area, theme, scope, status) in enumerate(_PEOPLE, start=1)
)
THEMES = """\
theme,name,kind,description
words,No shared words,barrier,
time,Too little time,barrier,
daily,Part of daily work,success,
guide,A short guide,suggestion,
"""
# By wave: the themes of ten comments by the first coder and by the second.
_CODED = {
    "wave-1": (["words"] * 6 + ["time"] * 3 + ["daily"], ["words"] * 6 + ["time"] * 3 + ["daily"]),
    "wave-2": (["words"] * 2 + ["time"] * 6 + ["guide"] * 2, ["words"] * 3 + ["time"] * 5 + ["guide"] * 2),
}
CODING = "comment,wave,question,coder,theme,grouping,impact\n" + "".join(
    f"{hash_text(f'{wave} {number}')},{wave},barriers,C{coder},{theme},{'advice' if number < 4 else ''},2\n"
    for wave, coded in _CODED.items()
    for coder, themes in enumerate(coded, start=1)
    for number, theme in enumerate(themes)
)


def settings_of(folder: Path, *, policy: str = "standard", settings: str = SETTINGS) -> Evaluation:
    rules = f"disclosure: {{minimum_base: 3, least_values: 1, policy: {policy}}}"
    path = folder / f"{policy}-evaluation.yml"
    path.write_text(settings.replace("disclosure: {minimum_base: 3, least_values: 1}", rules), "utf-8")
    return load_evaluation(path)


def registers_of(evaluation: Evaluation, **changed: str) -> Registers:
    contents = TINY_REGISTERS | {"pledges": PLEDGES, "themes": THEMES, "coding": CODING} | changed
    return read_registers(
        {name: contents[name].encode() for name in evaluation.registers.named()},
        evaluation,
        shown={name: file_of(name) for name in contents},
    )


def improvement_of(evaluation: Evaluation, wave_id: str = "wave-2", **changed: str) -> PublishedImprovement:
    registers = registers_of(evaluation, **changed)
    return protect_improvement(describe_improvement(registers, evaluation, wave_id), evaluation)


def release_with(
    improvement: PublishedImprovement, published: Published, evaluation: Evaluation, folder: Path
) -> Files:
    """Return the pages and files of the second wave, and the pages above the waves."""
    whole = evaluation.whole_area.id
    areas = [whole, *(area.id for area in evaluation.areas)]
    files = render_wave_index(evaluation, "wave-2", areas) | render_site(evaluation, ["wave-2"])
    for area in areas:
        kind = WholeAreaReport if area == whole else AreaReport
        own = improvement if area == whole else improvement.of_area(area, whole)
        report = kind(published, evaluation, "wave-2", area, None, own)
        files[f"wave-2/{area}.html"] = _page(report, evaluation, folder)
        files |= {f"wave-2/{one.name}": one.content() for one in report.downloads()}
    return files
