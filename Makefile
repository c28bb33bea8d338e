# The same verbs work without make: python -m pipeline VERB (see README.md).
MAKEFLAGS += --no-print-directory
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

WAVE ?=
AREA ?=
FILE ?=
RELEASE ?=
# What people write goes to the command through the environment, so that the shell takes none of it for its own.
export APPROVER ?=
export DATE ?=
export REASON ?=
# A notebook that runs longer, or whose kernel holds more GB, is ended.
export LIMIT_SECONDS ?=
export LIMIT_MEMORY ?=
# The workers of this scheduler run notebooks and calibration: tcp://127.0.0.1:8786.
export SCHEDULER ?=
COUNT ?= 100000
SURVEYS ?= 2000
MOMENTS ?= 500
SEED ?= 1
# Who is killed tells nobody: what a recipe started ends when the make with this number is gone.
export PIPELINE_MAKE_PID := $(shell echo $$PPID)
# PYTHON=python uses the environment that is active (conda, say); otherwise the project's own .venv is made and used.
ifeq ($(origin PYTHON),command line)
READY :=
else
PYTHON := .venv/bin/python
READY := .venv/ready
endif
# The Python that makes the .venv.
PYTHON3 ?= python3
RUN = $(PYTHON) -m pipeline
# WHY=1 and DRY_RUN=1 build nothing: they say what would be built, and why.
ONLY = $(if $(WHY),--why) $(if $(DRY_RUN),--dry-run)

.PHONY: help setup data estimates reports report verify watch site audit release withdraw deletion inspect new-wave quotes coding registers record lab test check fuzz bench chaos prove calibrate clean demonstration

help: ## show this list
	@echo "Usage: make reports WAVE=wave-2"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS=$$'\t' read -r name text; do printf '  %-14s %s\n' "$$name" "$$text"; done

setup: $(READY) ## make the environment in .venv from requirements.lock (the other targets do it themselves)

.venv/ready: requirements.lock
	$(PYTHON3) -m pipeline setup

data: $(READY) ## clean a wave and its baseline (WAVE=wave-2; default: the latest)
	@$(RUN) data --wave "$(WAVE)"

estimates: $(READY) ## clean, then estimate a wave beside its baseline (WAVE=...)
	@$(RUN) estimates --wave "$(WAVE)"

reports: $(READY) ## build every report of a wave into reports/ (WAVE=...; WHY=1 or DRY_RUN=1 only say what would be)
	@$(RUN) reports --wave "$(WAVE)" $(ONLY)

report: $(READY) ## build the report of one area (AREA=camden WAVE=...)
	@$(RUN) report --area "$(AREA)" --wave "$(WAVE)" $(ONLY)

verify: $(READY) ## build a wave in two surroundings and compare every byte (WAVE=...)
	@$(RUN) verify --wave "$(WAVE)"

watch: $(READY) ## build what changes while you edit, and serve the pages to this machine (WAVE=... AREA=camden)
	@$(RUN) watch --wave "$(WAVE)" --area "$(AREA)"

site: $(READY) ## rebuild the indexes, the methods page and the two notices
	@$(RUN) site

audit: $(READY) ## say what anybody would learn from a wave's pages beside all that was released (WAVE=...)
	@$(RUN) audit --wave "$(WAVE)"

release: $(READY) ## clear a wave's reports for publication (WAVE=... APPROVER="..." DATE=2026-11-24)
	@$(RUN) release --wave "$(WAVE)" --approver="$$APPROVER" --date="$$DATE" --reason="$$REASON"

withdraw: $(READY) ## take a release's pages out of reports/ (RELEASE=wave-2-r1 REASON="..." APPROVER="..." DATE=...)
	@$(RUN) withdraw --release="$(RELEASE)" --approver="$$APPROVER" --date="$$DATE" --reason="$$REASON"

deletion: $(READY) ## register that answers were deleted on request (WAVE=... REASON="..." DATE=...)
	@$(RUN) deletion --wave "$(WAVE)" --date="$$DATE" --reason="$$REASON"

inspect: $(READY) ## say what an export holds, and draft its part of evaluation.yml (FILE=answers.xlsx)
	@$(RUN) inspect "$(FILE)"

new-wave: $(READY) ## walk through adding a wave
	@$(RUN) new-wave

quotes: $(READY) ## write a wave's private worksheet for approving quotes, and check their register (WAVE=...)
	@$(RUN) quotes --wave "$(WAVE)"

coding: $(READY) ## write a wave's private worksheets for coding comments by theme, and read those filled in (WAVE=...)
	@$(RUN) coding --wave "$(WAVE)"

registers: $(READY) ## write templates of the improvement work's registers, and say what is wrong with those there
	@$(RUN) registers

record: $(READY) ## write down what the raw files of a wave are, after replacing one on purpose (WAVE=...)
	@$(RUN) record --wave "$(WAVE)"

lab: $(READY) ## open the notebooks in JupyterLab
	@$(RUN) lab

test: $(READY) ## run the everyday tests
	@$(RUN) test

check: $(READY) ## check style and types; changes nothing
	@$(RUN) check

fuzz: $(READY) ## read damaged exports by the thousand; none may end in a traceback (COUNT=100000 SEED=1)
	@$(RUN) fuzz --count "$(COUNT)" --seed "$(SEED)"

bench: $(READY) ## time a whole build, cleaning and the models beside other ways of doing the same
	@$(RUN) bench

chaos: $(READY) ## kill builds at many random moments and by other faults; nothing may be torn or left (MOMENTS=500 SEED=1)
	@$(RUN) chaos --moments "$(MOMENTS)" --seed "$(SEED)"

prove: $(READY) ## measure what protection costs and which leaks the gate refuses; kept beside the code (SURVEYS=200)
	@$(RUN) prove $(if $(filter file default,$(origin SURVEYS)),,--surveys "$(SURVEYS)")

calibrate: $(READY) ## try the intervals on 2,000 simulated surveys a scenario; goes on where it was stopped (SURVEYS=2000)
	@$(RUN) calibrate --surveys "$(SURVEYS)"

clean: $(READY) ## remove data/processed, which the other targets rebuild; raw data and reports stay
	@$(RUN) clean

demonstration: $(READY) ## write the SYNTHETIC demonstration waves where their files are missing
	@$(RUN) demonstration
