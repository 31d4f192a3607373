# Firebreak. `make run` shows the product, `make test` proves it; both need only Python 3.11 and make.
# Recipes are silent, and everything but a command's own output goes to stderr.

PYTHON ?= python3
VENV := .venv/bin
EMBEDDED := $(VENV)/python -m embedded
ARGS ?=

.PHONY: help run test test-browser test-faults manage demo-reset bench bench-sweep bench-rotations bench-linter bench-paper-cuts stop lint types contracts format lock environment

help:
	@echo "make run            the product (PORT=8123 make run)"
	@echo "make test           all tests but browser and faults (make test ARGS='tests/bugs -k inject')"
	@echo "make test-browser   the stories in Chromium"
	@echo "make test-faults    killed workers and servers (LARGE=1: 500 kills)"
	@echo "make manage ARGS='migrate'   a management command on the embedded servers"
	@echo "make demo-reset     a fresh database with the demonstration"
	@echo "make lint types contracts format   what CI asks of the code"
	@echo "make bench          ratios against the least that a job needs (bench/README.md)"
	@echo "make bench-sweep    the sweep of due timers beside a bare statement"
	@echo "make bench-rotations   a year of ten rotations beside a plain expansion"
	@echo "make bench-linter   the linter of words on texts that grow"
	@echo "make bench-paper-cuts   clusters of 100,000 small reports beside a bare statement"
	@echo "make lock           renew requirements/*.lock"
	@echo "make stop           stop the embedded servers, whoever uses them"

environment:
	@$(PYTHON) -m embedded.environment dev

run: environment
	@$(EMBEDDED) run

test: environment
	@$(EMBEDDED) test $(ARGS)

test-faults: environment
	@$(EMBEDDED) test -n 0 -m faults $(ARGS)

test-browser: environment
	@$(PYTHON) -m embedded.environment browser
	@.venv-browser/bin/python -m embedded test -n 0 -m browser tests/journeys $(ARGS)

manage: environment
	@$(EMBEDDED) manage $(ARGS)

demo-reset: environment
	@$(EMBEDDED) demo-reset

bench: environment
	@$(EMBEDDED) exec -- $(VENV)/python -W ignore -m bench.run $(ARGS)

bench-sweep: environment
	@$(EMBEDDED) exec -- $(VENV)/python -W ignore -m bench.sweep $(ARGS)

bench-rotations: environment
	@$(VENV)/python -m bench.rotations

bench-linter: environment
	@$(VENV)/python -m bench.linter

bench-paper-cuts: environment
	@$(EMBEDDED) exec -- $(VENV)/python -W ignore -m bench.paper_cuts $(ARGS)

stop: environment
	@$(EMBEDDED) stop

lint: environment
	@$(VENV)/ruff check .
	@$(VENV)/ruff format --check .
	@$(VENV)/djlint --quiet --lint templates

format: environment
	@$(VENV)/ruff check --fix .
	@$(VENV)/ruff format .

types: environment
	@$(VENV)/python -m mypy

contracts: environment
	@$(VENV)/lint-imports --no-cache

# No path and no address of a package index may reach a lock.
COMPILE := ../.venv-tools/bin/uv pip compile --system-certs --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command 'make lock'

lock: environment
	@cd requirements && $(COMPILE) tools.in -o tools.lock
	@cd requirements && $(COMPILE) base.in -o base.lock
	@cd requirements && $(COMPILE) dev.in -c base.lock -o dev.lock
	@cd requirements && $(COMPILE) browser.in -c dev.lock -o browser.lock
