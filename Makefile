# Sets up all that each target needs on Debian, Ubuntu or macOS with python3; re-running is quick.

PYTHON ?= python3
# Tests begin many processes, which would all compile the same modules.
export PYTHONDONTWRITEBYTECODE =
VENV := .venv
BIN := $(VENV)/bin
# Node, which comes with the other tools, and what the page's sources need of it.
WEB := web/node_modules/.installed
# It trusts whom the system trusts, as pip does.
NPM := NODE_USE_SYSTEM_CA=1 PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix web

.PHONY: demo test test-models quick fuzz check page docs evidence install clean

demo: install  ## the main job: train, project, plot, animate, into out/demo
	$(BIN)/landscape demo

test: install $(WEB)  ## all tests
	sh system.sh $(PYTHON) tests
	$(BIN)/pytest -n 2 --dist worksteal

# Where pip finds PyTorch's build for graphics cards, which is gigabytes, say where the one for processors lies as
# PIP_EXTRA_INDEX_URL, or name another version.
TORCH ?= torch==2.13.0

# What trains such models and is recorded by callbacks.
TRAINERS ?= lightning pytorch_lightning transformers accelerate keras

test-models: install  ## the tests of models in PyTorch, JAX and Keras, and of what trains them; all fetched: some minutes
	$(BIN)/python -m pip install --quiet --disable-pip-version-check '$(TORCH)' $(TRAINERS) --editable '.[torch,jax]'
	$(BIN)/pytest -n 2 --dist worksteal tests/models

quick: install  ## the library's tests without films, pages and long runs: under 40 s
	$(BIN)/pytest -n 2 --dist worksteal tests/core tests/terrains tests/optimizers tests/networks \
		tests/datasets tests/planes --ignore tests/core/test_foreign.py --ignore tests/core/test_nothing_runs.py

fuzz: install  ## hostile files, words, formulas and parameters: more than 200,000 cases, half an hour
	FUZZ_CASES=$${FUZZ_CASES:-6000} $(BIN)/pytest -n 2 --dist worksteal tests/fuzz

check: install $(WEB) build/house  ## ruff, mypy, the import contracts, and the page's sources and what is built of them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	cd build/house && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p landscape
	cd build/house && PYTHONPATH=. ../../$(BIN)/lint-imports --config ../../pyproject.toml
	$(NPM) run --silent check
	$(NPM) run --silent built

page: install $(WEB)  ## the playground's script and styles, from their sources in web/
	$(NPM) run --silent build

evidence: install  ## every claim of the story measured again, and what moved since: under 40 minutes
	$(BIN)/landscape evidence --full --check --out out/evidence

docs: check  ## pictures and tables of the pages on figures, films, models and the architecture, some minutes
	for name in figures films tables findings architecture models explore; do $(BIN)/python docs/images/$$name.py || exit 1; done

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml system.sh
	sh system.sh $(PYTHON)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(WEB): web/package-lock.json $(VENV)/.installed
	$(NPM) ci --loglevel=error
	touch $@

# The three folders as the one package that they are once installed, for tools that read the source.
.PHONY: build/house
build/house:
	rm -rf $@ && mkdir -p $@/landscape
	ln -s $(CURDIR)/landscape/* $(CURDIR)/animations $(CURDIR)/cli $@/landscape/

clean:
	rm -rf $(VENV) build out
