# Everything that this file installs goes into .venv, from the lock files and nothing else; but for the browser that some
# tests look at pages with, which is Debian's own package.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test texts chaos soak lint bench browser slack-types lock clean
demo: .venv/.installed
	$(BIN)/broadsheet demo

test: .venv/.installed-dev browser slack-types
	$(BIN)/pytest -n 2

# Twenty thousand generated commands: always an answer, never a change without Apply. The tests run some thousands.
texts: .venv/.installed-dev
	COMMAND_TEXTS=20000 $(BIN)/pytest tests/commands/test_any_text.py --timeout 600

# Bots that are killed two hundred times, at random moments, and started again; prints what that came to. Ten minutes.
chaos: .venv/.installed-dev
	CHAOS_KILLS=$${CHAOS_KILLS:-200} $(BIN)/pytest tests/test_chaos.py -rP --show-capture=stdout

# The bot for ten minutes in compressed time, against services that fail at random; keeps its log, health and metrics.
soak: .venv/.installed-dev
	$(BIN)/python -m bench.soak 600

lint: .venv/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .

bench: .venv/.installed-dev
	$(BIN)/python -m bench.speed

# The tests look at pages in Debian's Chromium. Without it, and without the right to install it, they say so and skip.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
	  echo "chromium is not installed and cannot be installed here: the tests that look at pages will be skipped"

# Slack's own types, for a test of what is sent. Without node and npm that test says so and is skipped.
slack-types: .venv/.installed-dev
	@command -v npm >/dev/null || echo "npm is not installed: what is sent to Slack is not held against its types"
	@! command -v npm >/dev/null || $(MAKE) --no-print-directory .venv/.slack-types || \
	  echo "Slack's types cannot be installed here: the test that needs them will be skipped"

.venv/.slack-types: tests/slack_types/package.json tests/slack_types/package-lock.json
	mkdir -p .venv/slack_types && cp tests/slack_types/package*.json .venv/slack_types/
	cd .venv/slack_types && npm ci --silent --ignore-scripts --no-audit --no-fund
	touch $@

.venv/.installed: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# Needs uv on the PATH. One resolution for both files and for every supported Python and platform.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build --extra dev pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --extra build --constraints requirements-dev.lock pyproject.toml -o requirements.lock

clean:
	rm -rf .venv var dist build .hypothesis .pytest_cache .mypy_cache .ruff_cache
