# `make demo` and `make test` need nothing but Python 3.11 to 3.13 and make; what they install goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
HUB_READY := .venv/hub-ready

COMPILE := --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header

PORT ?= 8000

AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)  # in a container everybody is root

.PHONY: help install demo test style unit-test system-test stamps check-all ci-times browser-test deploy-test kubernetes-test hub-test lab hub hub-remove bench bench-grading bench-hub build lint lock clean

# A report of what each test took, where one is asked for: .ci/targets.py does.
PYTEST := $(BIN)/python -m pytest $(REPORT)

help:  ## what can be made
	@sed -n 's/^\([a-z-]*\):.*## */\1\t/p' Makefile | expand -t 18

demo: $(READY)  ## the whole way once, with a small sample class, in the folder demo/
	$(BIN)/python tests/sample_class.py demo
	$(BIN)/grader --root demo build
	$(BIN)/grader --root demo collect demo/hand-ins.zip
	$(BIN)/grader --root demo grade || [ $$? -eq 1 ]  # two of the eight need a look
	$(BIN)/grader --root demo feedback
	$(BIN)/grader --root demo marks --csv demo/marks.csv
	@echo
	@echo "The pages that students get:  demo/feedback/<student>/gradient_checking/gradient_checking.html"
	@echo "The graded notebooks:         demo/autograded/<student>/gradient_checking/gradient_checking.ipynb"
	@echo "The marks for a spreadsheet:  demo/marks.csv"

install: $(READY)  ## everything that is needed, into .venv, with locked versions

test: style unit-test system-test  ## the project's own tests; the long suites that carry a stamp apart

style: $(READY)  ## format, slips and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

unit-test: $(READY)  ## tests that start no program, server or template: a minute
	$(PYTEST) --numprocesses 2 --dist worksteal -m "not system"

system-test: $(READY)  ## all other tests, but those that need a browser, a hub or root
	$(PYTEST) --numprocesses 2 --dist worksteal -m system

stamps: $(READY)  ## the long suites whose stamp does not match what is here; each that passes is stamped
	$(BIN)/python .ci/stamps.py run

check-all: $(READY)  ## all of the long suites, stamped or not: every topic, nbgrader's own tests, the image; half an hour
	$(BIN)/python .ci/stamps.py run --all

ci-times:  ## where the minutes of the last .ci/run went
	$(PYTHON) .ci/times.py

browser-test: $(READY)  ## pages in Debian's chromium; screenshots go to artefacts/
	$(PYTEST) tests/browser

deploy-test: $(HUB_READY)  ## what deploy/ sets up, without a server: settings, configurations, permissions; some of it as root only
	$(PYTEST) --numprocesses 2 --dist worksteal tests/deploy

kubernetes-test: $(HUB_READY)  ## Dask Gateway, and PostgreSQL from Debian; the image has a stamp (`make stamps`)
	$(PYTEST) --numprocesses 2 tests/kubernetes/test_postgresql.py tests/kubernetes/test_gateway.py

hub-test: $(HUB_READY)  ## a real JupyterHub, from the login to the points, in Debian's chromium; its packages go to /srv
	$(PYTEST) tests/hub

lab: $(READY)  ## JupyterLab on release/, with nbgrader's extensions
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/release $(AS_ROOT)

hub:  ## a real JupyterHub with the course, on 127.0.0.1, with an instructor and two students; as root with accounts of their own
	$(PYTHON) deploy/jupyterhub/demo.py --port $(PORT)

hub-remove:  ## takes away what `make hub` made, its accounts included
	$(PYTHON) deploy/jupyterhub/demo.py --remove

bench: $(READY)  ## how long the notebooks take, and their training beside plain loops
	$(BIN)/python bench/notebooks.py

bench-grading: $(READY)  ## what grading costs, beside nbgrader's own and Otter-Grader's, and with a large class; an hour
	$(BIN)/python bench/grading.py --many 1000 --json bench/grading.json --page bench/grading.md

bench-hub: $(READY)  ## 30 students at a hub of their own before a deadline, and what each tries to see of the others; as root, a quarter of an hour
	$(BIN)/python bench/hub.py --json bench/hub.json --page bench/hub.md

build: $(READY)  ## course/ to source/ and release/
	$(BIN)/grader build

lint: $(READY)  ## mend what ruff can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The lock: versions and hashes, no addresses. pip installs the others; dev is what .venv gets; hub, cluster (for tests of deploy/) and book go on top of it.
lock: $(READY)
	$(BIN)/pip install --quiet uv
	echo pip | $(BIN)/uv pip compile $(COMPILE) --python-version 3.11 --output-file requirements/pip.txt -
	$(BIN)/uv pip compile $(COMPILE) --extra dev --output-file requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/dev.txt --extra hub --output-file requirements/hub.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/hub.txt --extra cluster --output-file requirements/cluster.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/dev.txt --extra book --output-file requirements/book.txt pyproject.toml

$(READY): requirements/pip.txt requirements/dev.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and 'Python 3.11 to 3.13 is needed, this is ' + sys.version)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/pip.txt
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(HUB_READY): $(READY) requirements/cluster.txt
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/cluster.txt
	touch $@

clean:  ## everything that make made, the installation apart
	rm -rf demo dist artefacts .pytest_cache .ruff_cache .mypy_cache .hypothesis
