from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.exports import readers
from pipeline.exports.first_rows import read_first_rows
from pipeline.exports.read import read_export
from pipeline.exports.registry import all_readers, platforms_of, reader_for
from pipeline.ground.errors import ExportError
from pipeline.reference.waves import Source

# The first rows of an export of each platform that can be told from them.
SAMPLES = {
    "canvas-quiz": [
        "name,id,sis_id,section,section_id,section_sis_id,submitted,attempt,4911: How sure?,1.0,n correct,n incorrect,"
        "score\n",
    ],
    "google-forms": [
        "Timestamp,Email Address,How sure?,Agree? [I plan]\n2026/09/27 3:00:00 PM GMT+3,a@example.org,Very,Yes\n",
        "Zeitstempel;Wie sicher?\n05.10.2026 09:15:00;Sehr\n",
    ],
    "jisc": [
        "Unique Response Number,Q1,Q2_1,Q2_2,CompletionDate\n111-222,1,1,0,2021-03-05 08:07:00\n",
    ],
    "limesurvey": [
        'id,submitdate,lastpage,startlanguage,"Q1. How sure?"\n1,2024-03-05 10:00:00,4,en,Very\n',
    ],
    "microsoft-forms": [
        "ID,Start time,Completion time,Email,Name,How sure?\n1,7/2/20 11:00:22,7/2/20 11:02:22,anonymous,,Very\n",
        "Id;Startzeit;Fertigstellungszeit;E-Mail;Name;Wie sicher?\n",
    ],
    "qualtrics": [
        'StartDate,EndDate,Status,Progress,Finished,RecordedDate,Q1\n'
        'Start Date,End Date,Response Type,Progress,Finished,Recorded Date,"How\nsure?"\n'
        '"{""ImportId"":""startDate""}",x,x,x,x,x,x\n',
        "StartDate;EndDate;Progress;Duration (in seconds);Finished;RecordedDate;Q1.1\n",
    ],
    "redcap": [
        "record_id,redcap_event_name,redcap_survey_identifier,form_timestamp,q1,area___1,area___2,form_complete\n"
        "1,baseline_arm_1,,2024-03-05 10:00,3,1,0,2\n",
    ],
    "surveymonkey": [
        "Respondent ID,Collector ID,Start Date,End Date,How sure?,Where?,\n,,,,Response,Camden,Barnet\n1,4,a,b,c,d,\n",
        "respondent_id,collector_id,date_created,date_modified,Q\n,,,,Open-Ended Response\n",
    ],
    "plain": ["Country,How sure?\nNorway,Very\n", "Country;How sure?;StartDate\nNorway;Very;x\n"],
}  # fmt: skip


def modules() -> list[str]:
    folder = Path(readers.__file__).parent
    return sorted(path.stem for path in folder.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", modules())
def test_a_readers_platform_is_its_modules_name_with_hyphens(module: str) -> None:
    assert all_readers()[module.replace("_", "-")].read.__module__ == f"pipeline.exports.readers.{module}"


def test_every_module_is_a_reader_with_a_sample_here() -> None:
    assert list(all_readers()) == sorted(module.replace("_", "-") for module in modules()) == sorted(SAMPLES)


@pytest.mark.parametrize(
    ("platform", "sample"), [(platform, sample) for platform, texts in SAMPLES.items() for sample in texts]
)
def test_a_reader_knows_its_own_files_and_no_others(platform: str, sample: str) -> None:
    # A plain table is what no platform's reader knows.
    expected = [] if platform == "plain" else [platform]
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert platforms_of(read_first_rows(sample.encode(encoding), shown="a.csv")) == expected


@pytest.fixture
def readers_with_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    (tmp_path / "paper_form.py").write_text(
        "from pipeline.exports.reader import Reader\n"
        "from pipeline.exports.readers.plain import READER as PLAIN\n"
        "READER = Reader('paper-form', 'Paper', lambda first_rows: first_rows.has('Sheet number'), PLAIN.read)\n"
    )
    monkeypatch.setattr(readers, "__path__", [*readers.__path__, str(tmp_path)])
    all_readers.cache_clear()
    yield
    all_readers.cache_clear()
    sys.modules.pop("pipeline.exports.readers.paper_form", None)
    vars(readers).pop("paper_form", None)


@pytest.mark.usefixtures("readers_with_another")
def test_a_module_put_into_the_folder_is_a_reader_without_another_change(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Sheet number,Q\n1,x\n")
    answers = read_export(tmp_path, Source(file="a.csv", platform="paper-form"), shown="data/raw")
    assert answers.table["Q"].tolist() == ["x"]
    with pytest.raises(ExportError, match="looks like an export of 'Paper'; declare `platform: paper-form`"):
        read_export(tmp_path, Source(file="a.csv", platform="google-forms"), shown="data/raw")


def test_an_unknown_platform_is_told_with_the_nearest_and_all_others() -> None:
    with pytest.raises(ExportError) as caught:
        reader_for("qualtrix", "data/raw/a.csv")
    message = str(caught.value)
    assert message.startswith(
        "evaluation.yml gives data/raw/a.csv the platform 'qualtrix'; did you mean 'qualtrics'? There are readers for "
    )
    assert "\n" not in message
    for platform in all_readers():
        assert f"'{platform}'" in message


def test_a_platform_like_no_other_is_told_without_a_guess() -> None:
    with pytest.raises(ExportError, match=r"the platform 'xyz'\. There are readers for 'canvas-quiz'"):
        reader_for("xyz", "data/raw/a.csv")


def test_a_file_whose_first_row_is_blank_is_no_platforms() -> None:
    assert platforms_of(read_first_rows(b"\n\nTimestamp,Q\n", shown="a.csv")) == []
