# Two commands do all the set-up: `make run` starts the demo, `make test` runs every test and check.
PYTHON ?= python3
PY := .venv/bin/python

.PHONY: run stop test lint bench requirements clean

run: python
	@$(PYTHON) tools/prepare.py run
	@exec $(PY) manage.py demo

stop:
	@test ! -x $(PY) || $(PY) manage.py demo --stop

test: python
	@$(PYTHON) tools/prepare.py test
	@exec $(PY) tools/check.py

lint: python
	@$(PYTHON) tools/prepare.py test
	@exec $(PY) tools/check.py --without-tests

bench: python
	@$(PYTHON) tools/prepare.py test
	@exec $(PY) -m tests.benchmarks.run

requirements: python
	@$(PYTHON) tools/prepare.py test
	@exec $(PY) tools/compile_requirements.py

clean: stop
	-@test ! -x $(PY) || $(PY) manage.py postgres remove
	rm -rf .venv .cache .portal .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer." >&2; exit 2; }
.PHONY: python
