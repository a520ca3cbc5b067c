# make book, make test, make live; make help lists the targets.
PYTHON ?= python3
PORT ?= 8000
LEVEL ?= steps
BIN := .venv/bin
SITE := _build/html
SOLUTION := $(SITE)/_downloads/lab/solution.ipynb
SOURCES := $(wildcard book charrnn bookkit widgets coursework studies index.md _*.yml)
# PyTorch for the processor alone: the default index of Linux brings CUDA,
# 3 GB that are never used here.
PYTORCH := https://download.pytorch.org/whl/cpu

.PHONY: help book live handout serve free-port check test test-all links constraints oldest clean
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1	/p' Makefile

book: export CHAPTER_DOWNLOADS = yes
book: .venv/installed ## build the site into _build/html, its PDF and its zip
	@$(BIN)/jupyter-book build .
	@echo "Open file://$(CURDIR)/$(SITE)/index.html, or run make serve."

live: .venv/dev free-port ## build at each save, and reload the browser (PORT=8000)
	@echo "The address follows after the first build."
	-@$(BIN)/jupyter-book build .
	@echo "Read the chapter at http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(BIN)/livereload --host 127.0.0.1 --port $(PORT) \
		--target $(SITE)/index.html $(SITE) & \
	trap "kill $$! 2>/dev/null" EXIT INT TERM; \
	$(BIN)/watchfiles "$(BIN)/jupyter-book build ." $(SOURCES)

handout: ## make a handout of the lab (PARTS="rnn predict_rnn", LEVEL=ordered)
	@test -f $(SOLUTION) || { echo "No site yet: run make book."; exit 1; }
	@rm -rf _build/handout
	@$(BIN)/python -m coursework --level "$(LEVEL)" \
		$(SOLUTION) _build/handout $(PARTS)

serve: free-port ## serve the built site on this machine alone (PORT=8000)
	@test -f $(SITE)/index.html || { echo "No site yet: run make book."; exit 1; }
	@echo "Read the chapter at http://127.0.0.1:$(PORT)/ (stop with Ctrl-C)"
	@$(PYTHON) -m http.server --bind 127.0.0.1 --directory $(SITE) $(PORT)

free-port:
	@$(PYTHON) -c "import socket; \
	socket.create_server(('127.0.0.1', $(PORT)))" 2>/dev/null \
	|| { echo "Port $(PORT) cannot be had: try another, as in PORT=8001."; \
	exit 1; }

# The tests that need no site. All others may build one.
UNITS := $(wildcard tests/test_*.py) tests/charrnn tests/bookkit \
	tests/studies tests/widgets tests/chapter/units

# Files of tests that share a site or a browser go whole to one of two processes.
TEST_SITES := pytest -n 2 --dist loadfile --no-loadscope-reorder \
	$(UNITS:%=--deselect=%)

# The cells of the pages are checked as notebooks, in _build/cells.
check: .venv/dev ## check the style, the types, and what needs no site
	@$(BIN)/ruff check .
	@rm -rf _build/cells
	@$(BIN)/jupytext --quiet --from md:myst --to ../_build/cells//ipynb book/*.md
	@$(BIN)/ruff check _build/cells
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2 $(UNITS)

test: check ## the same, then build the site, and test the build and the pages
	@$(BIN)/$(TEST_SITES) -m "not proof"

test-all: check ## the same, with the proofs that take longer
	@$(BIN)/$(TEST_SITES)

links: .venv/installed ## check the links that lead out, pages executed first
	@$(BIN)/jupyter-book build . --builder linkcheck --path-output _build/links

constraints: ## renew constraints.txt: the newest versions that are allowed
	@echo "Installing everything in _build/newest, which takes some minutes."
	@python3.11 -m venv --clear _build/newest # with the Python of Binder
	@_build/newest/bin/pip install --quiet --disable-pip-version-check \
		--requirement requirements.txt --requirement requirements-dev.txt
	@{ echo "# Versions that work together: make and Binder install these."; \
	echo "# make constraints renews them; make test tells if they are good."; \
	_build/newest/bin/pip freeze --exclude-editable \
	| sed -e "/^cuda[-_]/d" -e "/^nvidia[-_]/d" -e "/^triton=/d" \
	-e "s/+.*//"; } >constraints.txt
	@rm -r _build/newest

oldest: ## build and test all with the oldest versions that are allowed
	@echo "Installing everything in _build/oldest, which takes some minutes."
	@$(PYTHON) -m venv --clear _build/oldest
	@_build/oldest/bin/pip install --quiet --disable-pip-version-check uv
	@_build/oldest/bin/uv pip compile --quiet --resolution lowest-direct \
		--no-emit-package charrnn --python _build/oldest/bin/python \
		--output-file _build/oldest/constraints.txt \
		requirements.txt requirements-dev.txt
	@_build/oldest/bin/pip install --quiet --disable-pip-version-check \
		--requirement requirements.txt --requirement requirements-dev.txt \
		--constraint _build/oldest/constraints.txt
	@_build/oldest/bin/pytest -n 2 $(UNITS)
	@_build/oldest/bin/$(TEST_SITES) -m "not proof"

clean: ## remove what was built and trained, not the environment
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -not -path "./.venv*" -exec rm -rf {} +

# Python compiles a module when it is first imported, and most never are.
INSTALL := pip install --quiet --disable-pip-version-check --no-compile \
	--constraint constraints.txt

.venv/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(not 11 <= sys.version_info[1] <= 14)" \
	|| { echo "Python 3.11 to 3.14 is needed: make PYTHON=python3.11"; exit 1; }
	@echo "Setting up .venv, which takes some minutes the first time."
	@$(PYTHON) -m venv .venv
	@index=; if timeout 3 $(PYTHON) -c "from urllib.request import urlopen; \
	urlopen('$(PYTORCH)/torch/')" 2>/dev/null; \
	then index="--extra-index-url $(PYTORCH)"; \
	else echo "PyTorch is that of the default index, on Linux perhaps with CUDA, 3 GB."; fi; \
	$(BIN)/$(INSTALL) $$index --requirement requirements.txt
	@touch $@

.venv/dev: .venv/installed requirements-dev.txt
	@$(BIN)/$(INSTALL) --requirement requirements-dev.txt
	@touch $@
