"""`python -m pipeline`: the same verbs as make."""

from pipeline.machinery.command_line import main

if __name__ == "__main__":
    raise SystemExit(main())
