"""A new wave, step by step: the file looked at, copied below data/raw, and entered in evaluation.yml."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from pipeline.exports.draft import describe, differences, draft_survey, draft_wave
from pipeline.exports.inspection import Inspection, inspect_export
from pipeline.exports.registry import reader_for
from pipeline.ground.errors import PipelineError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import write_bytes
from pipeline.machinery.raw_manifest import record_raw
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.labels import listed
from pipeline.reference.waves import SYNTHETIC_PREFIX, Source

Ask = Callable[[str, str], str]
_MOMENT = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}.*")


def look_at(path: Path, say: Callable[[str], None], *, platform: str = "plain", key: Path | None = None) -> Inspection:
    """Say what a file holds; raises PipelineError for a file that is missing or no export."""
    if path == Path():
        raise PipelineError("No file was named; give the path of an export.")
    for one in (path, key):
        if one is not None and not one.is_file():
            raise PipelineError(f"{one} is not a file; give the path of an export.")
    if not path.suffix:
        raise PipelineError(f"{path.name} has no ending; an export's name ends in .csv or .xlsx.")
    source = Source(file="wave/export.csv", platform=reader_for(platform, path.name).platform)
    inspection = inspect_export(path, source, shown=path.name, key=key)
    say(describe(inspection))
    return inspection


def _say_aside(text: str) -> None:
    # On the other stream, so that the draft alone can be sent to a file.
    print(text, file=sys.stderr)


def draft_file(path: Path, platform: str, key: str | None) -> int:
    """Print what a file holds and a draft of its part of evaluation.yml: a wave, or scales, items and comments too."""
    inspection = look_at(path, _say_aside, platform=platform, key=Path(key).expanduser() if key else None)
    if inspection.why_unread:
        return 1
    print("# A draft for evaluation.yml; lines marked CHECK are yours to fill in.\n\nwaves:")
    kind = "synthetic" if path.name.startswith(SYNTHETIC_PREFIX) else "real"
    print(draft_wave(inspection, wave_id="wave-1", file=f"wave-1/{path.name}", kind=kind))
    print("# For a new survey, its scales, items and comments:")
    print(draft_survey(inspection))
    return 0


def add_wave(ask: Ask, say: Callable[[str], None]) -> str:
    """Walk through adding a wave; return its id.

    `ask` puts a question with a default and returns the answer. Nothing is written before every answer is known, and
    evaluation.yml is left as it was when the new one would not be valid.
    """
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    path = Path(ask("Which file did the platform export?", "")).expanduser()
    inspection = look_at(path, say)
    wave_id = ask("What shall the wave be called, as an id?", _next_id(evaluation))
    if wave_id in {wave.id for wave in evaluation.waves}:
        raise PipelineError(f"evaluation.yml has a wave '{wave_id}' already; give another id.")
    entry: dict[str, object] = {
        "id": wave_id,
        "label": ask("What shall pages call it?", f"Wave {len(evaluation.waves) + 1}"),
        "data": "synthetic" if path.name.startswith(SYNTHETIC_PREFIX) else "real",
        "fieldwork": {
            "start": _ask_day(ask, "First day on which answers count (such as 2024-10-01)?"),
            "end": _ask_day(ask, "Last day on which answers count?"),
        },
        "sources": [_ask_source(ask, inspection, f"{wave_id}/{path.name}")],
    }
    _enter(project, path, entry)
    evaluation = load_evaluation(project.settings_file)
    manifest = record_raw(project, evaluation.wave(wave_id))
    say(f"Copied to data/raw/{wave_id}/, entered in evaluation.yml, and recorded in {project.shown(manifest)}.")
    for sentence in differences(inspection, evaluation, wave_id):
        say(sentence)
    say(f"Next: `make data WAVE={wave_id}` says which labels are new; then `make reports WAVE={wave_id}`.")
    return wave_id


def _next_id(evaluation: Evaluation) -> str:
    numbers = [int(wave.id.rpartition("-")[2]) for wave in evaluation.waves if wave.id.rpartition("-")[2].isdecimal()]
    return f"wave-{max(numbers, default=0) + 1}"


def _ask_day(ask: Ask, question: str) -> str:
    answer = ask(question, "")
    try:
        return dt.date.fromisoformat(answer).isoformat()
    except ValueError:
        raise PipelineError(f"'{answer}' is not a day; expected year, month and day, such as 2024-10-01.") from None


def _ask_source(ask: Ask, inspection: Inspection, file: str) -> dict[str, str]:
    suggested = inspection.platforms[0] if len(inspection.platforms) == 1 else ""
    platform = reader_for(ask("Which platform made it?", suggested), inspection.shown).platform
    if inspection.platforms and platform not in (*inspection.platforms, "plain"):
        raise PipelineError(
            f"{inspection.shown} is no export of '{platform}'; it looks like one of {listed(inspection.platforms)}."
        )
    source = {"file": file, "platform": platform}
    if inspection.first_rows.is_workbook:
        return source
    sample = next((cell for row in inspection.first_rows.rows[1:] for cell in row if _MOMENT.match(cell)), "")
    source["dates"] = ask(f"How are its dates written (strptime codes)? The first is '{sample}'.", "")
    if inspection.first_rows.encoding not in ("utf-8", "utf-8-sig"):
        source["encoding"] = inspection.first_rows.encoding
    if inspection.first_rows.delimiter != ",":
        source["delimiter"] = "tab" if inspection.first_rows.delimiter == "\t" else inspection.first_rows.delimiter
    return {name: value for name, value in source.items() if value}


def _enter(project: Project, path: Path, entry: dict[str, object]) -> None:
    """Copy the file and put the entry after the last wave of evaluation.yml, all else in it untouched."""
    # As bytes, because reading text would change the line ends of Windows.
    text = project.settings_file.read_bytes().decode("utf-8")
    line, indent = _end_of_waves(text)
    block = yaml.safe_dump([entry], sort_keys=False, allow_unicode=True, width=110)
    lines = text.splitlines(keepends=True)
    end = "\r\n" if "\r\n" in text else "\n"
    before = "".join(lines[:line])
    before += "" if before.endswith("\n") else end
    changed = "".join([before, *(f"{' ' * indent}{row}{end}" for row in block.splitlines()), *lines[line:]])
    # Loaded from a copy first, so that a mistake leaves the real file as it was.
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / project.settings_file.name
        copy.write_bytes(changed.encode("utf-8"))
        load_evaluation(copy)
    source = entry["sources"][0]["file"]  # type: ignore[index]
    target = project.raw / source
    if target.exists():
        raise PipelineError(
            f"data/raw/{source} is there already and is never written over; give the file another name."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    write_bytes(project.settings_file, changed.encode("utf-8"))


def _end_of_waves(text: str) -> tuple[int, int]:
    """Return how many lines of evaluation.yml stand before the end of its list of waves, and how far it is indented."""
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    waves = next(value for key, value in node.value if key.value == "waves")
    last = waves.value[-1]
    while getattr(last, "value", None) and not isinstance(last, yaml.ScalarNode):
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
        if last.end_mark.line > last.start_mark.line and isinstance(last, yaml.ScalarNode):
            break
    return int(last.end_mark.line) + 1, int(waves.start_mark.column)
