# One machine with Python 3.11 or newer, make and Maven; docs/guides/run.md tells the rest.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
export WMP_VAR ?= $(CURDIR)/var
BIN := .venv/bin
RUN := $(BIN)/python -m deploy.embedded
# uv installs the same hash-pinned files faster, when it is there and works
INSTALL := $(shell uv --version >/dev/null 2>&1 && echo "uv pip install -q --python $(BIN)/python" || \
	echo "$(BIN)/python -m pip install -q --disable-pip-version-check") --require-hashes

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

run: .venv/runtime assets ## start everything and load the demonstration; Ctrl-C stops it
	@$(RUN) run

stop: ## stop what `make run` of this checkout started
	@test ! -x $(BIN)/python || $(RUN) stop

reset: ## stop it and delete all data (FORCE=1 does not ask)
	@test ! -x $(BIN)/python || $(RUN) reset $(if $(FORCE),--force)

test: .venv/development assets ## all tests on real servers of their own (ARGS="-k name")
	@$(RUN) exec --test --var $(WMP_VAR)/test -- $(BIN)/python -m pytest -n 3 --dist worksteal -m "not slow" $(ARGS)

test-slow: .venv/development assets ## the tests on larger data
	@$(RUN) exec --test --var $(WMP_VAR)/test -- $(BIN)/python -m pytest -m "slow and not faults" $(ARGS)

test-faults: .venv/development ## kill -9 and frozen servers at every stage (docs/reliability.md)
	@$(BIN)/python -m pytest -m faults tests/faults $(ARGS)

lint: .venv/development ## style, types, import rules, migrations, deployment checks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	DJANGO_SETTINGS_MODULE=wmp_search.settings.test $(BIN)/python -W ignore::RuntimeWarning \
		manage.py makemigrations --check --dry-run
	$(BIN)/python -m audit.keys $(CURDIR)/var/check/audit-key.pem
	DJANGO_SETTINGS_MODULE=wmp_search.settings.base WMP_VAR=$(CURDIR)/var/check ALLOWED_HOSTS=example.org \
		AUDIT_SIGNING_KEY_FILE=$(CURDIR)/var/check/audit-key.pem AUDIT_CHECKPOINTS=file://$(CURDIR)/var/check/seals \
		SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		DATABASE_URL=postgres://wmp_app@127.0.0.1:1/none AUDIT_DATABASE_URL=postgres://wmp_audit@127.0.0.1:1/none \
		REDIS_URL=redis://127.0.0.1:1/0 OPENSEARCH_URL=http://127.0.0.1:1 \
		$(BIN)/python manage.py check --deploy --fail-level WARNING

fix: .venv/development ## repair what ruff can repair
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/development assets ## the figures of docs/benchmarks.md (PEOPLE=20000)
	@$(RUN) exec --var $(WMP_VAR)/bench -- $(BIN)/python -m tests.bench $(PEOPLE)

bench-names: .venv/development assets ## how well person search finds (NEIGHBOURS=50000)
	@$(RUN) exec --var $(WMP_VAR)/bench-names -- $(BIN)/python -m tests.bench.names $(NEIGHBOURS) $(if $(ABLATION),--ablation)

bench-search: .venv/development assets ## person search under load (PEOPLE=100000 LOAD_SECONDS=60)
	@$(RUN) exec --var $(WMP_VAR)/bench-search -- $(BIN)/python -m tests.bench.search $(or $(PEOPLE),100000) $(LOAD_SECONDS)

bench-audit: .venv/development ## the audit trail at full size (EVENTS=10000000)
	@$(RUN) exec --var $(WMP_VAR)/bench-audit -- $(BIN)/python -m tests.bench.audit $(EVENTS)

bench-access: .venv/development assets ## what the access check adds to a search (PEOPLE=1000000)
	@$(RUN) exec --var $(WMP_VAR)/bench-access -- $(BIN)/python -m tests.bench.access $(PEOPLE)

bench-crime: .venv/development assets ## trends, dashboards and an export of five years (CRIMES=1500000)
	@$(RUN) exec --var $(WMP_VAR)/bench-crime -- $(BIN)/python -m tests.bench.crime $(CRIMES)

bench-network: .venv/development ## links of a million people: steps, paths, pages (PEOPLE=1000000)
	@$(RUN) exec --var $(WMP_VAR)/bench-network -- $(BIN)/python -m tests.bench.network $(PEOPLE)

bench-retention: .venv/development ## retention, warnings, an extract (PEOPLE=1000000)
	@$(RUN) exec --var $(WMP_VAR)/bench-retention -- $(BIN)/python -m tests.bench.retention $(PEOPLE)

bench-oversight: .venv/development ## a month and a quarter of a whole force (OFFICERS=7000)
	@$(RUN) exec --test --var $(WMP_VAR)/bench-oversight -- $(BIN)/python -m tests.bench.oversight $(OFFICERS)

bench-resolution: .venv/development ## matching: records to clusters, and a delta (PEOPLE=100000)
	@WMP_VAR=$(WMP_VAR)/bench-resolution $(BIN)/python -m tests.bench.resolution $(PEOPLE)

bench-fairness: .venv/development ## missed and false matches by group among made-up people (PEOPLE=50000)
	@WMP_VAR=$(WMP_VAR)/bench-fairness $(BIN)/python -W ignore -m tests.bench.fairness $(PEOPLE)

bench-spark: .venv/spark ## blocking and scoring on Spark and on DuckDB: the same edges? (PEOPLE=10500)
	@WMP_VAR=$(WMP_VAR)/bench-spark $(BIN)/python -m tests.bench.spark $(PEOPLE)

screenshots: .venv/development ## pictures of the demonstration that `make run` shows, light and dark
	@$(BIN)/python -m tests.screenshots http://127.0.0.1:$$(sed -n 's/^WMP_PORT=//p' $(WMP_VAR)/run.env)

lock: ## compile requirements*.in to hash-pinned requirements*.txt (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes requirements-spark.in -o requirements-spark.txt

assets: .venv/runtime
	@$(BIN)/python -m deploy.assets

# Each stamp holds the hash of what was installed: unchanged files install nothing.
.venv/runtime: requirements.txt
	$(call install,-r requirements.txt)

.venv/development: requirements-dev.txt .venv/runtime
	$(call install,-r requirements.txt -r requirements-dev.txt)

# beside the others, for RESOLUTION_BACKEND=spark; 450 MB
.venv/spark: requirements-spark.txt .venv/development
	$(call install,-r requirements.txt -r requirements-dev.txt -r requirements-spark.txt)

define install
	@test -x $(BIN)/python || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.12 ..."; exit 1; }
	@test -x $(BIN)/python || { echo "Making .venv"; $(PYTHON) -m venv .venv; }
	@sum="$$(cat $^ 2>/dev/null | sha256sum)"; if [ "$$(cat $@ 2>/dev/null)" != "$$sum" ]; then \
		echo "Installing $<"; $(INSTALL) $(1) && echo "$$sum" > $@; else touch $@; fi
endef

.PHONY: help run stop reset test test-slow test-faults lint fix bench bench-names bench-search bench-audit bench-access bench-crime bench-network bench-oversight bench-resolution bench-retention bench-fairness bench-spark screenshots lock assets
