# Everything one needs to know is `make help`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOME_DIR ?= .demo
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help install demo test lint fix serve shop bench docs lock clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 18

# The stamp is newer than the lock exactly when the environment matches it.
$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Limner needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Try: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked libraries into $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

install: $(VENV)/.installed  ## put Limner and its locked libraries into .venv

demo: install  ## load a real retail year, run the whole loop, open the console
	@$(BIN)/limner demo --home $(HOME_DIR) --port $(PORT)

# The official tracking clients in Python, each version in a folder of its own.
SDKS := $(patsubst tests/sdk/requirements/%.txt,$(VENV)/sdk/%/.installed,$(wildcard tests/sdk/requirements/*.txt))

$(VENV)/sdk/%/.installed: tests/sdk/requirements/%.txt | $(VENV)/.installed
	@rm -rf $(@D)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --target $(@D) -r $<
	@touch $@

test: install $(SDKS)  ## run all tests that this machine can run
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: install  ## style, types and the import rules of the house
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

fix: install  ## mend what the formatter can mend
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

serve: install  ## open the console on the data in HOME_DIR
	@$(BIN)/limner serve --home $(HOME_DIR) --port $(PORT)

# The official tracking clients for browsers and Node.
tests/sdk/node_modules/.package-lock.json: tests/sdk/package-lock.json
	@cd tests/sdk && npm ci --silent
	@touch $@

CLIENTS := tests/sdk/node_modules
shop: tests/sdk/node_modules/.package-lock.json  ## open the example shop, whose pages send to `make serve`
	@cp $(CLIENTS)/@segment/analytics-next/dist/umd/standalone.js examples/shop/analytics.js
	@cp $(CLIENTS)/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js examples/shop/rudder.js
	@echo "The shop: http://localhost:8100/?write_key=... (limner source add web prints the key)"
	@$(PYTHON) -m http.server 8100 --bind 127.0.0.1 --directory examples/shop

bench: install  ## measure speed and memory beside their rivals and limits
	@$(BIN)/python -m benchmarks

docs: install  ## make the generated pages of docs/reference anew
	@$(BIN)/python -m docs.generate

lock:  ## choose library versions anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements.lock
	@for file in tests/sdk/requirements/*.txt; do \
		grep -oE '^(segment-analytics|rudder-sdk)-python==[0-9.]+' $$file | $(BIN)/uv pip compile - --universal \
			--python-version 3.11 --upgrade --generate-hashes --no-header --no-emit-index-url --no-annotate --quiet \
			-o $$file; done

clean:  ## remove the demo's data and all caches
	@rm -rf $(HOME_DIR) .pytest_cache .mypy_cache .ruff_cache .hypothesis
