# `make demo` and `make test` need nothing but Python 3.11 to 3.13 and make; what they install goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
HUB_READY := .venv/hub-ready

COMPILE := --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header

PORT ?= 8000

AS_ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)  # in a container everybody is root

.PHONY: demo test check training-test nbgrader-test browser-test deploy-test kubernetes-test hub-test lab hub hub-remove bench bench-grading bench-hub build lint lock clean

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

test: $(READY)  ## the project's own tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -m "not training"

check: $(READY)  ## the tests of the tests, for every assignment: what `grader check` measures; a quarter of an hour
	$(BIN)/grader check

training-test: $(READY)  ## every notebook whole, with its training, on right answers in another style; ten minutes
	$(BIN)/python -m pytest --numprocesses 2 --dist worksteal -m training

nbgrader-test: $(READY)  ## nbgrader's own autograde tests, on our converters, and what its own converter gives to attacks
	PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest tests/attacks/comparison.py
	cd tests && PATH="$(CURDIR)/$(BIN):$$PATH" python -m pytest -p nbgraders_own --pyargs nbgrader.tests.apps.test_nbgrader_autograde

browser-test: $(READY)  ## pages in Debian's chromium; screenshots go to artefacts/
	$(BIN)/python -m pytest tests/browser

deploy-test: $(HUB_READY)  ## what deploy/ sets up, without a server: settings, configurations, permissions; some of it as root only
	$(BIN)/python -m pytest tests/deploy

kubernetes-test: $(HUB_READY)  ## the image's steps in a new virtual environment, ngshare with a hub, PostgreSQL from Debian; ten minutes
	$(BIN)/python -m pytest tests/kubernetes

hub-test: $(READY)  ## a real JupyterHub, from the login to the points, in Debian's chromium; its packages go to /srv
	$(BIN)/python -m pytest tests/hub

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

# The lock: versions and hashes, no addresses. dev is what .venv gets; hub, cluster (for tests of deploy/) and book go on top of it.
lock: $(READY)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile $(COMPILE) --extra dev --output-file requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/dev.txt --extra hub --output-file requirements/hub.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/hub.txt --extra cluster --output-file requirements/cluster.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --constraint requirements/dev.txt --extra book --output-file requirements/book.txt pyproject.toml

$(READY): requirements/dev.txt pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14) and 'Python 3.11 to 3.13 is needed, this is ' + sys.version)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(HUB_READY): $(READY) requirements/cluster.txt
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/cluster.txt
	touch $@

clean:  ## everything that make made, the installation apart
	rm -rf demo dist artefacts .pytest_cache .ruff_cache .hypothesis
