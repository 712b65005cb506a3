# The two commands of the README are `make run` and `make test`; CI runs `make check` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
ARGS ?=

.PHONY: run test check format lock audit licences sbom clean
.DELETE_ON_ERROR:

run: .venv/run.stamp  ## Install what is locked, then play a simulated neighbourhood and go on live.
	@$(BIN)/openhours --set logging.level=warning demo $(ARGS)

test: .venv/test.stamp  ## All tests, with real servers; Debian packages are installed when allowed.
	@tests/install-servers
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/test.stamp  ## Lint, types, import layers.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy tests
	$(BIN)/lint-imports

format: .venv/test.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/test.stamp  ## Pin anew from pyproject.toml, without any address.
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(LOCK) pyproject.toml locks/build.in -o locks/run.txt
	$(BIN)/uv pip compile $(LOCK) --extra test pyproject.toml locks/build.in -o locks/test.txt
	$(BIN)/uv pip compile $(LOCK) --extra test --extra benchmarks pyproject.toml locks/build.in -o locks/benchmarks.txt
LOCK := --quiet --universal --generate-hashes --no-emit-index-url --no-header --no-annotate

audit: .venv/audit/bin/pip-audit  ## Known vulnerabilities of what is shipped; asks PyPI's advisories.
	.venv/audit/bin/pip-audit --disable-pip --requirement locks/run.txt

licences: .venv/run.stamp .venv/audit/bin/pip-audit  ## Licences of what is shipped, as a table.
	@.venv/audit/bin/pip-licenses --python $(BIN)/python --from=mixed --format=markdown \
	  --packages $$(sed -nE 's/^([A-Za-z0-9_.-]+)==.*/\1/p' locks/run.txt)

sbom: .venv/audit/bin/pip-audit  ## What is shipped as CycloneDX, in dist/openhours.cdx.json.
	@mkdir -p dist
	.venv/audit/bin/cyclonedx-py requirements --output-reproducible --pyproject pyproject.toml \
	  --output-file dist/openhours.cdx.json locks/run.txt

.venv/audit/bin/pip-audit: | .venv/bin/pip
	$(BIN)/python -m venv .venv/audit
	.venv/audit/bin/pip install --quiet --disable-pip-version-check pip-audit pip-licenses cyclonedx-bom

.venv/run.stamp: locks/run.txt pyproject.toml
.venv/test.stamp: locks/test.txt pyproject.toml
.venv/%.stamp: | .venv/bin/pip
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r locks/$*.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/bin/pip:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "openhours needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv || { test "$$(id -u)" = 0 && rm -rf .venv \
	  && apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv .venv; } \
	  || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }

clean:
	rm -rf .venv
