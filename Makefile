# Everything anybody needs to do with this project; `make help` lists it.
PYTHON ?= python3
VENV   ?= .venv
PY     := $(VENV)/bin/python
FLASK  := $(VENV)/bin/flask --app app
PORT   ?= 5000
export PORT
# pip runs from outside the environment (--python), so neither ensurepip nor root is needed;
# a system that has ensurepip but no pip works too.
PIP     = $(if $(wildcard $(VENV)/bin/pip),$(PY) -m pip,$(PYTHON) -m pip --python $(PY)) \
          --disable-pip-version-check install --quiet --require-hashes --only-binary :all:

# What people read, compiled from its translations.
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard isotrain/translations/*/LC_MESSAGES/messages.po))

.PHONY: help run test check bench demo lint messages cjk lock sbom audit clean
help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run $(CATALOGUES)  ## set up everything and serve the app with demo content on PORT (5000)
	@$(FLASK) db upgrade --quiet
	@[ "$$ISOTRAIN_ENV" = production ] || $(FLASK) demo --quiet
	@exec $(VENV)/bin/gunicorn --config isotrain/server.py app:app

demo: $(VENV)/.run $(CATALOGUES)  ## load the shipped course and a small demo company into the database
	@$(FLASK) db upgrade --quiet
	@$(FLASK) demo

test: $(VENV)/.test $(CATALOGUES) lint  ## set up everything and run every test
	@$(PY) -m pytest -n auto --dist worksteal

check: $(VENV)/.test $(CATALOGUES) lint  ## the fast set: lint and the tests without browser and kills
	@$(PY) -m pytest -n auto --dist worksteal -m "not slow and not browser"

lint: $(VENV)/.test
	@$(PY) -m ruff check -q .
	@$(PY) -m mypy

bench: $(VENV)/.test $(CATALOGUES)  ## measure the stated limits; PART="journey memory" alone, PART=help lists the parts
	@$(PY) -m tests.bench $(PART)

messages: $(VENV)/.run  ## write down what there is to translate, or begin one: NEW=de
	@$(PY) -m isotrain.translations.extracting $(if $(NEW),new $(NEW),messages)

%.mo: %.po | $(VENV)/.run
	@$(PY) -m isotrain.translations.extracting compile

cjk: $(VENV)/.run  ## install the letters of Chinese, Japanese and Korean for certificates (20 MB)
	@$(PIP) -r requirements-cjk.txt

lock:  ## resolve requirements*.in again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -q requirements-cjk.in -o requirements-cjk.txt

sbom: $(VENV)/.test  ## write down what the application is made of, as CycloneDX, in sbom.json
	@$(PY) -W ignore::UserWarning -m cyclonedx_py requirements requirements.txt --pyproject pyproject.toml \
	  --output-reproducible --of JSON -o sbom.json

audit: $(VENV)/.test  ## look up known weaknesses of what the application is made of (needs the network)
	@$(PY) -m tests.house.auditing

clean:  ## remove the environment and everything generated (not the database in instance/)
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0])'
	@if $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --without-pip $(VENV); else $(PYTHON) -m venv $(VENV); fi
$(VENV)/.installed: requirements.txt | $(PY)
	@echo "Installing the application into $(VENV) (once) ..."
	@$(PIP) -r requirements.txt && touch $@
$(VENV)/.fonts: $(VENV)/.installed isotrain/web/assets/fonts.py isotrain/web/assets/cutting.py
	@$(PY) -m isotrain.web.assets.cutting && touch $@
$(VENV)/.run: $(VENV)/.fonts isotrain/web/assets/shelf.py isotrain/web/assets/pressing.py $(shell find static -type f)
	@$(PY) -m isotrain.web.assets.pressing && touch $@
$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	@echo "Installing the test tools into $(VENV) (once) ..."
	@$(PIP) -r requirements-dev.txt && touch $@
