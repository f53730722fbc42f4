"""The hub of `make hub`: the configuration of a server, with made-up accounts on the loopback interface.

This file is not installed on a server. It starts only with passwords that demo.py drew for this run.
"""

import hmac
import json
import os
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from jupyterhub.auth import Authenticator

c = get_config()

PREFIX = Path(os.environ["COURSE_DEMO"])
PASSWORDS = json.loads((PREFIX / "state/demo.json").read_text(encoding="utf-8"))


class DemoAuthenticator(Authenticator):
    """The few accounts of this run, with passwords that nobody knew before it."""

    async def authenticate(self, handler, data):
        right = PASSWORDS.get(data["username"], "")
        return data["username"] if right and hmac.compare_digest(data["password"].encode(), right.encode()) else None


load_subconfig(str(PREFIX / "etc/jupyterhub_config.py"))
c.JupyterHub.authenticator_class = DemoAuthenticator
c.Authenticator.allow_all = False
address = urlsplit(c.JupyterHub.bind_url).hostname
if not ip_address(address).is_loopback:
    raise ValueError(f"The demo's hub listens on the loopback interface only, not on {address}.")
