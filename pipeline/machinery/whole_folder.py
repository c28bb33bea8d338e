"""A folder that changes as a whole: whoever opens a file by its address sees all of the old files or all of the new.

The new content is put together in a folder beside it, its unchanged files as links to the old, and the two folders
exchange their names in one step. Where the system has no such step, the files are put in place one after the other;
the folder beside then has a name that says so, and the next start goes on where a killed run stopped.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipeline.ground.errors import PipelineError

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
# What may be answered where names cannot be exchanged here: another error is one.
_CANNOT = {errno.ENOSYS, errno.EINVAL, errno.EBUSY, errno.EXDEV, errno.ENOTSUP, errno.EPERM}
Files = Mapping[str, bytes]


def change_folder(folder: Path, files: Files, gone: Collection[str] = ()) -> list[str]:
    """Put files into a folder, by their address, and take others out, all at once; return the addresses written.

    Files that are the same stay as they are, their dates too; a folder that is left empty goes. The caller holds the
    project's lock. Raises PipelineError, the folder being as it was, when something cannot be written.
    """
    written = [address for address, content in files.items() if not _is(folder / address, content)]
    gone = [address for address in gone if address not in files and (folder / address).is_file()]
    if not written and not gone:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    real, beside, _ = _places(folder)
    settle_folder(folder)
    try:
        _prepare(real, beside, {address: files[address] for address in written}, gone)
    except OSError as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise PipelineError(
            f"{folder.name}/ could not be changed ({error.strerror or error}); it is as it was before."
        ) from None
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    _swap(folder)
    return written


def settle_folder(folder: Path) -> None:
    """Finish what a killed run had begun to put in place, and take away what one had only prepared."""
    real, beside, finishing = _places(folder)
    if beside.is_dir():
        shutil.rmtree(beside)
    if finishing.is_dir():
        _finish(folder)


def is_settled(folder: Path) -> bool:
    """Tell whether no killed run left anything beside the folder."""
    _, beside, finishing = _places(folder)
    return not beside.exists() and not finishing.exists()


def _places(folder: Path) -> tuple[Path, Path, Path]:
    """Return the folder itself, behind any link, and the two names beside it."""
    real = folder.resolve()
    return real, real.with_name(f".{real.name}-next"), real.with_name(f".{real.name}-finishing")


def _prepare(real: Path, beside: Path, written: Files, gone: Collection[str]) -> None:
    """Put the folder's next content together: what stays as links, what changes written."""
    beside.mkdir()
    shutil.copymode(real, beside)
    for path in sorted(real.rglob("*")):
        address = path.relative_to(real).as_posix()
        if path.is_dir() and not path.is_symlink():
            (beside / address).mkdir()
            shutil.copymode(path, beside / address)
        elif address not in gone and address not in written:
            _link(path, beside / address)
    for address, content in written.items():
        path = beside / address
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A web server must be able to read a page.
        path.chmod(0o644)
    for address in gone:
        parent = (beside / address).parent
        while parent != beside and parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
            parent = parent.parent
    for path in (beside, *(path for path in beside.rglob("*") if path.is_dir())):
        _sync(path)


def _swap(folder: Path) -> None:
    real, beside, finishing = _places(folder)
    if exchange(beside, real):
        _sync(real.parent)
        # Whoever stands in the folder, a terminal or a web server, stands in the old one now: it becomes the same,
        # and gets its name back. The new pages stand already, so that nothing depends on this.
        with suppress(OSError):
            _mirror(real, beside)
            exchange(beside, real)
        shutil.rmtree(beside, ignore_errors=True)
        return
    beside.rename(finishing)
    _sync(real.parent)
    _finish(folder)


def _finish(folder: Path) -> None:
    real, beside, finishing = _places(folder)
    _mirror(finishing, real)
    # Half of it removed, under its own name, would be mirrored by the next start.
    finishing.rename(beside)
    shutil.rmtree(beside)


def _mirror(source: Path, target: Path) -> None:
    """Make one folder what another is, a file after the other, each whole; pages above others last."""
    wanted = [path for path in sorted(source.rglob("*")) if path.is_symlink() or not path.is_dir()]
    addresses = {path.relative_to(source).as_posix() for path in wanted}
    for path in sorted(wanted, key=lambda one: (one.name == "index.html", -len(one.parts), one.name)):
        _put(path, target / path.relative_to(source))
    for path in sorted(target.rglob("*"), reverse=True):
        address = path.relative_to(target).as_posix()
        if path.is_dir() and not path.is_symlink():
            if not (source / address).is_dir():
                path.rmdir()
        elif address not in addresses:
            path.unlink()
    for path in source.rglob("*"):
        if path.is_dir():
            (target / path.relative_to(source)).mkdir(exist_ok=True)


def _put(source: Path, target: Path) -> None:
    if not source.is_symlink() and target.is_file() and target.samefile(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".writing-{target.name}")
    temporary.unlink(missing_ok=True)
    _link(source, temporary)
    temporary.replace(target)


def _link(source: Path, target: Path) -> None:
    """Link one file to another, or copy it with its dates where links cannot be made."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _is(path: Path, content: bytes) -> bool:
    return path.is_file() and path.read_bytes() == content


def _sync(folder: Path) -> None:
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders exchange their names in one step; return False where the system cannot."""
    call = _renameat2()
    if call is None:
        return False
    if call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))


@cache
def _renameat2():  # type: ignore[no-untyped-def]
    """Return Linux's call, which Python does not offer, or None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is not None:
        call.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint]
    return call
