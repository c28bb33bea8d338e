"""From the raw exports of a survey wave to publishable evaluation reports."""

import sys

__version__ = "0.3.0"

# jsonschema, which notebooks need, would build a grammar of web addresses on being imported: most of a second, for a
# check that no notebook's schema asks for and that it leaves out where the grammar is missing.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
