"""The repository's own evaluation.yml says what the evaluation is, and every mistake in it is told by one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.ground.errors import SettingsError, UnknownNameError
from pipeline.reference.evaluation import Evaluation, load_evaluation

REAL = Path(__file__).resolve().parents[2] / "evaluation.yml"
TEXT = REAL.read_text("utf-8")
Load = Callable[[str | bytes], Evaluation]


@pytest.fixture(scope="module")
def ncl() -> Evaluation:
    return load_evaluation(REAL)


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load a settings file of this content."""

    def write_and_load(content: str | bytes) -> Evaluation:
        path = tmp_path / "evaluation.yml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return load_evaluation(path)

    return write_and_load


def told(load: Load, content: str | bytes) -> str:
    with pytest.raises(SettingsError) as error:
        load(content)
    return str(error.value)


def changed(old: str, new: str) -> tuple[str, int]:
    """Return the real file's text with one place changed, and the line (from 1) of that place."""
    assert TEXT.count(old) == 1, f"{old!r} stands {TEXT.count(old)} times in evaluation.yml; the test needs one place"
    return TEXT.replace(old, new), TEXT[: TEXT.index(old)].count("\n") + 1


def test_the_five_boroughs_have_the_codes_of_the_office_for_national_statistics(ncl: Evaluation) -> None:
    assert {area.name: area.code for area in ncl.areas} == {
        "Barnet": "E09000003",
        "Camden": "E09000007",
        "Enfield": "E09000010",
        "Haringey": "E09000014",
        "Islington": "E09000019",
    }


def test_the_survey_has_three_waves_seven_items_and_three_comments(ncl: Evaluation) -> None:
    assert [wave.id for wave in ncl.waves] == ["wave-1", "wave-2", "wave-3"]
    assert len(ncl.items) == 7
    assert [comment.id for comment in ncl.comments] == ["barriers", "successes", "suggestions"]


def test_no_result_is_shown_for_fewer_than_ten_people(ncl: Evaluation) -> None:
    assert ncl.disclosure.minimum_base == 10


def test_the_committed_waves_are_all_marked_synthetic(ncl: Evaluation) -> None:
    assert {wave.data for wave in ncl.waves} == {"synthetic"}
    assert all(source.is_synthetic for wave in ncl.waves for source in wave.sources)


def test_the_shares_of_sectors_aimed_at_make_a_whole(ncl: Evaluation) -> None:
    assert sum(sector.target_share or 0 for sector in ncl.sectors) == pytest.approx(1)


# Each: what is changed, into what, and what the message must say.
CAMDEN = "id: camden, name: Camden, code: E09000007"
WAVE_2 = "  - id: wave-2\n    label: Wave 2\n"
ENDS = "fieldwork: {start: 2023-10-02, end: 2023-10-29}"
FILE_2 = "wave-2/SYNTHETIC-wave-2-microsoft-forms.xlsx"
SIGNPOST = 'wave-3: "How confident are you in ... [signposting'
FAVOURABLE = "favourable: [Confident, Very confident]"
DONT_KNOW = "off_scale: [Don't know, Not part of my role]"
MISTAKES: dict[str, tuple[str, str, list[str]]] = {
    "a misspelt key at the top": ("area_noun:", "area_nuon:", ["'area_nuon' is not a setting", "'area_noun'?"]),
    "a misspelt key in a list": (
        "short_name: Knowledge of THRIVE",
        "shortname: Knowledge of THRIVE",
        ["'shortname' is not a setting", "'short_name'?"],
    ),
    "a foreign key": ("models:\n", "zebra: 1\nmodels:\n", ["'zebra' is not a setting here", "remove it"]),
    "a bad GSS code": (CAMDEN, CAMDEN.replace("E09000007", "E0900007"), ["'E0900007' is not a GSS code", "E09000007"]),
    "a code in small letters": (CAMDEN, CAMDEN.replace("E09", "e09"), ["is not a GSS code", "eight digits"]),
    "an id in capitals": (CAMDEN, CAMDEN.replace("id: camden", "id: Camden"), ["cannot be an id", "lower-case"]),
    "an id with a blank": (CAMDEN, CAMDEN.replace("id: camden", "id: cam den"), ["cannot be an id", "hyphens"]),
    "an id that is a page": (CAMDEN, CAMDEN.replace("id: camden", "id: index"), ["'index' cannot be an id", "taken"]),
    "an id that leaves the folder": (CAMDEN, CAMDEN.replace("id: camden", "id: ../x"), ["'../x' cannot be an id"]),
    "a name with HTML": (CAMDEN, CAMDEN.replace("name: Camden", "name: <b>Camden</b>"), ["plain text", "<b>"]),
    "an unknown scale": (
        "short_name: Signposting\n    scale: confidence",
        "short_name: Signposting\n    scale: confidense",
        ["'confidense' is not a scale", "'confidence'?"],
    ),
    "a favourable label off the scale": (
        FAVOURABLE,
        "favourable: [Confidant, Very confident]",
        ["'Confidant' is not a label of this scale", "'Confident'?"],
    ),
    "all levels favourable": (
        FAVOURABLE,
        "favourable: [Not at all confident, Slightly confident, Somewhat confident, Confident, Very confident]",
        ["some, not all, of the levels"],
    ),
    "two labels that differ by a no-break space": (
        DONT_KNOW,
        'off_scale: [Don\'t know, "Don’t\\u00A0know"]',
        ["cannot be told apart", "keep one"],
    ),
    "a wave that ends before it starts": (
        ENDS,
        "fieldwork: {start: 2023-10-29, end: 2023-10-02}",
        ["ends (2023-10-02) before it starts (2023-10-29)"],
    ),
    "a day that is none": (ENDS, ENDS.replace("10-29", "10-32"), ["fieldwork, end"]),
    "a synthetic wave whose file does not say so": (
        FILE_2,
        "wave-2/wave-2-microsoft-forms.xlsx",
        ["the wave's data are synthetic", "must start with 'SYNTHETIC-'"],
    ),
    "a file above the raw data": (FILE_2, "../SYNTHETIC-x.xlsx", ["is not a file below data/raw", "wave-1/answers"]),
    "a file by its whole address": (FILE_2, "/tmp/SYNTHETIC-x.xlsx", ["is not a file below data/raw"]),
    "a platform that is no id": (
        f"{FILE_2}, platform: microsoft-forms",
        f"{FILE_2}, platform: Microsoft Forms",
        ["'Microsoft Forms' cannot be an id", "lower-case"],
    ),
    "a wording for an unknown wave": (
        SIGNPOST,
        SIGNPOST.replace("wave-3", "wave-33"),
        ["a wording is for 'wave-33'", "not a wave", "'wave-3'?"],
    ),
    "a level of evidence that is none": (
        "kirkpatrick: 4\n    wording: How familiar",
        "kirkpatrick: 5\n    wording: How familiar",
        ["kirkpatrick", "1, 2, 3 or 4"],
    ),
    "a minimum base of nought": ("minimum_base: 10", "minimum_base: 0", ["minimum_base", "1"]),
    "a negative minimum base": ("minimum_base: 10", "minimum_base: -1", ["minimum_base", "1"]),
    "a negative number of values": ("minimum_base: 10", "least_values: -4", ["least_values", "1"]),
    "a minimum base in words": ("minimum_base: 10", "minimum_base: ten", ["minimum_base", "integer"]),
    "a confidence level in per cent": ("conf_level: 0.95", "conf_level: 95", ["conf_level", "1"]),
    "a share above one": ("target_share: 0.25", "target_share: 25", ["target_share", "1"]),
    "a key given twice": ("models:\n", "about: again\nmodels:\n", ["'about' is given twice; keep one"]),
    "brackets left open": (CAMDEN, f"{CAMDEN}, synonyms: [", ["this is not YAML"]),
}


# Where two parts of a block disagree, the block is told by the line it begins on; elsewhere the changed line is.
BEGINS = {
    "a foreign key": "zebra:",
    "a key given twice": "about: again",
    "a misspelt key in a list": "shortname:",
    "an unknown scale": "scale: confidense",
    "a favourable label off the scale": "  confidence:\n",
    "all levels favourable": "  confidence:\n",
    "two labels that differ by a no-break space": "  confidence:\n",
    "a synthetic wave whose file does not say so": "  - id: wave-2",
}


# pydantic tells a consequence of these mistakes on a line of its own.
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_line_and_what_would_be_right(load: Load, mistake: str) -> None:
    old, new, said = MISTAKES[mistake]
    content, line = changed(old, new)
    if mistake in BEGINS:
        assert content.count(BEGINS[mistake]) == 1
        line = content[: content.index(BEGINS[mistake])].count("\n") + 1
    message = next(one for one in told(load, content).split("\n") if said[0] in one)
    assert re.match(rf"evaluation\.yml, line {line}\b", message), message
    assert all(words in message for words in said), message


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_mistake_gets_one_line(load: Load, mistake: str) -> None:
    assert "\n" not in told(load, changed(*MISTAKES[mistake][:2])[0])


@pytest.mark.parametrize("key", ["title", "waves", "scales", "items", "contact", "whole_area"])
def test_a_missing_part_is_named(load: Load, key: str) -> None:
    start = TEXT.index(f"\n{key}:") + 1
    end = re.compile(r"^(?!\s|#)", re.MULTILINE).search(TEXT, TEXT.index("\n", start) + 1)
    assert end
    message = told(load, TEXT[:start] + TEXT[end.start() :])
    assert re.fullmatch(rf"evaluation\.yml, line \d+: '{key}' is missing; expected at {key}\.", message)


def test_two_mistakes_get_two_lines(load: Load) -> None:
    content = changed("minimum_base: 10", "minimum_base: 0")[0].replace("conf_level: 0.95", "conf_level: 95")
    assert len(told(load, content).split("\n")) == 2


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("barnet", "id: camden", "id: barnet"),
        ("camden", "id: north-central-london", "id: camden"),
        ("icb", "id: primary-care", "id: icb"),
        ("wave-1", "  - id: wave-2\n", "  - id: wave-1\n"),
        ("offer", "  - id: signpost\n", "  - id: offer\n"),
        ("offer", "  - id: barriers\n", "  - id: offer\n"),
    ],
)
def test_an_id_given_twice_is_named(load: Load, what: str, old: str, new: str) -> None:
    message = told(load, changed(old, new)[0])
    assert f"the id '{what}' is given twice; each needs its own" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Camden,", "name: London borough of  BARNET,"),
        ("name: Education,", "name: Primary Care,"),
        ("name: Commissioner}", "name: practitioner}"),
        ("wording: What has gone well in using", "wording: What gets in the way of using"),
    ],
)
def test_two_answers_or_questions_that_read_alike_are_refused(load: Load, old: str, new: str) -> None:
    content = changed(old, new)[0]
    if "gets in the way" in new:
        content = content.replace("groupings?", "groupings in your work?")
    assert "cannot be told apart; keep one" in told(load, content)


def test_a_real_wave_from_a_file_called_synthetic_is_refused(load: Load) -> None:
    message = told(load, changed(f"{WAVE_2}    data: synthetic", f"{WAVE_2}    data: real")[0])
    assert "the wave's data are real" in message
    assert "must not start with 'SYNTHETIC-'" in message


def test_synthetic_and_real_waves_never_meet_in_one_report(load: Load) -> None:
    content = changed(f"{WAVE_2}    data: synthetic", f"{WAVE_2}    data: real")[0]
    mixed = load(content.replace(FILE_2, "wave-2/answers.xlsx"))
    with pytest.raises(SettingsError, match="wave-2 holds real data and wave-1 synthetic data; the two never mix"):
        mixed.baseline_for("wave-2")
    assert mixed.baseline_for("wave-1") is None
    # A third wave's report shows the second too.
    with pytest.raises(SettingsError, match="wave-3 holds synthetic data and wave-2 real data; the two never mix"):
        mixed.waves_until("wave-3")


def test_a_report_compares_with_the_first_wave_and_rests_on_all_until_its_own(ncl: Evaluation) -> None:
    baseline = ncl.baseline_for("wave-3")
    assert baseline is not None
    assert baseline.id == "wave-1"
    assert [wave.id for wave in ncl.waves_until("wave-3")] == ["wave-1", "wave-2", "wave-3"]
    assert [wave.id for wave in ncl.waves_until("wave-1")] == ["wave-1"]


def test_a_file_that_is_not_utf_8_is_told_with_its_line(load: Load) -> None:
    content, line = changed("Don't know, Not part of my role", "Don’t know, Not part of my role")
    message = told(load, content.encode("cp1252"))
    assert message == f"evaluation.yml, line {line}: a character is not UTF-8; save the file as UTF-8."


def test_a_byte_order_mark_changes_nothing(load: Load, ncl: Evaluation) -> None:
    assert load(b"\xef\xbb\xbf" + TEXT.encode("utf-8")) == ncl


def test_windows_line_ends_change_nothing(load: Load, ncl: Evaluation) -> None:
    assert load(TEXT.replace("\n", "\r\n").encode("utf-8")) == ncl


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n", "- a\n- list\n", "a sentence\n", "null\n"])
def test_a_file_that_holds_no_settings_is_told_in_one_line(load: Load, content: str) -> None:
    message = told(load, content)
    assert message.startswith("evaluation.yml ")
    assert "must hold the evaluation's title, areas, waves, items" in message
    assert "\n" not in message


def test_a_missing_file_is_told_by_its_name_alone(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"^evaluation\.yml is missing; ") as error:
        load_evaluation(tmp_path / "evaluation.yml")
    assert str(tmp_path) not in str(error.value)


def test_yes_and_no_and_none_stay_the_words_they_are(load: Load) -> None:
    content, _ = changed("off_scale: [Prefer not to say]", "off_scale: [No, Yes, None]")
    assert load(content).scales["knowledge"].off_scale == ("No", "Yes", "None")


def test_an_evaluation_of_a_single_area_is_accepted(load: Load) -> None:
    lines = [line for line in TEXT.split("\n") if not any(f"id: {x}," in line for x in ("barnet", "enfield"))]
    single = load("\n".join(line for line in lines if "id: haringey," not in line and "id: islington," not in line))
    assert [area.id for area in single.areas] == ["camden"]


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda evaluation: evaluation.wave("wave-22"), "has no wave 'wave-22'; did you mean 'wave-2'?"),
        (lambda evaluation: evaluation.area("camdem"), "has no borough 'camdem'; did you mean 'camden'?"),
        (lambda evaluation: evaluation.item("signposts"), "has no item 'signposts'; did you mean 'signpost'?"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest_and_all_known(
    ncl: Evaluation, ask: Callable[[Evaluation], object], near: str
) -> None:
    with pytest.raises(UnknownNameError) as error:
        ask(ncl)
    assert near in str(error.value)
    assert " It has '" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_place_that_a_draft_left_open_is_told_with_its_line(load: Load) -> None:
    content, line = changed("label: Wave 2", "label: 'CHECK: its name on the page'")
    assert told(load, content) == (
        f"evaluation.yml, line {line} (waves, entry 2, label): it still says 'CHECK:'; fill it in."
    )
