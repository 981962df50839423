# make release: from the records to a release, as a Prefect flow.  make test: everything that must hold;
# make test-fast: the half of it about data and rules without its slowest tests, in under a minute.
# Both set up .venv first, from the pinned and hashed requirements.

PYTHON ?= python3
VENV := .venv
BIN = $(VENV)/bin
DATA_AND_RULES := $(addprefix tests/,records checks derive reconcile test_waivers.py test_house.py)

# Where the environment forbids to keep compiled code, each process would compile all that it imports anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: release test sql types test-fast check preview explorer bench measured lock clean

release: $(VENV)/.installed
	$(BIN)/kiban release

preview: $(VENV)/.installed
	$(BIN)/kiban preview

check: $(VENV)/.installed
	$(BIN)/kiban check

# The page without data that releases fill; committed, so that a release needs no Node.
explorer: explorer/node_modules/.package-lock.json
	cd explorer && npm run --silent check && npm run --silent build
	cp explorer/dist/explorer.html flows/templates/explorer.html

explorer/node_modules/.package-lock.json: explorer/package-lock.json
	cd explorer && npm ci --silent
	@touch $@

test: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --jobs 2 sql types
	$(BIN)/kiban check
	$(BIN)/pytest -n 3 --dist loadgroup --no-loadscope-reorder

# each takes one core
sql:
	$(BIN)/sqlfluff lint flows/sql flows/hub_layer/sql

types:
	$(BIN)/mypy

test-fast: $(VENV)/.installed-dev
	$(BIN)/pytest -n 3 -m "not slow" $(DATA_AND_RULES)

# In an environment as an operator has it: libraries that only tests need would count as start-up.
bench:
	$(MAKE) VENV=.venv/bench measured

measured: $(VENV)/.installed
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.derivation
	$(BIN)/python -m benchmarks.hub
	$(BIN)/python -m benchmarks.crawl

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Kiban needs Python 3.11 or newer; set PYTHON=/path/to/python3") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

# Pinned and hashed requirements, by uv, in a fifth of the time of pip; by pip where only that knows the index.
PIP = $(BIN)/python -m pip --quiet --disable-pip-version-check
INSTALL = install --require-hashes --no-deps -r
UV_OR_PIP = $(BIN)/uv --quiet --system-certs pip $(INSTALL) $< --python $(BIN)/python || $(PIP) $(INSTALL) $<

$(BIN)/uv: requirements.txt | $(BIN)/python
	sed -n '/^uv==/,/[^\\]$$/p' $< | $(PIP) $(INSTALL) /dev/stdin
	@touch $@

$(VENV)/.installed: requirements.txt pyproject.toml $(BIN)/uv
	$(UV_OR_PIP)
	$(PIP) install --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	$(UV_OR_PIP)
	@touch $@

# Pins and hashes of every requirement, without the address of any index.
lock: $(BIN)/uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group pyproject.toml:build pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --group pyproject.toml:build --group pyproject.toml:dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:
	rm -rf .venv explorer/node_modules explorer/dist build/preview build/.derived build/records build/.staging-* build/.work-* .mypy_cache .pytest_cache .ruff_cache
