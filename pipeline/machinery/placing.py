"""What is put below reports/: exactly what was released, and beside it, in a site of its own, what is not cleared yet.

Until something is released, pages that are not cleared stand in reports/ itself; from then on they stand in
reports/draft/, so that no page that is not cleared ever stands beside one that is.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.ground.paths import Project
from pipeline.ground.storage import hash_bytes, hash_file
from pipeline.machinery.building import Outcome
from pipeline.machinery.fingerprints import BuildRecord, Step, code_version
from pipeline.machinery.glossary import tell_unexplained
from pipeline.machinery.inputs import Inputs
from pipeline.machinery.register import Entry, Register, open_register, register_file
from pipeline.machinery.steps import published_for
from pipeline.machinery.whole_folder import change_folder, settle_folder
from pipeline.reference.evaluation import Evaluation
from pipeline.reference.labels import normal_form

if TYPE_CHECKING:
    from pipeline.presentation.clearance import Clearance

# Rendering takes a second to import, which a run with nothing to do need not pay: site, clearance and reporting are
# imported where they are used.
PUBLISHED = (".html", ".csv")
DRAFT = "draft"
_RENDERING = ("pipeline.machinery.site",)
Files = dict[str, bytes]
Made = dict[str, list[Path]]


def draft_root(project: Project, register: Register) -> Path:
    """Return the folder of the site that holds pages which are not cleared."""
    return project.reports / DRAFT if register.releases else project.reports


def root_of(project: Project, register: Register, wave_id: str) -> Path:
    """Return the folder of the site in which a wave's newest pages stand."""
    drafts = draft_root(project, register)
    return drafts if (drafts / wave_id / "index.html").is_file() else project.reports


def stands_whole(project: Project, evaluation: Evaluation, register: Register, wave_id: str) -> bool:
    """Tell whether a page of every area stands where a wave's uncleared pages stand."""
    folder = draft_root(project, register) / wave_id
    return all((folder / f"{area.id}.html").is_file() for area in (evaluation.whole_area, *evaluation.areas))


def standing_files(root: Path, wave_id: str) -> Files:
    """Return the pages and downloads of a wave that stand in a site's folder, by their address on the site."""
    found = sorted(path for path in (root / wave_id).glob("*") if path.suffix in PUBLISHED)
    return {f"{wave_id}/{path.name}": path.read_bytes() for path in found}


def settle(project: Project) -> Register:
    """Return the register once what an interrupted run began is finished or undone, and reports/ is as released."""
    settle_folder(project.reports)
    register, told = open_register(project)
    written, removed = place_released(project, register)
    if written:
        told.append(f"{_spoken(written)} not as released; put back from data/releases/.")
    if removed:
        told.append(f"{_spoken(removed)} no part of any release; taken out.")
    for sentence in told:
        print(sentence, file=sys.stderr)
    return register


def _spoken(addresses: list[str]) -> str:
    more = len(addresses) - 1
    return f"reports/{addresses[0]} was" if not more else f"reports/{addresses[0]} and {more} more files were"


def place_released(project: Project, register: Register) -> tuple[list[str], list[str]]:
    """Make reports/, but for its drafts, what the register says; return the addresses written and those taken out."""
    if not register.releases:
        return [], []
    placed = register.placed()
    changed = [address for address, entry in placed.items() if not _stands(project.reports / address, entry, address)]
    files = {address: (register.folder / placed[address].id / address).read_bytes() for address in changed}
    others = sorted(_published_below(project.reports) - set(placed))
    return change_folder(project.reports, files, others), others


def _stands(path: Path, entry: Entry, address: str) -> bool:
    return path.is_file() and hash_file(path) == entry.files[address]


def _published_below(reports: Path) -> set[str]:
    """Return the address of every page and download that stands in reports/, the drafts left out."""
    found = [*reports.glob("*"), *(path for path in reports.glob("*/*") if path.parent.name != DRAFT)]
    return {path.relative_to(reports).as_posix() for path in found if path.suffix in PUBLISHED and path.is_file()}


def place(
    project: Project,
    evaluation: Evaluation,
    register: Register,
    wave_id: str,
    area_ids: list[str],
    record: BuildRecord,
    outcome: Outcome,
    inputs: Inputs,
) -> None:
    """Render the pages of a wave, let the gate examine all of them, and put them in place once it finds nothing.

    Pages that are, but for the stamp, what stands released are left alone. Raises ChangedMeanwhileError, nothing being
    placed, when something that they were made from is not what it was.
    """
    steps = page_steps(project, evaluation, wave_id, area_ids)
    fresh = {name: record.outputs_of(step) for name, step in steps.items() if record.is_fresh(step)}
    if len(fresh) == len(steps):
        outcome.pages_unchanged = len(area_ids)
        return
    before = {name: record.fingerprint(step) for name, step in steps.items()}
    made = _as_released(project, evaluation, register, wave_id, area_ids, inputs)
    if made is None:
        made = _place_draft(project, evaluation, register, wave_id, area_ids, fresh, outcome, inputs)
        _tell_difference(register.standing(wave_id), outcome)
    if not outcome.failures:
        outcome.pages_unchanged = len(area_ids) - len(outcome.pages_built)
        for name, step in steps.items():
            record.note(step, before[name], made[name])


def page_steps(project: Project, evaluation: Evaluation, wave_id: str, area_ids: list[str]) -> dict[str, Step]:
    """Return the steps that render pages: of each area, and of what stands around them ('')."""
    around = Step(
        name=f"pages around {wave_id}",
        inputs=(project.settings_file, register_file(project)),
        parameters={"pages": area_ids},
        modules=_RENDERING,
    )
    code = code_version(project)
    return {area_id: _page_step(project, evaluation, wave_id, area_id, code) for area_id in area_ids} | {"": around}


def _tell_difference(standing: Entry | None, outcome: Outcome) -> None:
    if standing is not None and not outcome.failures:
        print(
            f"The pages differ from {standing.id}, which stays in reports/ as it was released; these, which are not "
            f"cleared, stand in reports/{DRAFT}/.",
            file=sys.stderr,
        )


def _page_step(project: Project, evaluation: Evaluation, wave_id: str, area_id: str, code: str) -> Step:
    executed = project.executed(wave_id) / f"{area_id}.ipynb"
    inputs = (executed, project.settings_file, *published_for(project, evaluation, wave_id, area_id))
    # The page says which code made it, that of its figures too.
    return Step(f"page {wave_id} {area_id}", inputs, {"code version": code}, modules=_RENDERING)


def _as_released(
    project: Project, evaluation: Evaluation, register: Register, wave_id: str, area_ids: list[str], inputs: Inputs
) -> Made | None:
    """Return the files of each area that stand released as they would be built now, or None where any differs."""
    from pipeline.machinery import site
    from pipeline.machinery.reporting import ReportingWave

    standing = register.standing(wave_id)
    whole = len(area_ids) > len(evaluation.areas)
    if standing is None or not (whole or root_of(project, register, wave_id) == project.reports):
        return None
    code = code_version(project)
    work, clearance = ReportingWave(project, wave_id), clearance_of(register, standing, evaluation)
    rendered = {area_id: site.render_area(work, area_id, code, clearance) for area_id in area_ids}
    hashes = {address: hash_bytes(content) for files in rendered.values() for address, content in files.items()}
    released = {one: digest for one, digest in standing.files.items() if one.startswith(f"{wave_id}/")}
    if whole:
        hashes[f"{wave_id}/index.html"] = released.get(f"{wave_id}/index.html", "")
    if hashes != (released if whole else {address: released.get(address) for address in hashes}):
        return None
    inputs.check()
    if whole:
        drop_draft(project, evaluation, wave_id)
    around = [project.reports / f"{wave_id}/index.html"]
    return {area_id: [project.reports / address for address in rendered[area_id]] for area_id in area_ids} | {
        "": around
    }


def drop_draft(project: Project, evaluation: Evaluation, wave_id: str) -> None:
    """Take away the draft of a wave, and the site of the drafts with the last of them."""
    from pipeline.machinery import site

    root = project.reports / DRAFT
    if not root.is_dir():
        return
    gone = list(standing_files(root, wave_id))
    waves = [one for one in site.reported_waves(root, evaluation) if one != wave_id]
    around = site.render_site(evaluation, waves) if waves else {}
    gone += [] if waves else [path.name for path in root.glob("*.html")]
    publish(project, root, around, gone)


def publish(project: Project, root: Path, files: Files, gone: Collection[str] = ()) -> list[str]:
    """Put files into a site's folder, and take others out, so that a reader never sees a part; return those written.

    `root` is reports/ or its drafts; addresses are those on that site.
    """
    within = "" if root == project.reports else f"{root.relative_to(project.reports).as_posix()}/"
    written = change_folder(
        project.reports,
        {f"{within}{address}": content for address, content in files.items()},
        [f"{within}{address}" for address in gone],
    )
    return [address.removeprefix(within) for address in written]


def _place_draft(
    project: Project,
    evaluation: Evaluation,
    register: Register,
    wave_id: str,
    area_ids: list[str],
    fresh: Mapping[str, set[Path]],
    outcome: Outcome,
    inputs: Inputs,
) -> Made:
    """Put pages that are not cleared where such pages stand; return the files of each area, and those around ('').

    Those that are `fresh` stand there already.
    """
    from pipeline.machinery import site
    from pipeline.machinery.auditing import audit
    from pipeline.machinery.reporting import ReportingWave

    code = code_version(project)
    root, work = draft_root(project, register), ReportingWave(project, wave_id)
    rendered = {
        area_id: _standing(root, fresh.get(area_id, set())) or site.render_area(work, area_id, code)
        for area_id in area_ids
    }
    rendered[""] = site.render_around(root, evaluation, wave_id, area_ids)
    files = {address: content for made in rendered.values() for address, content in made.items()}
    tell_unexplained(files, evaluation)
    whole = len(area_ids) > len(evaluation.areas)
    # One area's page is judged with those beside which it would stand.
    beside = {} if whole else standing_files(root, wave_id)
    outcome.failures += audit(project, evaluation, register, beside | files, code).findings
    if outcome.failures:
        return {}
    inputs.check()
    written = publish(project, root, files, set(standing_files(root, wave_id)) - set(files) if whole else ())
    outcome.pages_built += [area_id for area_id in area_ids if set(rendered[area_id]) & set(written)]
    return {name: [root / address for address in made] for name, made in rendered.items()}


def _standing(root: Path, paths: set[Path]) -> Files:
    """Return files that stand in a site's folder by their address, or none where one stands elsewhere."""
    if not all(path.is_relative_to(root) for path in paths):
        return {}
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(paths)}


def clearance_of(register: Register, entry: Entry, evaluation: Evaluation) -> Clearance:
    """Return what the pages of a release say of it; of its approver no more than a post that evaluation.yml names."""
    from pipeline.presentation.clearance import cleared

    roles = evaluation.roles
    posts = {normal_form(post): post for post in (roles.commissioner, roles.assurer, roles.approver)}
    earlier = [one.id for one in register.releases if one.wave == entry.wave and one.id != entry.id]
    earlier = earlier[: int(entry.id.rpartition("-r")[2]) - 1]
    return cleared(
        entry.id,
        entry.date,
        post=posts.get(normal_form(entry.approver or ""), ""),
        replaced=earlier[-1] if earlier else "",
        reason=entry.reason,
    )
