# `make` alone lists the verbs. Every verb makes .venv first, from requirements.lock, and only once.
DATA ?= simulated
OUT ?= reports/demo
LANGUAGE ?= en
SETTINGS ?=
ONLY ?=
FIELD ?= ../shared/field
MUTATIONS ?= 2000
KILLS ?= 30
FAULTS ?= 460
FLIPS ?= 1000
MODEL ?= churn
PORT ?= 5001
PYTHON ?= python3

BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null)
READY := .venv/.ready
# half as many processes again as cores, since tests wait for children, servers and pages; what shares a costly start
# stays in one
SIDE_BY_SIDE := --numprocesses $(shell expr `nproc` \* 3 / 2) --no-loadscope-reorder
# with that many processes, threads of one would only wait for those of the other
ALONE := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=1

.DEFAULT_GOAL := help
# what one process compiled, the many others read
unexport PYTHONDONTWRITEBYTECODE
# one export of each kind of trouble; all of them are tried by `make attack`
DOZEN := stripe_csv consent_baja orders_status shopify_orders pesos_thousands_dot mixed_currency cross_tool \
  scientific_ids zendesk_json_array csv_preamble csat_percent contracts_9999

.PHONY: help demo desk recommend notebooks serve test check fast docs reference field attack bench lock clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## run the main job: make demo DATA=simulated (or completejourney) OUT=reports/demo LANGUAGE=en
	@umask 077; mkdir -p $(OUT)
	@umask 077; $(BIN)/python -m lealtad.models.registry.make_store "sqlite:///$(abspath $(OUT))/mlflow.db"
	@umask 077; PATH="$(CURDIR)/$(BIN):$$PATH" MLFLOW_LOGGING_LEVEL=ERROR MLFLOW_TRACKING_URI="sqlite:///$(abspath $(OUT))/mlflow.db" \
	  $(BIN)/mlflow run . -e main --env-manager local -P data="$(DATA)" -P out="$(OUT)" -P language="$(LANGUAGE)" -P settings="$(SETTINGS)"
	@echo "open $(OUT)/index.html"

desk: $(READY) ## serve the team's desk on what `make demo` left, with an account per role: make desk OUT=reports/demo
	@$(BIN)/lealtad desk --out $(OUT) --language $(LANGUAGE) --demo

recommend: $(READY) ## choose what to offer each customer of a run: make recommend OUT=reports/demo
	@$(BIN)/lealtad recommend --out $(OUT) --language $(LANGUAGE)

notebooks: $(READY) ## run the notebooks on what `make demo` left in OUT
	LEALTAD_RUN="$(abspath $(OUT))" $(ALONE) $(BIN)/pytest -q tests/test_notebooks.py $(SIDE_BY_SIDE)

serve: $(READY) ## answer over HTTP as the champion: make serve OUT=reports/demo MODEL=churn PORT=5001
	@$(BIN)/lealtad serve --out $(OUT) --model $(MODEL) --port $(PORT)

test: $(READY) ## run every test but the notebooks, which `make notebooks` runs on a demo
	$(ALONE) $(BIN)/pytest -q tests $(SIDE_BY_SIDE) --ignore=tests/test_notebooks.py

fast: $(READY) ## run the tests that take no time, with fewer examples
	HYPOTHESIS_PROFILE=fast $(ALONE) $(BIN)/pytest -q tests -m "not slow" $(SIDE_BY_SIDE)

check: $(READY) ## format, lint, words, sizes, types, layers, doctests, reference, notebooks without outputs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python .ci/check_words.py
	$(BIN)/python .ci/check_sizes.py
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q src tests/docs/test_reference.py
	$(BIN)/nbstripout --verify notebooks/*.ipynb

docs: $(READY) ## build the documentation site in site/, without a network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q
	@echo "open site/index.html"

reference: $(READY) ## write the pages that are generated from the code, and the picture of the packages
	$(BIN)/python .ci/write_reference.py
	$(BIN)/python .ci/draw_architecture.py
	$(BIN)/python -m lealtad.examples.features.document > docs/features.md.new && mv docs/features.md.new docs/features.md
	$(BIN)/python -m lealtad.worklist.document > docs/worklist.md.new && mv docs/worklist.md.new docs/worklist.md

field: $(READY) ## load a dozen exports as companies write them, and score what came out; FIELD=folder of the cases
	@if [ -d $(FIELD) ]; then $(BIN)/python $(FIELD)/score_exports.py $(FIELD)/exports . --jobs 2 --only $(DOZEN); \
	else echo "no exports in $(FIELD)"; fi

attack: $(READY) ## all exports, every law with 400 examples, any single row changed on a whole night, kills, failing disks and rot
	$(BIN)/python $(FIELD)/score_exports.py $(FIELD)/exports . --jobs 2
	HYPOTHESIS_PROFILE=attack $(BIN)/pytest -q tests -m hypothesis $(SIDE_BY_SIDE)
	LEALTAD_CLIENTS=50 LEALTAD_CLAIMS=20 LEALTAD_KILLS=50 LEALTAD_MONDAYS=all LEALTAD_LOOPS=10 LEALTAD_LOOP_WEEKS=26 $(BIN)/pytest -q tests/desk
	LEALTAD_MUTATIONS=$(MUTATIONS) $(BIN)/pytest -q tests/nightly/test_any_row.py
	LEALTAD_KILLS=50 $(BIN)/pytest -q tests/lake/loading/test_kill.py tests/nightly/test_interrupted.py
	LEALTAD_WORKER_DEATHS=20 $(BIN)/pytest -q tests/base/test_workers.py
	LEALTAD_STORE_KILLS=50 LEALTAD_STORE_WRITERS=6 $(BIN)/pytest -q tests/lake/object_store
	LEALTAD_KILLS=$(KILLS) LEALTAD_FAULTS=$(FAULTS) LEALTAD_FLIPS=$(FLIPS) $(BIN)/pytest -q -s tests/durability
	LEALTAD_KILLS=50 LEALTAD_ERASURES=1000 $(BIN)/pytest -q -s tests/privacy
	LEALTAD_ATTACKS=all $(BIN)/pytest -q tests/sources/test_sql_escapes.py tests/test_hostile_outputs.py tests/sources/test_mutated_files.py
	LEALTAD_NULL_TABLES=200 $(BIN)/pytest -q tests/learning/on_table/test_honest_verdicts.py
	LEALTAD_EXPERIMENTS=1000 LEALTAD_WORLDS=100 $(BIN)/pytest -q tests/experiments/test_confidence_sequence.py tests/experiments/test_decay.py tests/experiments/test_planted_message.py

bench: $(READY) ## measure against peers; ONLY=name for one
	$(BIN)/python -m bench $(ONLY)

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

clean: ## remove what the verbs made
	rm -rf .venv reports site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

ifneq ($(UV),)
$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || uv venv -q --python $(PYTHON) .venv
	uv pip sync -q --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@
else
$(READY): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --compile -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
endif
