PYTHON ?= python3
BIN := .venv/bin
SITE := _build/html
BRANCH := _build/notebooks
# Python compiles a module when it is first imported, and most never are.
INSTALL := pip install --quiet --disable-pip-version-check --no-compile
# Without what only PyTorch with CUDA needs, and without +cpu after a version.
VERSIONS := pip freeze --exclude-editable | sed -E "/^(cuda|nvidia|triton)/d; s/\+.*//"
# The PyTorch of the default index has CUDA on Linux, 3 GB that are never used.
PYTORCH := https://download.pytorch.org/whl/cpu
INDEX = $(shell timeout 3 $(PYTHON) -c "from urllib.request import urlopen; \
	urlopen('$(PYTORCH)/torch/')" 2>/dev/null && echo --extra-index-url $(PYTORCH) \
	|| echo "PyTorch is that of the default index, on Linux perhaps with CUDA." >&2)
# The tests that need no site. The others share sites and browsers by the file.
UNITS := $(wildcard tests/test_*.py) $(addprefix tests/,charrnn bookkit studies widgets chapter/units)
OTHERS := pytest -n 2 --dist loadfile --no-loadscope-reorder $(UNITS:%=--deselect=%)

.PHONY: help book live handout notebooks check test test-all constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## /make \1	/p' Makefile

book: .venv/installed ## build the site into _build/html, and its zip
	@CHAPTER_DOWNLOADS=yes $(BIN)/jupyter-book build .

live: .venv/dev ## build at each save, and reload the browser (PORT=8000)
	@$(BIN)/livereload --port $(or $(PORT),8000) --target $(SITE)/index.html $(SITE) & \
	trap "kill $$! 2>/dev/null" EXIT INT TERM; \
	$(BIN)/watchfiles "$(BIN)/jupyter-book build ." index.md _config.yml _toc.yml \
		book charrnn bookkit widgets coursework studies

handout: $(SITE)/index.html ## make a handout of the lab (PARTS="rnn predict_rnn", LEVEL=whole)
	@rm -rf _build/handout
	@$(BIN)/python -m coursework --level "$(or $(LEVEL),steps)" \
		$(SITE)/_downloads/lab _build/handout $(PARTS)
$(SITE)/index.html:
	@echo "No site yet: run make book."; exit 1

# The work tree, with new files, and what is built. A workflow may push no workflow.
notebooks: $(SITE)/index.html ## lay out the branch for Binder and Colab
	@$(BIN)/python -m bookkit.train
	@rm -rf $(BRANCH) _build/index
	@GIT_INDEX_FILE=_build/index git add --all . ":!.github"
	@GIT_INDEX_FILE=_build/index git checkout-index --all --prefix=$(BRANCH)/
	@mkdir $(BRANCH)/lab $(BRANCH)/models
	@cp $(SITE)/_sources/book/*.ipynb $(BRANCH)/book
	@cp -r $(SITE)/_downloads/lab/*.ipynb $(SITE)/_downloads/lab/checks $(BRANCH)/lab
	@cp $$($(BIN)/python -c "from bookkit import networks, recipes; \
	print(*('_build/models/' + networks.file_of(one).name \
	for one in recipes.RECIPES.values()))") $(BRANCH)/models

check: .venv/dev ## check the style, the types, and what needs no site
	@rm -rf _build/cells # the cells of the pages, as notebooks
	@$(BIN)/jupytext --quiet --from md:myst --to ../_build/cells//ipynb book/*.md
	@$(BIN)/ruff check . _build/cells
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2 $(UNITS)

test: check ## the same, then build the site, and test the build and the pages
	@$(BIN)/$(OTHERS) -m "not proof"
test-all: check ## the same, with the proofs that take longer
	@$(BIN)/$(OTHERS)

constraints: ## renew the versions in constraints.txt and binder/requirements.txt
	@python3.11 -m venv --clear _build/newest # with the Python of Binder
	@_build/newest/bin/$(INSTALL) $(INDEX) --editable ".[pages]"
	@perl -ni -e "/==/ or print" binder/requirements.txt constraints.txt
	@_build/newest/bin/$(VERSIONS) >>binder/requirements.txt
	@_build/newest/bin/$(INSTALL) -r requirements.txt -r requirements-dev.txt
	@_build/newest/bin/$(VERSIONS) >>constraints.txt

clean: ## remove what was built and trained, not the environment
	@rm -rf _build .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/installed: requirements.txt constraints.txt pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(not 11 <= sys.version_info[1] <= 14)" \
	|| { echo "Python 3.11 to 3.14 is needed: make PYTHON=python3.11"; exit 1; }
	@echo "Setting up .venv, which takes some minutes the first time."
	@$(PYTHON) -m venv .venv
	@$(BIN)/$(INSTALL) $(INDEX) -c constraints.txt -r requirements.txt
	@touch $@
.venv/dev: .venv/installed requirements-dev.txt
	@$(BIN)/$(INSTALL) -c constraints.txt -r requirements-dev.txt
	@touch $@
