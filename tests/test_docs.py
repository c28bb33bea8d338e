"""What the documents name must exist: a renamed target, parameter, setting or file turns these red."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from pydantic import BaseModel

from pipeline.disclosure.published import NOT_AVAILABLE, SUPPRESSED
from pipeline.reference.evaluation import Evaluation, load_evaluation

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
METHODS = (ROOT / "pipeline" / "METHODS.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")

# Made by a run, or an example of what a researcher adds: not there on a clean clone.
MADE_OR_EXAMPLE = (
    "data/processed",
    "reports/index.html",
    "reports/wave-2/",
    "reports/draft/",
    "data/releases/wave-2-r1/",
    "data/releases/register.jsonl",
    "data/raw/wave-4/",
    ".venv",
    "real/",
)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.M))


@pytest.mark.parametrize("document", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_make_target_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", document, re.M))
    assert named
    assert named <= make_targets()


def test_the_readme_names_every_make_target() -> None:
    assert make_targets() - {"help"} <= set(re.findall(r"`make ([a-z-]+)", README))


@pytest.mark.parametrize("document", [README, CONTRIBUTING], ids=["README", "CONTRIBUTING"])
def test_every_file_a_document_names_exists(document: str) -> None:
    named = set(re.findall(r"[`(]((?:\.?[\w-]+/)+[\w.-]*|[\w-]+\.(?:md|yml|lock|toml|ipynb))[`)]", document))
    missing = [name for name in named if not name.startswith(MADE_OR_EXAMPLE) and not (ROOT / name).exists()]
    assert named
    assert missing == []


def test_every_wave_and_area_in_a_command_of_the_readme_exists_or_is_the_example_of_a_new_wave() -> None:
    evaluation = load_evaluation(ROOT / "evaluation.yml")
    waves = {wave.id for wave in evaluation.waves} | {"wave-4", "..."}
    assert set(re.findall(r"WAVE=([\w.-]+)", README)) <= waves
    assert set(re.findall(r"--wave ([\w-]+)", README)) <= waves
    assert set(re.findall(r"AREA=([\w-]+)", README)) <= {area.id for area in evaluation.areas}


def test_the_readme_lists_each_notebook_with_its_parameters() -> None:
    listed = dict(re.findall(r"\| `(notebooks/[\w.]+)` \|[^|]+\| (.+?) \|", README))
    assert {Path(name).name for name in listed} == {path.name for path in (ROOT / "notebooks").glob("*.ipynb")}
    for name, parameters in listed.items():
        notebook = nbformat.read(ROOT / name, as_version=4)
        source = next(cell.source for cell in notebook.cells if "parameters" in cell.metadata.get("tags", []))
        assert re.findall(r"`(\w+)`", parameters) == re.findall(r"^(\w+) = ", source, re.M)


def settings_names(model: type[BaseModel], seen: frozenset[type] = frozenset()) -> set[str]:
    """Return the names of all settings of a model and of those within it."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            if inner not in seen:
                names |= settings_names(inner, seen | {model})
    return names


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def test_every_setting_the_readme_tells_to_write_is_one_that_evaluation_yml_knows() -> None:
    known = settings_names(Evaluation)
    told = {"waves", "sources", "data", "platform", "dates", "people_invited", "encoding", "synonyms", "off_scale"}
    told |= {"areas", "minimum_base", "key", "missing", "columns", "ignore", "other_columns", "option_separator"}
    told |= {
        "submitted",
        "delimiter",
        "answer_mapping",
        "quotes",
        "organisations",
        "same_question_because",
        "before",
        "reversed",
        "column",
        "policy",
        "least_values",
        "decided_by",
        "decided_on",
        "registers",
        "measures",
        "groupings",
        "feedback_elements",
        "series",
    }
    for name in told:
        assert re.search(rf"`{name}[`:]", README), f"the README no longer names {name}"
    assert told <= known


def test_the_methods_state_each_estimand_in_words_and_in_a_formula() -> None:
    sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", METHODS, re.M | re.S))
    estimands = [
        "Each part of the area, drawn towards the others",
        "How often a later answer is the higher one",
        "Over three waves and more",
        "The mean level",
        "The share of favourable answers",
        "The change in the share: what leads",
        "A model of all the answers",
        "All the answers",
    ]
    for name in estimands:
        assert "**In words.**" in sections[name]
        assert "**Formula.**" in sections[name]


def test_the_methods_explain_the_marks_that_stand_for_a_figure() -> None:
    assert SUPPRESSED in METHODS
    assert NOT_AVAILABLE in METHODS


def test_the_methods_and_the_readme_explain_every_policy() -> None:
    from pipeline.disclosure.policies import POLICIES

    for policy in POLICIES:
        assert f"**{policy.name}**" in METHODS
        assert f"| `{policy.name}` |" in README


def test_every_piece_that_the_methods_name_has_a_maker_and_a_reader() -> None:
    from pipeline.disclosure.reading.methods import methods_pieces
    from pipeline.machinery.site import methods_pieces_of

    evaluation = load_evaluation(ROOT / "evaluation.yml")
    named = set(re.findall(r"^\{\w+\}$", METHODS, re.M))
    assert named == set(methods_pieces(evaluation, None, None))
    assert named == {f"{{{name}}}" for name in methods_pieces_of(evaluation)}


def test_the_methods_list_every_rule_by_which_a_row_is_set_aside() -> None:
    from pipeline.data.schemas import RULES

    for rule in RULES:
        assert f"**{rule.replace('_', ' ')}**" in METHODS
