"""The link between waves: keyed hashes of a self-made code, from which the code cannot be read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from pipeline.ground.errors import PipelineError
from pipeline.reference.labels import normal_form

HASH_LENGTH = 20
WHOLE_CODE = 0
# Of two parts, one alone would say who is who; a birthday's day is shared by one person in thirty.
FEWEST_PARTS_TO_LEAVE_ONE_OUT = 3


def hash_code(parts: Sequence[str | None], link_key: bytes) -> dict[int, str]:
    """Return keyed hashes of a code by the part left out, from 1; that of the whole code stands under 0.

    Parts are compared without case, spaces and punctuation; '7' is '07'. A hash stands only where every part that it
    covers is given, and parts are left out only of codes with three or more: two codes that differ in one part share
    one of these hashes. Each is 20 hexadecimal characters of HMAC-SHA256 under `link_key`; raises PipelineError for an
    empty key, under which anyone could try all codes.
    """
    if not link_key:
        raise PipelineError("The key that protects self-made codes is empty; expected a secret of random bytes.")
    plain = [_plain_part(part) for part in parts]
    left_out = range(len(plain) + 1) if len(plain) >= FEWEST_PARTS_TO_LEAVE_ONE_OUT else [WHOLE_CODE]
    hashes = {}
    for number in left_out:
        covered = [part for place, part in enumerate(plain, start=1) if place != number]
        if covered and all(covered):
            # No part holds a space, so ('ab', 'c') and ('a', 'bc') differ; the number keeps the hashes' kinds apart.
            message = " ".join([str(number), *covered])
            hashes[number] = hmac.new(link_key, message.encode(), hashlib.sha256).hexdigest()[:HASH_LENGTH]
    return hashes


def _plain_part(part: str | None) -> str:
    plain = "".join(character for character in normal_form(part or "") if character.isalnum())
    return plain.lstrip("0").zfill(2) if plain.isdecimal() else plain
