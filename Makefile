# make run           the service on http://127.0.0.1:8000, from nothing, and its jobs
# make worker        beside it: sends mails, expires and reminds of quotes
# make test          the whole check, as .ci/run does it
# make check         its fast static part
# make bench         measured times against their floors
# make release-check the whole check at full scale (KILLED_ROWS=20000 for shorter files
#                    in the test that kills ingests)
# make lock          new locks from requirements/*.in

PYTHON ?= python3
PORT ?= 8000
# As many as there are processors, four at most: a browser and a server go with each.
JOBS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 4 ? n : 4)))
export SCALE ?= 0.05
# One thread, as in the service (config/settings.py): plugins of tests load NumPy before
# it, and processor time counts threads that wait for each other on a busy machine.
export OPENBLAS_NUM_THREADS := 1
# Images of containers forbid Python to keep what it compiled. Workers, children and the
# assertions that pytest rewrites would be compiled anew, half a minute for each worker.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# One more where they wait for a server, too.
MORE = $(shell echo $$(($(JOBS) + 1)))
PYTEST = $(BIN)/python -m pytest -n $(1) --dist worksteal --durations=40 --durations-min=3
MANAGE := $(BIN)/python manage.py
STATIC := $(shell find scoping/static quotes/static -type f 2>/dev/null)
TEMPLATES = $(shell find templates -name '*.html' 2>/dev/null)

.DELETE_ON_ERROR:
.PHONY: run worker setup demo test prepared check bench release-check lock packages-run packages-test

# --- set-up: each step leaves a stamp, so a second start takes seconds ---------------

packages-run:
	@sh .ci/packages run

packages-test:
	@sh .ci/packages test

.venv/made: | packages-run
	$(PYTHON) -m venv .venv
	@touch $@

# uv is quicker where there is one; pip does the same.
define install
	@if command -v uv >/dev/null || [ -x $(BIN)/uv ]; then \
	  PATH="$(BIN):$$PATH" UV_PYTHON_DOWNLOADS=never \
	    uv pip install -q --python $(BIN)/python --require-hashes -r $(1); \
	else \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1); \
	fi
	@touch $@
endef

.venv/prod: requirements/prod.txt | .venv/made
	$(call install,requirements/prod.txt)

.venv/dev: requirements/dev.txt .venv/prod
	$(call install,requirements/dev.txt)

# What the benchmarks compare with. It keeps to the versions of the checks.
.venv/bench: requirements/bench.txt .venv/dev
	$(call install,requirements/bench.txt)

node_modules/made: package.json package-lock.json .npmrc | .venv/prod
	@if ! command -v npm >/dev/null; then \
	  $(BIN)/python -m pip install -q --require-hashes -r requirements/node.txt; \
	fi
	PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --no-fund --no-audit --loglevel=error
	@touch $@

.local/secret_key:
	@mkdir -p .local
	@umask 077; $(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(48))' > $@

.local/static/staticfiles.json: .venv/prod node_modules/made config/settings.py \
    $(STATIC) | .local/secret_key
	$(MANAGE) collectstatic --no-input --clear --verbosity 0
	@touch $@

setup: packages-run .venv/prod node_modules/made .local/secret_key \
    .local/static/staticfiles.json
	@$(MANAGE) migrate --verbosity 0

# --- run -------------------------------------------------------------------------------

run: export PLUMBLINE_BASE_URL ?= http://127.0.0.1:$(PORT)
run: export PLUMBLINE_PUBLIC_WORKSPACE ?= northline
run: setup
	@$(MANAGE) demo
	@echo "Plumbline is on $$PLUMBLINE_BASE_URL (Ctrl-C stops it)"
	@$(MANAGE) work --loop & worker=$$!; \
	  $(BIN)/gunicorn config.wsgi --bind 127.0.0.1:$(PORT) --worker-class gthread \
	  --workers 2 --threads 4 --log-level warning --no-control-socket & web=$$!; \
	  trap 'kill $$web $$worker 2>/dev/null; wait' INT TERM EXIT; wait $$web

worker: export PLUMBLINE_BASE_URL ?= http://127.0.0.1:$(PORT)
worker: setup
	@exec $(MANAGE) deliver --loop

# --- checks ----------------------------------------------------------------------------

check: export DJANGO_SETTINGS_MODULE := tests.settings
check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy .
	@[ -z "$(TEMPLATES)" ] || $(BIN)/djade --check --target-version 5.2 $(TEMPLATES)
	DATABASE_URL=sqlite:///:memory: $(MANAGE) makemigrations --check --dry-run

# What workers would each wait for: both databases migrated, all tests compiled. What
# cannot be collected is said by the tests themselves.
prepared: export DJANGO_SETTINGS_MODULE := tests.settings
prepared:
	@env -u DATABASE_URL $(BIN)/python -m tests.migrated
	@$(BIN)/python -m tests.postgresql $(BIN)/python -m tests.migrated
	@env -u DATABASE_URL $(BIN)/python -m pytest --collect-only -q >/dev/null || true

test: packages-test .venv/dev node_modules/made
	@rm -f .coverage .coverage.*
	@$(MAKE) --no-print-directory prepared & prepared=$$!; \
	  $(MAKE) --no-print-directory check && wait $$prepared
	@echo "--- tests, on SQLite and in a browser"
	env -u DATABASE_URL $(call PYTEST,$(JOBS)) --cov --cov-report=
	@echo "--- tests that touch the database, on PostgreSQL"
	$(BIN)/python -m tests.postgresql $(call PYTEST,$(MORE)) -m "database and not browser"
	@echo "--- which branches they took"
	@$(BIN)/coverage report --include='*/calc/*' --fail-under=100
	@$(BIN)/coverage report --omit='*/calc/*,*/migrations/*,config/wsgi.py' --fail-under=95

release-check: export SCALE := 1
release-check:
	$(MAKE) test

bench: .venv/bench .local/secret_key
	@for file in benchmarks/*.py; do \
	  [ ! -e "$$file" ] || $(BIN)/python "$$file" || exit 1; \
	done

# --- locks: hashes, no addresses ---------------------------------------------------------

lock: .venv/dev
	@for name in base prod dev bench node; do \
	  UV_PYTHON_DOWNLOADS=never $(BIN)/uv pip compile -q --generate-hashes --no-strip-extras --universal \
	    --no-header --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; \
	done
