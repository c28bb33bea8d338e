"""What is cleared and what is taken back: releases, reissues and withdrawals, each a line of the register.

Nothing counts before its line is written: the archive is prepared first, and reports/ is made what the register says
afterwards, so that a run that is killed leaves either nothing or something that the next run finishes.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from pipeline.ground.errors import ReleaseError
from pipeline.ground.paths import Project, find_project
from pipeline.ground.storage import hash_bytes
from pipeline.machinery.auditing import audit, audit_notice, in_words
from pipeline.machinery.fingerprints import BuildRecord, code_version
from pipeline.machinery.inputs import Inputs
from pipeline.machinery.locking import only_run
from pipeline.machinery.placing import clearance_of, drop_draft, place_released, root_of, settle, standing_files
from pipeline.machinery.planning import plan_for
from pipeline.machinery.raw_manifest import check_raw
from pipeline.machinery.register import WITHDRAWN, Entry, Register, add_entry, prepare_archive
from pipeline.machinery.reports import run_notebooks
from pipeline.machinery.steps import check_sources
from pipeline.presentation.wording import day
from pipeline.reference.base import PlainText
from pipeline.reference.evaluation import Evaluation, load_evaluation
from pipeline.reference.labels import did_you_mean, listed, normal_form
from pipeline.reference.waves import Wave

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def audit_wave(wave_id: str | None) -> int:
    """Print what anybody learns from a wave's newest pages beside everything released, then the gate's findings."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave = evaluation.wave(wave_id) if wave_id else evaluation.waves[-1]
    with only_run(project):
        register = settle(project)
        root = root_of(project, register, wave.id)
        files = standing_files(root, wave.id)
        if not files:
            raise ReleaseError(f"{wave.id} has no pages below reports/; run `make reports WAVE={wave.id}` first.")
        files |= {path.name: path.read_bytes() for path in sorted(root.glob("*.html"))}
        verdict = audit(project, evaluation, register, files)
    # What is asked for goes to the output, so that it can be kept in a file; what the run says of itself does not.
    for sentence in (*verdict.learned, *verdict.findings):
        print(sentence)
    counted = "no finding" if not verdict.findings else f"{len(verdict.findings)} findings"
    where = project.shown(root / wave.id)
    print(f"{where}: {in_words(files, register)}, {verdict.examined} figures examined; {counted}.", file=sys.stderr)
    return 1 if verdict.findings else 0


def release(wave_id: str | None, approver: str, date: str, reason: str) -> int:
    """Clear a wave's reports: built, rendered without the stamp, examined, archived, registered and put in place."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave = _wave(evaluation, wave_id, "release")
    with only_run(project):
        inputs = Inputs(project)
        plan = plan_for(project, "reports", wave.id, None)
        evaluation, wave = plan.evaluation, plan.evaluation.wave(wave.id)
        register = settle(project)
        entry = _new_entry(
            project,
            evaluation,
            register,
            wave,
            id=register.next_id(wave.id, "r"),
            kind="reissue" if register.latest(wave.id) else "release",
            date=_check_date(date, wave, register),
            approver=_check_approver(approver, evaluation),
            reason=_check_reason_of_release(reason, wave, register),
        )
        outcome = run_notebooks(plan, BuildRecord(project), inputs)
        files = {} if outcome.failures else _render(project, evaluation, register, entry, plan.area_ids)
        findings = outcome.failures or audit(project, evaluation, register, files, entry.code_version).findings
        if findings:
            return _refuse(findings, f"{wave.id} is not released; reports/ is as it was before")
        inputs.check()
        removed = _commit(project, register, entry, files)
        drop_draft(project, evaluation, wave.id)
    uncleared = sorted({address.partition("/")[0] for address in removed if "/" in address} - {wave.id})
    if uncleared:
        print(
            f"Pages that are not cleared stand in reports/ no longer ({listed(uncleared)}); "
            "`make reports` builds them in reports/draft/.",
            file=sys.stderr,
        )
    where = f"reports/{wave.id}/index.html"
    print(f"{entry.id} is released on {day(entry.date)}. Open {where}; commit data/releases/.", file=sys.stderr)
    return 0


def withdraw(release_id: str, reason: str, approver: str, date: str) -> int:
    """Take a release's pages out of reports/, a page that says when and why in the place of each."""
    from pipeline.machinery import site

    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    with only_run(project):
        register = settle(project)
        released = _standing_release(register, release_id)
        wave = evaluation.wave(released.wave)
        why = _check_text(reason, "REASON", "say why the pages are withdrawn; the reason is printed in their place")
        if any(sign.isnumeric() for sign in why):
            raise ReleaseError("REASON holds a number; say why without one: it is printed, and could tell of people.")
        entry = _new_entry(
            project,
            evaluation,
            register,
            wave,
            id=f"{released.id}{WITHDRAWN}",
            kind="withdrawal",
            date=_check_date(date, wave, register),
            approver=_check_approver(approver, evaluation),
            reason=why,
        )
        pages = [one for one in released.files if one.startswith(f"{wave.id}/") and one.endswith(".html")]
        files = site.render_withdrawn(evaluation, wave.id, pages, entry.date, why)
        files["index.html"] = _site_around(evaluation, register, entry)["index.html"]
        # Judged alone: what was released before must never keep it from being withdrawn.
        findings = audit_notice(project, evaluation, Register(project.releases), files)
        if findings:
            return _refuse(findings, f"{released.id} is not withdrawn; word the reason without what was found")
        _commit(project, register, entry, files)
    print(f"{released.id} is withdrawn on {day(entry.date)}; its bytes stay in data/releases/.", file=sys.stderr)
    return 0


def register_deletion(wave_id: str | None, reason: str, date: str) -> int:
    """Register that answers of a wave were deleted on request; no answer and no page is touched."""
    project = find_project()
    evaluation = load_evaluation(project.settings_file)
    wave = _wave(evaluation, wave_id, "deletion")
    check_sources(project, [wave])
    with only_run(project):
        register = settle(project)
        entry = _new_entry(
            project,
            evaluation,
            register,
            wave,
            id=register.next_id(wave.id, "d"),
            kind="deletion",
            date=_check_date(date, wave, register),
            approver=None,
            reason=_check_text(reason, "REASON", "say why answers were deleted, without saying whose"),
        )
        # A deletion that `make record` has not written down would stop the next run as an unknown change.
        check_raw(project, [wave])
        _commit(project, register, entry, {})
    print(
        f"{entry.id} is registered; what stands released stays. Next: `make reports WAVE={wave.id}`.", file=sys.stderr
    )
    return 0


def _commit(project: Project, register: Register, entry: Entry, files: Mapping[str, bytes]) -> list[str]:
    """Archive, register and place; return what no longer stands in reports/."""
    prepare_archive(project, entry.id, files)
    hashes = {address: hash_bytes(content) for address, content in sorted(files.items())}
    register = add_entry(project, register, entry.model_copy(update={"files": hashes}))
    _, removed = place_released(project, register)
    return removed


def _refuse(findings: list[str] | tuple[str, ...], consequence: str) -> int:
    for finding in findings:
        print(f"Failed: {finding}", file=sys.stderr)
    print(f"{consequence}.", file=sys.stderr)
    return 1


def _render(
    project: Project, evaluation: Evaluation, register: Register, entry: Entry, area_ids: list[str]
) -> dict[str, bytes]:
    """Return every page and download of a release by its address, the pages above the waves too."""
    from pipeline.machinery import site
    from pipeline.machinery.reporting import ReportingWave

    work, clearance = ReportingWave(project, entry.wave), clearance_of(register, entry, evaluation)
    files = site.render_wave_index(evaluation, entry.wave, area_ids, clearance)
    for area_id in area_ids:
        files |= site.render_area(work, area_id, entry.code_version, clearance)
    return files | _site_around(evaluation, register, entry)


def _site_around(evaluation: Evaluation, register: Register, entry: Entry) -> dict[str, bytes]:
    """Return the pages above the waves once an entry counts: they list what was released and what withdrawn."""
    from pipeline.machinery import site
    from pipeline.presentation.clearance import AROUND_RELEASES

    latest = [register.latest(wave.id) for wave in evaluation.waves if wave.id != entry.wave]
    statuses = {one.wave: _status(one) for one in (*latest, entry) if one is not None}
    return site.render_site(evaluation, statuses, statuses, AROUND_RELEASES)


def _status(entry: Entry) -> str:
    what = "withdrawn" if entry.kind == "withdrawal" else "released"
    return f"{what} on {day(entry.date)} ({entry.release})"


def _new_entry(project: Project, evaluation: Evaluation, register: Register, wave: Wave, **given: object) -> Entry:
    return Entry.model_validate(
        {
            "wave": wave.id,
            "policy": f"{evaluation.disclosure.policy}, minimum base {evaluation.disclosure.minimum_base}",
            "settings_version": evaluation.version,
            "code_version": code_version(project),
            "files": {},
            "previous": register.seal,
            **given,
        }
    )


def _wave(evaluation: Evaluation, wave_id: str | None, verb: str) -> Wave:
    if not wave_id:
        known = listed(wave.id for wave in evaluation.waves)
        raise ReleaseError(f"WAVE is missing: a {verb} never guesses its wave; there are {known}.")
    return evaluation.wave(wave_id)


def _standing_release(register: Register, release_id: str) -> Entry:
    known = [entry.id for entry in register.releases]
    if release_id not in known:
        shown = f"'{release_id}' is no release" if release_id else "RELEASE is missing"
        hint = did_you_mean(release_id, known) if release_id else ""
        raise ReleaseError(f"{shown}{hint or '.'} The register has {listed(known)}.")
    released = register.releases[known.index(release_id)]
    latest = register.latest(released.wave)
    if latest is not None and latest.id != release_id:
        gone = _status(latest) if latest.release == release_id else f"{latest.release} took its place"
        raise ReleaseError(f"{release_id} stands in reports/ no longer: {gone}.")
    return released


def _check_date(given: str, wave: Wave, register: Register) -> dt.date:
    try:
        date = dt.date.fromisoformat(given) if _DAY.fullmatch(given) else None
    except ValueError:
        date = None
    if date is None:
        raise ReleaseError(
            f"DATE '{given}' is not a day; expected year, month and day, such as 2026-11-24."
            if given
            else "DATE is missing; give the day on which this is decided, such as 2026-11-24."
        )
    if date > dt.date.today():
        raise ReleaseError(f"DATE {date} lies in the future; give the day on which this is decided.")
    if date < wave.fieldwork.end:
        raise ReleaseError(f"DATE {date} is before the fieldwork of {wave.id} ends, on {wave.fieldwork.end}.")
    if register.entries and date < register.entries[-1].date:
        last = register.entries[-1]
        raise ReleaseError(f"DATE {date} is before {last.date}, the day of {last.id}, the last line of the register.")
    return date


def _check_approver(given: str, evaluation: Evaluation) -> str:
    approver = _check_text(given, "APPROVER", "name the post that clears the pages, or the person who holds it")
    if normal_form(approver) == normal_form(evaluation.roles.analyst):
        raise ReleaseError(
            f"APPROVER '{approver}' is the analyst of evaluation.yml; whoever makes the pages does not clear them."
        )
    return approver


def _check_reason_of_release(given: str, wave: Wave, register: Register) -> str | None:
    if register.latest(wave.id) is not None:
        earlier = [entry.id for entry in register.releases if entry.wave == wave.id][-1]
        return _check_text(given, "REASON", f"{wave.id} was released before, as {earlier}; say why it is issued anew")
    if given.strip():
        raise ReleaseError(f"REASON is for a reissue; {wave.id} has not been released before, so leave it out.")
    return None


def _check_text(given: str, name: str, wanted: str) -> str:
    if not given.strip():
        raise ReleaseError(f"{name} is missing: {wanted}.")
    try:
        return TypeAdapter(PlainText).validate_python(given)
    except ValidationError as error:
        said = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ReleaseError(f"{name}: {said[0].lower() if name not in said else said[0]}{said[1:]}.") from None
