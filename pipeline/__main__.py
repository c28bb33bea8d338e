"""`python -m pipeline`: the same verbs as make."""

import gc

from pipeline.machinery.command_line import main

if __name__ == "__main__":
    # A run makes many objects and drops few of them: looking for those so often takes a tenth of its time.
    gc.set_threshold(50_000, 20, 100)
    raise SystemExit(main())
