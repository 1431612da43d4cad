# Every target sets up what it needs: a virtual environment in .venv and one
# plain `pip install -r requirements.txt`, once. `make help` lists the targets.

SHELL       := /bin/bash
MAKEFLAGS   += --no-print-directory
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The interpreter that makes .venv: the first of these that runs and is new
# enough. Choose another with `make PYTHON=/path/to/python3 ...`.
PYTHON ?=
CANDIDATES := python3 python3.13 python3.12 python3.11
SUITABLE   := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))

VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
PORT    ?= 8000
HTML    := _build/html/index.html
BOOK    := $(BIN)/jupyter-book build . -W -n --keep-going -q
PYTEST  := $(BIN)/pytest -q --durations=10
NBVAL   := --nbval
TESTS   := tests course_utils
CHAPTERS := book

# Tests run side by side, a file at a time, with one thread each: as many as there are cores, or
# `make WORKERS=4 test`.
WORKERS  ?= auto
TOGETHER := -n $(WORKERS) --dist loadfile --no-loadscope-reorder

export PIP_DISABLE_PIP_VERSION_CHECK := 1
unexport PYTHONDONTWRITEBYTECODE # what one worker has compiled serves all, and their kernels

.PHONY: help
help: ## list the targets
	@echo "Residual Networks, Pixel by Pixel"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "Python for the virtual environment: make PYTHON=/path/to/python3 TARGET"

$(STAMP): requirements.txt pyproject.toml
	@python=""; \
	for candidate in $(or $(PYTHON),$(CANDIDATES)); do \
	  if "$$candidate" -c '$(SUITABLE)' >/dev/null 2>&1; then python="$$candidate"; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "No usable Python 3.11 or newer among: $(or $(PYTHON),$(CANDIDATES))." >&2; \
	  echo "Install one with its venv module (Debian: apt-get install python3 python3-venv)," >&2; \
	  echo "or name it: make PYTHON=/path/to/python3 ..." >&2; \
	  exit 1; \
	fi; \
	clear=""; \
	$(BIN)/python -c '$(SUITABLE)' >/dev/null 2>&1 || clear="--clear"; \
	echo "Installing into $(VENV) with $$("$$python" --version) (the first time: some minutes, some gigabytes)."; \
	"$$python" -m venv $$clear $(VENV); \
	$(BIN)/python -m pip install -qq -r requirements.txt
	@touch $@

.PHONY: install
install: $(STAMP) ## make .venv and install everything into it

.PHONY: book
book: $(STAMP) ## build the book into _build/html from the stored outputs
	@echo "Building the book (about a minute)."
	@$(BOOK) >/dev/null
	@echo "The book: $(HTML)"

.PHONY: test
test: style ## style, types, unit tests, the built book, and every notebook executed and compared
	@OMP_NUM_THREADS=1 $(PYTEST) $(TOGETHER) $(NBVAL) -m "not browser" $(TESTS) $(CHAPTERS)

.PHONY: test-browser
test-browser: $(STAMP) ## the built book and the figures to touch in Chromium, where there is one
	@OMP_NUM_THREADS=1 $(PYTEST) $(TOGETHER) -m browser tests

.PHONY: test-fast
test-fast: style ## style, types and unit tests: what takes a minute or two
	@OMP_NUM_THREADS=1 $(PYTEST) $(TOGETHER) -m "not slow and not book and not browser" $(TESTS)

.PHONY: style
style: $(STAMP) ## the style of the code, and which room imports from which
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@found=$$($(BIN)/lint-imports --no-logo --no-cache) || { echo "$$found"; exit 1; }

.PHONY: coverage
coverage: $(STAMP) ## which lines and branches of the package the unit tests run; what is below 90 %
	@status=0; \
	OMP_NUM_THREADS=1 $(PYTEST) $(TOGETHER) --cov --cov-report= -m "not book" $(TESTS) || status=$$?; \
	$(BIN)/coverage report --sort=cover | awk 'NR <= 2 || /^TOTAL/ || $$NF + 0 < 90'; \
	exit $$status

.PHONY: test-threads
test-threads: $(STAMP) ## the notebooks once more, with two threads
	@OMP_NUM_THREADS=2 $(PYTEST) $(NBVAL) $(CHAPTERS)

.PHONY: test-changes
test-changes: $(STAMP) ## change all that the chapters show, one thing at a time, and see it caught (some minutes)
	@CHANGED_CHAPTERS=all OMP_NUM_THREADS=1 $(PYTEST) -n $(WORKERS) tests/book/test_changed_chapters.py

.PHONY: test-gpu
test-gpu: $(STAMP) ## the notebooks and the GPU tests on a CUDA device
	@$(BIN)/python -c 'import sys, torch; torch.cuda.is_available() or sys.exit("make test-gpu needs a CUDA device; torch finds none.")'
	@$(PYTEST) $(NBVAL) -m "gpu or notebook" $(TESTS) $(CHAPTERS)

.PHONY: test-kills
test-kills: $(STAMP) ## kill and interrupt every command that writes, 300 times (many minutes; KILLS="--kills 20")
	@OMP_NUM_THREADS=1 PYTHONPATH=.:tests/helpers $(BIN)/python tests/endurance/kills.py $(KILLS)

.PHONY: fuzz
fuzz: $(STAMP) ## feed all readers of files with broken ones (a minute each; FUZZ="pictures --seconds 600 --seed 2")
	@OMP_NUM_THREADS=1 PYTHONPATH=.:tests/helpers:tests/corpus $(BIN)/python tests/fuzzing/run.py $(FUZZ)

.PHONY: fuzz-guided
fuzz-guided: $(STAMP) ## the same for one target, led by the code that is reached (TARGET=masks; installs atheris)
	@$(BIN)/python -m pip install -qq atheris==3.0.0
	@OMP_NUM_THREADS=1 PYTHONPATH=.:tests/helpers:tests/corpus $(BIN)/python tests/fuzzing/guided.py $(or $(TARGET),pictures) $(or $(FUZZ),-max_total_time=60)

.PHONY: bench
bench: $(STAMP) ## measure speed as ratios, side by side (some minutes; installs openvino)
	@$(BIN)/python -m pip install -qq -r benchmarks/requirements.txt
	@$(BIN)/python -m benchmarks

.PHONY: serve
serve: book ## build the book and show it at http://localhost:8000 (PORT=...)
	@echo "http://localhost:$(PORT) (stop with Ctrl-C)"
	@$(BIN)/python -m http.server --directory _build/html --bind 127.0.0.1 $(PORT)

.PHONY: refresh
refresh: $(STAMP) ## execute the notebooks and store their outputs (NOTEBOOKS="a.ipynb ...")
	@OMP_NUM_THREADS=1 $(BIN)/python tools/refresh.py $(NOTEBOOKS)

.PHONY: table
table: $(STAMP) ## what the chapters hold, as a table (AT=main: as another commit has them)
	@$(BIN)/python tools/book_table.py $(if $(AT),--at $(AT))

.PHONY: budgets
budgets: $(STAMP) ## measure the chapters' CPU time and memory, and write them in (NOTEBOOKS="a.ipynb ...")
	@$(BIN)/python tools/measure_chapters.py $(NOTEBOOKS)

.PHONY: data
data: $(STAMP) ## render the embedded pictures again
	@$(BIN)/python -m garden --output data

.PHONY: weights
weights: $(STAMP) ## train the embedded weights again (NAMES="garden-resnet18 ...")
	@$(BIN)/python tools/train_weights.py $(NAMES)

.PHONY: experiments
experiments: $(STAMP) ## run the longer trainings and measurements again that the chapters quote (NAMES="fine_tuning ...")
	@$(BIN)/python tools/run_experiments.py $(NAMES)

.PHONY: pictures
pictures: $(STAMP) ## draw the pictures of the first page, the data sheets and ARCHITECTURE.md again
	@$(BIN)/python tools/draw_three_answers.py
	@$(BIN)/python tools/draw_contact_sheets.py
	@$(BIN)/python tools/draw_structure.py

.PHONY: format
format: $(STAMP) ## tidy the code of the package, the tests and the notebooks, and fold their plumbing
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/python tools/fold.py

.PHONY: links
links: $(STAMP) ## check the links that leave the book
	@$(BIN)/jupyter-book build . -q --builder linkcheck --path-output _build/links

.PHONY: repository
repository: $(STAMP) ## name the repository in every file (REPO=owner/name)
	@test -n "$(REPO)" || { echo "Say which: make repository REPO=owner/name" >&2; exit 1; }
	@$(BIN)/python tools/set_repository.py "$(REPO)"

.PHONY: clean
clean: ## remove what was built, but keep .venv
	@rm -rf _build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -path ./$(VENV) -prune -o -name __pycache__ -type d -exec rm -rf {} +
