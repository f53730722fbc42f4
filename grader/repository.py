"""Where the student edition can be had: the address of its repository, and the links that open its notebooks elsewhere.

Nothing is asked of any service here. The forms of the links are those that Binder, Colab and nbgitpuller document.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from grader.errors import CourseError

_HOST = r"(?P<host>[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+(?::\d+)?)"
_PATH = r"(?P<path>[\w.~-]+(?:/[\w.~-]+)*)/?"
_HTTPS = re.compile(rf"https://{_HOST}/{_PATH}", re.ASCII)
_SSH = re.compile(rf"(?:ssh://)?git@{_HOST}[:/]{_PATH}", re.ASCII)
_PASSWORD = re.compile(r"(?<=^https://)[^/]*@")
_BRANCH = re.compile(r"\w[\w.-]*", re.ASCII)  # in some of the links a slash could not be told from the path behind it
_PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}  # Binder's names; all others are plain addresses to it


@dataclass(frozen=True)
class Repository:
    """A public git repository; `read_address` makes one from what people write.

    Attributes
    ----------
    host : str
    path : str
        With the owner, or GitLab's groups; without ``.git`` on GitHub and GitLab.
    branch : str
    """

    host: str
    path: str
    branch: str

    @property
    def address(self) -> str:
        return f"https://{self.host}/{self.path}"

    @property
    def is_on_github(self) -> bool:
        return self.host == "github.com"

    def binder(self, file: str) -> str:
        """The address that opens a file of the repository in JupyterLab on Binder."""
        provider = _PROVIDERS.get(self.host, "git")
        where = {"gh": self.path, "gl": quote(self.path, safe="")}.get(provider, quote(self.address, safe=""))
        return f"https://mybinder.org/v2/{provider}/{where}/{self.branch}?labpath={quote(file, safe='')}"

    def colab(self, file: str) -> str:
        """The address that opens a notebook of a repository on GitHub in Colab."""
        return f"https://colab.research.google.com/github/{self.path}/blob/{self.branch}/{quote(file)}"

    def raw(self, file: str) -> str:
        """The address of a file itself, in a repository on GitHub."""
        return f"https://raw.githubusercontent.com/{self.path}/{self.branch}/{quote(file)}"

    def git_pull(self) -> str:
        """The link for nbgitpuller on a hub, whose name has to be put in the place of HUB."""
        folder = self.path.rpartition("/")[2]  # nbgitpuller names it after the address
        return (
            f"https://HUB/hub/user-redirect/git-pull?repo={quote(self.address, safe='')}"
            f"&branch={self.branch}&urlpath={quote(f'lab/tree/{folder}', safe='')}"
        )


def read_address(address: str, branch: str = "main") -> Repository:
    """The repository that an address names.

    Parameters
    ----------
    address : str
        ``https://host/owner/name``, with or without ``.git``; for GitHub and GitLab also the addresses of ssh. A name or
        a password in it is left out.
    branch : str

    Raises
    ------
    CourseError
        If it is not such an address, or the branch not a plain name.

    Examples
    --------
    >>> read_address("git@github.com:owner/name.git").address
    'https://github.com/owner/name'
    """
    address = _PASSWORD.sub("", address)
    match = _HTTPS.fullmatch(address) or _SSH.fullmatch(address)
    parts = match["path"].split("/") if match else []
    if not match or {".", ".."} & set(parts):
        raise CourseError(f"{address} is not the address of a repository. Write it as https://host/owner/name.")
    host = match["host"].lower()
    if match.re is _SSH and host not in _PROVIDERS:
        raise CourseError(f"{address} is an address for ssh. Name the one that begins with https://.")
    if host in _PROVIDERS:
        parts[-1] = parts[-1].removesuffix(".git")
        fits = len(parts) == 2 if host == "github.com" else len(parts) >= 2 and "-" not in parts  # of a page on GitLab
        if not fits or not parts[-1]:
            raise CourseError(
                f"{address} is not the address of a repository. On {host} it is https://{host}/owner/name."
            )
    _check_branch(branch)
    return Repository(host, "/".join(parts), branch)


def of_edition(folder: Path, address: str | None = None, branch: str | None = None) -> Repository | None:
    """The repository of a student edition: the one that is named, or else the one that the folder is a clone of.

    Parameters
    ----------
    folder : Path
        The edition; it need not exist.
    address : str, optional
        As for `read_address`; ``none`` for no repository, whatever the folder says.
    branch : str, optional
        Unless it is named, the one that the folder is on, or else ``main``.

    Returns
    -------
    Repository or None
        None if nothing usable is named: no clone, or one of a repository that is not on the web.

    Raises
    ------
    CourseError
        If what is named cannot be used.
    """
    if address == "none":
        return None
    if branch:
        _check_branch(branch)
    branch = branch or _git(folder, "symbolic-ref", "--short", "HEAD") or "main"
    if address:
        return read_address(address, branch)
    try:
        return read_address(_git(folder, "remote", "get-url", "origin"), branch)
    except CourseError:
        return None


def _check_branch(branch: str) -> None:
    if not _BRANCH.fullmatch(branch):
        raise CourseError(
            f"The links cannot hold the branch {branch}. Name one of letters, digits, '_', '.' and '-' with --branch."
        )


def _git(folder: Path, *arguments: str) -> str:
    """What git says about the repository in this very folder, not about one that it lies in; empty if nothing."""
    own = folder / ".git"
    if not own.exists():
        return ""
    try:
        done = subprocess.run(["git", f"--git-dir={own}", *arguments], capture_output=True, text=True)
    except FileNotFoundError:  # no git here
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
