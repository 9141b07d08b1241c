# The whole project by a few words; `make` alone says which.
PYTHON ?= python3.11
VENV ?= .venv
BIN := $(VENV)/bin
HOME_DIR ?= hotline-home

.DEFAULT_GOAL := help
.PHONY: help install demo test check bench interop soak run clean

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(VENV)/installed ## installs everything into .venv

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@# Wheels only, but for bagit, which the tests use: its wheels need a setuptools long gone, its source is pure Python.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-binary bagit \
		-c constraints.txt -e ".[test]"
	touch $@

demo: install ## the whole story on the lab internet, in under a minute; files are left in demo-out
	$(BIN)/python -m scripts.demo demo-out

test: install ## all tests, with seeded samples; warnings are errors
	$(BIN)/python -m pytest

check: install ## style, types and the layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_layers.py tests/test_docs.py

bench: install ## every performance figure beside its peer; peers that cannot be installed are left out
	$(BIN)/python -m scripts.bench.peers bench fast
	$(BIN)/python -m scripts.bench

interop: install ## the independent peers (needs a compiler): our hashes and files against theirs
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --no-binary pdqhash \
		-c constraints.txt -e ".[interop]"
	$(BIN)/python -m pytest -m interop

soak: install ## the full figures of the sampled tests; takes long
	$(BIN)/python -m pytest -m soak

run: install ## scheduler and workers on the home in hotline-home
	$(BIN)/hotline --home $(HOME_DIR) run

clean: ## removes what was installed and made
	rm -rf $(VENV) demo-out bench-out .mypy_cache .ruff_cache .pytest_cache *.egg-info
