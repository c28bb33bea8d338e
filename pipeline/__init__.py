"""From the raw exports of a survey wave to publishable evaluation reports."""

import sys
import time

__version__ = "0.3.0"
# What changes later is not what this process runs, nor what is forked from it.
LOADED = time.time()

# jsonschema, which notebooks need, would build a grammar of web addresses on being imported: most of a second, for a
# check that no notebook's schema asks for and that it leaves out where the grammar is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
