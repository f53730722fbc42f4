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
pip install --no-deps "$venv"/wheels/deep_learning_course-*.whl

# ngshare needs older packages than the course; it is built with the course's, which are locked
pip wheel --require-hashes --no-deps --no-build-isolation --wheel-dir "$venv/wheels" --requirement /dev/stdin <<'NGSHARE'
ngshare==0.6.0 --hash=sha256:307c021678d49b4287cbc6e0e04a7ab0ea3b86ba973b6d5fb101918527a88776
NGSHARE
"${PYTHON:-python3}" -m venv "$venv/ngshare"
ngshare_pip() { "$venv/ngshare/bin/python" -m pip --disable-pip-version-check --quiet "$@"; }
ngshare_pip install --require-hashes --no-deps --requirement "$here/ngshare.txt"
ngshare_pip install --no-deps "$venv"/wheels/ngshare-*.whl
rm -r "$venv/wheels"

mkdir -p "$settings/labconfig" "$venv/share/jupyter/lab/settings"
cp "$here/nbgrader_config.py" "$here/jupyter_server_config.py" "$settings/"
cp "$root/deploy/jupyterhub/page_config.json" "$settings/labconfig/"
cp "$root/deploy/jupyterhub/overrides.json" "$venv/share/jupyter/lab/settings/"
