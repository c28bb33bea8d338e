"""Protection by the standard policy with nothing hidden besides what few people stand behind."""

from __future__ import annotations

from functools import partial

from pipeline.disclosure.policies import STANDARD
from pipeline.disclosure.protection import protect
from pipeline.disclosure.suppression import Suppression

protect_alone = partial(protect, policy=STANDARD, suppression=Suppression())
