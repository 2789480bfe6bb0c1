# make run: the app in the browser.   make setup, check, test, bench, picture: for those who work on it.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run setup check test bench picture clean

run: .venv/app
	$(BIN)/streamlit run app.py

setup: .venv/dev

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: .venv/dev
	$(BIN)/pytest --ignore=tests/browser
	NUMBA_BOUNDSCHECK=1 $(BIN)/pytest tests/kernels
	$(BIN)/pytest tests/browser

bench: .venv/dev
	$(BIN)/python -m benchmarks

picture: .venv/dev
	$(BIN)/python -m docs.picture
	$(BIN)/python -m docs.roofline

clean:
	rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis

# Each stamp is older than what it was made from when there is something to do, so a second run starts at once.
.venv/app: requirements.txt
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and f'Python 3.11 or newer is needed, this is {sys.version.split()[0]}. Try: make PYTHON=python3.12')"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.txt
	touch $@

.venv/dev: .venv/app requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	touch $@
