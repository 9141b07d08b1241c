"""A lab internet for each test."""

from collections.abc import Callable, Iterator

import pytest
import requests

from scripts.lab import Lab, Site


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as internet:
        yield internet


@pytest.fixture
def get() -> Iterator[Callable[..., requests.Response]]:
    """Asks a site by its address and port, under its own or another host name; redirects are not followed."""
    with requests.Session() as session:
        session.trust_env = False

        def ask(
            site: Site, path: str, *, method: str = "GET", host: str | None = None, **options: object
        ) -> requests.Response:
            options.setdefault("timeout", 5)
            headers = {"Host": host or site.name, **dict(options.pop("headers", None) or {})}
            return session.request(
                method,
                f"http://{site.ip}:{site.port}{path}",
                headers=headers,
                allow_redirects=False,
                **options,
            )

        yield ask
