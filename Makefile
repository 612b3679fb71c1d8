# Everything runs in .venv, which is made when something needs it. Nothing else is installed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
UV := $(BIN)/uv
TO_VENV := --quiet --python $(BIN)/python

# Trust the certificates that this machine trusts, for those behind a proxy of their own.
export UV_SYSTEM_CERTS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Python keeps what it compiles: else each start of pytest and of a worker compiles 500 files anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-all lint lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

demo: .venv/.runtime ## See it work: a made-up company's backlog, from a sample Jira to sales
	@$(BIN)/headway demo

test: .venv/.dev ## Run the tests, on SQLite and PostgreSQL
	@$(BIN)/pytest -m "not all" --numprocesses auto --dist worksteal $(ARGS)

test-all: .venv/.dev ## Run the tests and the slow ones: soaks, kills, browsers, outside data
	@$(BIN)/pytest --hypothesis-profile=long $(ARGS)

lint: .venv/.dev ## Check style, types, layers and the Dockerfile
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Run: $(BIN)/ruff format ." >&2; exit 1; }
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/hadolint Dockerfile

lock: $(UV) ## Write the requirement files anew; UPGRADE=--upgrade takes newer versions
	@$(call LOCK,requirements.txt,pyproject.toml)
	@$(call LOCK,requirements-scale.txt,pyproject.toml --extra scale -c requirements.txt)
	@$(call LOCK,requirements-dev.txt,pyproject.toml --extra lint --extra mcp --extra otel --extra scale --group dev -c requirements.txt)
	@$(call LOCK,requirements-build.txt,--group build -c requirements-dev.txt)
	@$(call LOCK,requirements-uv.txt,--group uv)
	@$(call LOCK,tests/editors/requirements.txt,--group node)
	@$(call LOCK,tests/documents/requirements.txt,--group documents)
	@$(call LOCK,tests/recipes/requirements.txt,--group recipes)
	@$(call LOCK,tests/board/requirements.txt,--group browser)
	@$(call LOCK,tests/deploy/requirements.txt,--group deploy)

COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock" $(UPGRADE)

# A file that says the same as before is left alone: what was made from it need not be made again.
LOCK = cp $(1) $(1).new; $(COMPILE) $(2) -o $(1).new; \
	if cmp -s $(1) $(1).new; then rm $(1).new; else mv $(1).new $(1); fi

clean: ## Remove .venv, caches, builds and the demo's files; never your databases
	@rm -rf .venv build dist var/demo *.egg-info .coverage* .hypothesis .import_linter_cache \
		.mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp says that the demo's requirements are there, another that the developer's are too. The
# second set holds the first, so that `make demo` after `make test` has nothing to do.

RUNTIME := requirements.txt requirements-build.txt
INSTALL = $(UV) pip sync $(TO_VENV) --require-hashes requirements-uv.txt $(1) \
	&& $(UV) pip install $(TO_VENV) --no-deps --no-build-isolation -e .

.venv/.runtime: $(UV) $(RUNTIME) pyproject.toml
	@if test -e .venv/.dev; then $(MAKE) .venv/.dev; else \
		echo "Installing what Headway needs into .venv (once) ..." >&2; \
		$(call INSTALL,$(RUNTIME)); fi
	@touch $@

.venv/.dev: $(UV) requirements-dev.txt $(RUNTIME) pyproject.toml
	@echo "Installing what Headway and its tests need into .venv (once) ..." >&2
	@$(call INSTALL,requirements-dev.txt)
	@touch .venv/.runtime $@

$(UV): requirements-uv.txt
	@$(FIND_PYTHON); echo "Making .venv with $$found (once) ..." >&2; "$$found" -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt
	@touch $@

# The first Python that is new enough and can make a venv; $(PYTHON) alone, where it is given.
CANDIDATES := $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11)
define FIND_PYTHON
found=; old=; bare=; \
for python in $(CANDIDATES); do \
	if ! "$$python" -c "" 2>/dev/null; then continue; fi; \
	if ! "$$python" -c "import sys; sys.exit(sys.version_info < (3, 11))"; then \
		old="$$python"; continue; fi; \
	if ! "$$python" -c "import venv, ensurepip" 2>/dev/null; then bare="$$python"; continue; fi; \
	found="$$python"; break; \
done; \
if test -z "$$found"; then \
	if test -n "$$bare"; then \
		echo "$$bare cannot make a virtual environment: it comes without venv or ensurepip."; \
		echo "On Debian and Ubuntu: apt install python3-venv. Then run make again."; \
	elif test -n "$$old"; then \
		echo "Headway needs Python 3.11 or newer; $$old is $$("$$old" -V 2>&1)."; \
		echo "Install a newer one and say where: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; \
	else \
		echo "Headway needs Python 3.11 or newer, and none of these runs: $(CANDIDATES)."; \
		echo "On Debian and Ubuntu: apt install python3 python3-venv. Then run make again."; \
	fi >&2; \
	exit 1; \
fi
endef
