#!/bin/sh
# The steps of the image, in two new virtual environments: install.sh FOLDER makes FOLDER and FOLDER/ngshare.
# It needs Python 3.11 to 3.13 with venv, and the parts of the repository that the Dockerfile copies.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=$1
settings=$venv/etc/jupyter

"${PYTHON:-python3}" -m venv "$venv"
pip() { "$venv/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }

pip install --require-hashes --requirement "$root/requirements/hub.txt"
pip install --require-hashes --no-deps --no-build-isolation --requirement "$here/requirements.txt"

# utils and grader, without course/ and source/: students' servers run this image
pip wheel --no-deps --no-build-isolation --wheel-dir "$venv/wheels" "$root"
pip install --no-deps "$venv"/wheels/*.whl
rm -r "$venv/wheels"

# ngshare needs older packages than the course
"${PYTHON:-python3}" -m venv "$venv/ngshare"
"$venv/ngshare/bin/python" -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps --requirement "$here/ngshare.txt"

mkdir -p "$settings/labconfig" "$venv/share/jupyter/lab/settings"
cp "$here/nbgrader_config.py" "$here/jupyter_server_config.py" "$settings/"
cp "$root/deploy/jupyterhub/page_config.json" "$settings/labconfig/"
cp "$root/deploy/jupyterhub/overrides.json" "$venv/share/jupyter/lab/settings/"
