# The commands of the savings pipeline. `make` alone lists them.

INPUTS = inputs
OUTPUTS = outputs
PROGRAMME =
RETURN =
STRICT =
ODS =
THEME =
HISTORY =
NAME =
FORCE =
SIGNED_OFF_BY =
VERSIONS =
POLL =
PORT =
BROWSER =
CLUSTER =
ARGS =
FIGURE =
CSV =
SUBJECTS =
PYTHON ?=
UV_VERSION = 0.13.9
MUTMUT_VERSION = 3.8.1
# On these what the program needs must come as wheels: nobody there can compile.
SYSTEMS = x86_64-pc-windows-msvc aarch64-pc-windows-msvc aarch64-apple-darwin x86_64-apple-darwin \
	x86_64-unknown-linux-gnu aarch64-unknown-linux-gnu

# What may be set beside a command. A name that is nearly one of these (INPUT, inputs, PROGRAM) would
# be passed over in silence, and the report be of other workbooks.
SETTINGS = INPUTS OUTPUTS PROGRAMME RETURN STRICT ODS THEME HISTORY NAME FORCE SIGNED_OFF_BY VERSIONS \
	POLL PORT BROWSER CLUSTER ARGS FIGURE CSV SUBJECTS ROUNDS FUZZ SOAK UPGRADE PYTHON SHELL UV_VERSION MUTMUT_VERSION
SET = $(foreach each,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(each)))),$(each)))
UNKNOWN = $(filter-out $(SETTINGS) MAKEFLAGS MFLAGS -*-command-variables-*-,$(SET))
ifneq ($(strip $(UNKNOWN)),)
$(error There is no $(firstword $(UNKNOWN))= here. Did you mean one of: $(SETTINGS)? Capitals count)
endif

# What a user names goes through the environment, so that spaces, quotes and dollar signs survive.
export PYTHON
export ARG_INPUTS := $(value INPUTS)
export ARG_OUTPUTS := $(value OUTPUTS)
export ARG_PROGRAMME := $(value PROGRAMME)
export ARG_RETURN := $(value RETURN)
export ARG_THEME := $(value THEME)
export ARG_CLUSTER := $(value CLUSTER)
export ARG_FIGURE := $(value FIGURE)
export ARG_CSV := $(value CSV)
export ARG_HISTORY := $(value HISTORY)
export ARG_NAME := $(value NAME)
export ARG_SIGNED_OFF_BY := $(value SIGNED_OFF_BY)
export ARG_VERSIONS := $(value VERSIONS)
export ARG_PORT := $(value PORT)
unexport INPUTS OUTPUTS PROGRAMME RETURN THEME HISTORY NAME SIGNED_OFF_BY VERSIONS CLUSTER FIGURE CSV PORT

PIPELINE = .venv/bin/python -m pipeline
# With bytecode, whatever else is set: the tests start the program again and again, and each start
# without it compiles the program anew.
PYTEST = PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n auto --maxprocesses 8 --dist worksteal
FOLDERS = --inputs "$$ARG_INPUTS" --outputs "$$ARG_OUTPUTS"
WHICH = $${ARG_PROGRAMME:+--programme "$$ARG_PROGRAMME"}
WHICH_RETURN = $${ARG_RETURN:+--return "$$ARG_RETURN"}
WHICH_THEME = $${ARG_THEME:+--theme "$$ARG_THEME"}
WHICH_CLUSTER = $${ARG_CLUSTER:+--cluster "$$ARG_CLUSTER"}
WHICH_CSV = $${ARG_CSV:+--csv "$$ARG_CSV"}
WHICH_HISTORY = $${ARG_HISTORY:+--history "$$ARG_HISTORY"}
WHICH_NAME = --name "$$ARG_NAME" $${ARG_SIGNED_OFF_BY:+--signed-off-by "$$ARG_SIGNED_OFF_BY"}
WHETHER_FORCE = $(if $(filter-out 0 no false,$(FORCE)),--force)
WHETHER_STRICT = $(if $(filter-out 0 no false,$(STRICT)),--strict)
WHETHER_ODS = $(if $(filter-out 0 no false,$(ODS)),--ods)
WHETHER_LENIENT = $(if $(filter-out 0 no false,$(STRICT)),,--lenient)
WHICH_PORT = $${ARG_PORT:+--port "$$ARG_PORT"}
WHETHER_BROWSER = $(if $(filter 0 no false,$(BROWSER)),--no-browser)
WHETHER_POLL = $(if $(filter-out 0 no false,$(POLL)),--poll)

.DEFAULT_GOAL := help
.PHONY: help setup page report validate template watch issue versions compare trace test test-long coverage package fuzz soak bench bench-cluster lint types format pictures rules clean lock .venv

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' Makefile
	@echo
	@echo 'All of report to trace take INPUTS=folder OUTPUTS=folder PROGRAMME="name"; report, watch,'
	@echo 'issue and compare THEME="theme.toml"; these and versions HISTORY="URL"; report STRICT=1'
	@echo 'ODS=1; issue SIGNED_OFF_BY="name, role" FORCE=1, over errors and returns not in; report and validate'
	@echo 'CLUSTER=tcp://scheduler:8786; trace FIGURE="Summary | organisation | heading" CSV="file";'
	@echo 'validate RETURN="file"; test ARGS="-k word"; setup PYTHON=python3.13.'

setup: .venv ## make or renew .venv; every other command does so first where it is needed
	@echo 'Set up: .venv holds what requirements.lock names.'

page: .venv ## work on the programmes in a browser; PORT=8000, BROWSER=0: only print the address
	@$(PIPELINE) page $(FOLDERS) $(WHICH_PORT) $(WHETHER_BROWSER) $(WHICH_THEME) $(WHICH_HISTORY)

report: .venv ## write the reports of every programme
	@$(PIPELINE) report $(FOLDERS) $(WHICH) $(WHETHER_STRICT) $(WHETHER_ODS) $(WHICH_THEME) $(WHICH_HISTORY) $(WHICH_CLUSTER)

# A list of errors is what was asked for: make ends quietly under it, but for STRICT=1.
validate: .venv ## check the workbooks and list every issue, without the summaries
	@$(PIPELINE) validate $(FOLDERS) $(WHICH) $(WHICH_RETURN) $(WHICH_CLUSTER) $(WHETHER_LENIENT)

template: .venv ## write a blank programme.xlsx, blank returns, and each department's next return
	@$(PIPELINE) template $(FOLDERS) $(WHICH)

watch: .venv ## report again whenever the workbooks change, until Ctrl-C; POLL=1 on a network share
	@$(PIPELINE) watch $(FOLDERS) $(WHICH) $(WHETHER_POLL) $(WHICH_THEME) $(WHICH_HISTORY)

issue: .venv ## freeze the report as a numbered version: NAME="Cabinet 30 April 2012"
	@$(PIPELINE) issue $(FOLDERS) $(WHICH) $(WHICH_NAME) $(WHETHER_FORCE) $(WHICH_THEME) $(WHICH_HISTORY)

versions: .venv ## list the versions issued
	@$(PIPELINE) versions $(FOLDERS) $(WHICH) $(WHICH_HISTORY)

compare: .venv ## what moved between two versions: VERSIONS="2 3"
	@[ -n "$$ARG_VERSIONS" ] || { echo 'Say which two: make compare VERSIONS="1 2". `make versions` lists them.' >&2; exit 2; }
	@$(PIPELINE) compare $(FOLDERS) $(WHICH) $(WHICH_THEME) $(WHICH_HISTORY) -- $$ARG_VERSIONS

trace: .venv ## show what a figure is made of: FIGURE="table | row | column" CSV="file"
	@[ -n "$$ARG_FIGURE" ] || { echo 'Say which figure, as printed: make trace FIGURE="Summary | Total programme | One-off: Best case".' >&2; exit 2; }
	@$(PIPELINE) trace $(FOLDERS) $(WHICH) $(WHICH_CSV) -- "$$ARG_FIGURE"

# Where ARGS names files or folders of tests, all in them are run.
NAMED = $(filter tests%,$(ARGS))
test: .venv ## run the tests, without the long ones
	@$(if $(NAMED),,echo 'Left to make test-long: the same promises on many more programmes and workbooks; clusters, .ods files.')
	@$(PYTEST) $(if $(NAMED),,-m 'not long') $(ARGS)

test-long: .venv ## run the long tests: random programmes by the hundred, all that LibreOffice recalculates
	@$(PYTEST) -m long $(ARGS)

# Only what makes the figures is measured, so that it costs little time. Of the tests that ARGS picks
# none may be long, or all: they are run in one go.
MEASURED = --cov=pipeline/core --cov=pipeline/model --cov=pipeline/check --cov-append --cov-report= $(ARGS)
coverage: .venv ## run both, and hold core, model and check to their coverage, as CI does
	@rm -f .coverage
	@$(if $(ARGS),$(PYTEST) $(MEASURED),$(PYTEST) -m long $(MEASURED) && $(PYTEST) -m 'not long' $(MEASURED))
	@.venv/bin/python -m tests.coverage_floor

# In one process, which installs once for all of them.
package: .venv ## build the wheel, install it into an empty environment, report the samples with it
	@SAVINGS_TEST_PACKAGE=1 .venv/bin/python -m pytest tests/test_package.py $(ARGS)

fuzz: .venv ## try 20,000 damaged workbooks; FUZZ=100000 for more
	@FUZZ=$(or $(FUZZ),20000) $(PYTEST) tests/fuzz $(ARGS)

soak: .venv ## try 10,000 random programmes with faults; SOAK=100000 for more
	@SOAK=$(or $(SOAK),10000) $(PYTEST) tests/test_exactness.py tests/ingest/test_account.py \
		tests/end_to_end/test_next_return.py $(ARGS)

# With bytecode, as whoever uses the program has it, whatever else is set here.
# SUBJECTS: files of bench/subjects, without .py; ROUNDS: how often each is run.
bench: .venv ## time the pipeline beside peers and floors; SUBJECTS="report start", ROUNDS=3
	@PYTHONDONTWRITEBYTECODE= .venv/bin/python -m bench $(SUBJECTS) --rounds $(or $(ROUNDS),3)

bench-cluster: .venv ## read 20,000 returns on two workers beside one process; takes minutes
	@PYTHONDONTWRITEBYTECODE= .venv/bin/python -m bench cluster --rounds $(or $(ROUNDS),1)

# mutmut and what it needs live in a folder of their own, so that .venv stays as locked.
mutants: .venv ## change money, sharing and controls in a thousand ways, and see the tests notice
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	.venv/bin/python -m pip install -qq --target "$$tools" mutmut==$(MUTMUT_VERSION) && \
	PYTHONPATH="$$tools" .venv/bin/python -m mutmut run && \
	PYTHONPATH="$$tools" .venv/bin/python -m mutmut results

lint: .venv ## check style and the rules of the architecture
	@.venv/bin/python -m ruff check
	@.venv/bin/python -m ruff format --check
	@.venv/bin/python .venv/bin/lint-imports --no-logo

types: .venv ## check the types
	@.venv/bin/python -m mypy

format: .venv ## put the code into the project's style
	@.venv/bin/python -m ruff check --fix-only --quiet
	@.venv/bin/python -m ruff format

pictures: .venv ## make the pictures of the README anew; needs LibreOffice, poppler and chromium
	@.venv/bin/python -m tests.make_pictures && .venv/bin/python -m tests.make_page_pictures

rules: .venv ## write the pages of rules and settings anew, after a change of them
	@.venv/bin/python -m tests.make_rules_page
	@.venv/bin/python -m tests.make_settings_page

# Caches and .venv, each by name: inputs, reports, issued versions and history stay.
clean: ## remove .venv and caches; workbooks, reports, issued versions and history stay
	@rm -rf .venv .savings .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache \
		.ruff_cache build dist htmlcov mutants
	@find bench pipeline schemas tests -type d -name __pycache__ -prune -exec rm -rf {} +

lock: .venv ## renew requirements.lock after a change of pyproject.toml; UPGRADE=1 for newer versions
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	.venv/bin/python -m venv "$$tools" && \
	"$$tools/bin/python" -m pip install -qq uv==$(UV_VERSION) && \
	"$$tools/bin/uv" pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) \
		--group dev --extra cluster --extra postgresql --output-file requirements.lock pyproject.toml && \
	.venv/bin/python -c 'import tomllib, start; \
		project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(start.needed(open("requirements.lock").read(), project["dependencies"]))' \
		> "$$tools/runtime.lock" && \
	for system in $(SYSTEMS); do \
		"$$tools/bin/uv" pip install --quiet --dry-run --no-deps --require-hashes --only-binary :all: \
			--python-platform $$system --target "$$tools/none" -r "$$tools/runtime.lock" || \
			{ echo "What the program needs has no wheel for $$system: see above." >&2; exit 1; }; \
	done

# The copy of the lock inside .venv is made last, so .venv counts only when it was set up whole
# and from this very lock. It is made anew, not added to: what is in it is what the lock names.
.venv:
	@if cmp -s requirements.lock .venv/requirements.lock && .venv/bin/python -c '' 2>/dev/null; then \
		exit 0; \
	fi; \
	if [ -n "$$PYTHON" ]; then set -- "$$PYTHON"; else \
		set -- python3 python3.15 python3.14 python3.13 python3.12 python3.11 python; \
	fi; \
	for python; do \
		"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; \
		python=; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Python 3.11 or later is needed; $$1 is $$("$$1" -V 2>/dev/null || echo 'not there')." >&2; \
		echo 'Install one, or say where it is: make setup PYTHON=/path/to/python3.11' >&2; \
		exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "$$("$$python" -V) at $$python comes without its venv module, which is needed." >&2; \
		echo 'On Debian and Ubuntu: sudo apt install python3-venv' >&2; \
		exit 1; \
	fi; \
	echo "Setting up .venv with $$("$$python" -V) and the packages in requirements.lock; once, about half a minute."; \
	if "$$python" -m venv --clear .venv && \
		.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input \
			--require-hashes --only-binary :all: --no-deps -r requirements.lock; then \
		cp requirements.lock .venv/requirements.lock; \
	else \
		echo 'Setting up did not succeed; the message above says why. It needs the internet and Python 3.11 to 3.15.' >&2; \
		exit 1; \
	fi
