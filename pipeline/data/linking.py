"""The link between waves: a keyed hash of a self-made code, from which the code cannot be read."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from pipeline.ground.errors import PipelineError
from pipeline.reference.labels import normal_form

ID_LENGTH = 20


def person_id_from_code(parts: Sequence[str | None], link_key: bytes) -> str | None:
    """Return 20 hexadecimal characters that stand for a code, or None when a part is blank.

    Parts are compared without case, spaces and punctuation; '7' is '07'. The hash is HMAC-SHA256 under `link_key`;
    raises PipelineError for an empty key, under which anyone could try all codes.
    """
    if not link_key:
        raise PipelineError("The key that protects self-made codes is empty; expected a secret of random bytes.")
    plain = [_plain_part(part) for part in parts]
    if not plain or not all(plain):
        return None
    # No part holds a space, so ('ab', 'c') and ('a', 'bc') differ.
    return hmac.new(link_key, " ".join(plain).encode(), hashlib.sha256).hexdigest()[:ID_LENGTH]


def _plain_part(part: str | None) -> str:
    plain = "".join(character for character in normal_form(part or "") if character.isalnum())
    return plain.lstrip("0").zfill(2) if plain.isdecimal() else plain
