# What one types at the root of the checkout. Needs a Python >= 3.11 and make; everything else is put into .venv by
# `make setup`, apart from bubblewrap, which it installs with the system's package manager where it may. It must not know
# how anything is built, graded or checked: that is what `autograder` and pytest do.

# A Python >= 3.11 for the environment; left empty, the first one found. Another one makes the environment anew.
PYTHON ?=
# Passed on to pytest, to JupyterLab and to uv: make test PYTEST_OPTIONS="-k dropout", make lock LOCK_OPTIONS=--upgrade
PYTEST_OPTIONS ?=
LAB_OPTIONS ?=
LOCK_OPTIONS ?=
# The folder that `make lab` opens. A learner works in copies: JupyterLab saves a notebook soon after it is opened, and
# release/ is committed. An instructor opens the whole course: make lab LAB_FOLDER=.
LAB_FOLDER ?= my_notebooks

BIN := .venv/bin
# Left behind by a setup that went through to its end. It says for which folder and which PYTHON that was, as an
# environment can neither be moved nor change its Python: then it is made anew.
STAMP := .venv/.set-up
MADE_FOR := $(shell cat $(STAMP) 2>/dev/null)
MAKE_ANEW :=
ifneq ($(MADE_FOR),)
ifeq ($(findstring folder=$(CURDIR);,$(MADE_FOR)),)
MAKE_ANEW := always
endif
ifeq ($(findstring python=$(PYTHON);,$(MADE_FOR)),)
MAKE_ANEW := $(if $(PYTHON),always,$(MAKE_ANEW))
endif
endif

.DEFAULT_GOAL := help
.PHONY: help setup build lab demo test lock always
.DELETE_ON_ERROR:

step = @printf '\n== %s\n' '$(1)'

help:  ## say what can be made (this list)
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-6s  %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP)  ## put everything into .venv, as requirements.lock says
	@$(has_bubblewrap) || [ "$$(uname -s)" != Linux ] || { \
		if command -v apt-get >/dev/null; then install='apt-get install -y bubblewrap libseccomp2'; update='apt-get update'; \
		elif command -v dnf >/dev/null; then install='dnf install -y bubblewrap libseccomp'; \
		elif command -v pacman >/dev/null; then install='pacman -Sy --noconfirm --needed bubblewrap libseccomp'; \
		elif command -v apk >/dev/null; then install='apk add bubblewrap libseccomp'; fi; \
		if [ "$$(id -u)" = 0 ] && [ -n "$$install" ]; then \
			echo "Installing what submissions are jailed with: $$install"; \
			{ $$install || { $${update:-false} && $$install; }; } </dev/null >/dev/null 2>&1; \
		fi; \
		$(has_bubblewrap) || echo "To grade submissions, install bubblewrap: $${install:+sudo $$install}"; }
	@echo 'Ready: $(BIN)/python, $(BIN)/autograder, $(BIN)/nbgrader'

build: setup  ## course/ -> source/ -> release/
	@$(BIN)/autograder build

lab: setup  ## open JupyterLab on your own copies of the notebooks, in my_notebooks/
	@if [ '$(LAB_FOLDER)' = my_notebooks ]; then \
		mkdir -p my_notebooks; \
		for topic in release/*/; do \
			test -e "my_notebooks/$$(basename "$$topic")" || cp -R "$${topic%/}" my_notebooks/; \
		done; \
	fi
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter-lab --ServerApp.root_dir='$(LAB_FOLDER)' $(LAB_OPTIONS)

demo: setup  ## grade a made-up class of 24
	$(call step,the notebooks)
	@$(BIN)/autograder build
	$(call step,a made-up class)
	@$(BIN)/python -m tests.simulated_class

test: setup  ## format, lint, types, notebooks, checks, tests; stops at the first that fails
	$(call step,format: ruff format --check)
	@$(BIN)/ruff format --check
	$(call step,lint: ruff check)
	@$(BIN)/ruff check
	$(call step,types: mypy)
	@$(BIN)/mypy
	$(call step,notebooks: autograder build --check)
	@$(BIN)/autograder build --check
	$(call step,checks: autograder verify)
	@$(BIN)/autograder verify
	$(call step,tests: pytest)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadgroup $(PYTEST_OPTIONS)

lock:  ## write requirements.lock again after a change of pyproject.toml (needs uv)
	@command -v uv >/dev/null || { echo 'make lock needs uv: https://docs.astral.sh/uv/ (pipx install uv)' >&2; exit 1; }
	@uv pip compile --quiet --universal --generate-hashes --all-extras --no-strip-extras --python-version 3.11 \
		--custom-compile-command 'make lock' --output-file requirements.lock $(LOCK_OPTIONS) pyproject.toml

is_new_enough = -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
# The jail of submissions is the one thing that comes from the system, where it may be installed.
has_bubblewrap = command -v bwrap >/dev/null
pip = $(BIN)/python -m pip --disable-pip-version-check

# An editable install is not compiled: where Python was told to keep no byte code, every command would do that anew.
$(STAMP): pyproject.toml requirements.lock $(MAKE_ANEW)
	@if [ -n '$(MAKE_ANEW)' ] || ! $(BIN)/python $(is_new_enough) || ! $(pip) --version >/dev/null 2>&1; then \
		for python in $(if $(PYTHON),"$(PYTHON)",python3 python3.14 python3.13 python3.12 python3.11 python); do \
			"$$python" $(is_new_enough) && break; python=; \
		done; \
		if [ -z "$$python" ]; then \
			echo 'No Python 3.11 or newer is found as $(or $(PYTHON),python3). Install one from https://www.python.org/downloads/,' >&2; \
			echo 'or name the one you have: make setup PYTHON=/path/to/python3.12' >&2; exit 1; \
		fi; \
		if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
			echo "$$python has no venv module. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; \
		fi; \
		echo "Making .venv with $$("$$python" --version)"; \
		"$$python" -m venv --clear .venv || exit 1; \
	fi
	@rm -f $(STAMP)
	@echo 'Installing what requirements.lock lists into .venv (a minute or two the first time)'
	@{ $(pip) install --require-hashes --requirement requirements.lock \
		&& $(pip) install --no-build-isolation --no-deps --editable . \
		&& $(BIN)/python -m compileall -q autograder helpers \
		&& echo 'folder=$(CURDIR);python=$(PYTHON);' >$(STAMP); \
	} | awk -v terminal="$$(test -t 1 && echo yes)" 'terminal && /^(Collecting|Processing) / { \
		printf "\r  %d packages fetched", ++n; fflush() } END { if (n) print "" }'
	@test -e $(STAMP)
