"""Mailboxes and what they belong to, as names that can be compared. Knows no contact and no list."""

from urllib.parse import urlsplit

import ada_url


def names_of(address: str) -> tuple[str, ...]:
    """Every name under which an address may be avoided: itself, its domain, and the domains above that.

    A mailbox, or the https address of a form: that one by its host. Case and IDNA form are equal.
    """
    local, domain = _parts(address)
    own = (f"{local}@{domain}",) if local else ()
    labels = domain.split(".")
    return (*own, *(".".join(labels[start:]) for start in range(len(labels)) if domain))


def plain_name(address: str) -> str:
    """A mailbox or domain as it is compared: `ABUSE@Host.example.` → `abuse@host.example`."""
    local, domain = _parts(address)
    return f"{local}@{domain}" if local else domain


def _parts(address: str) -> tuple[str, str]:
    text = address.strip().lower()
    if "://" in text:
        return "", _ascii(_host(text))
    local, _, domain = text.rpartition("@")
    return local, _ascii(domain)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _ascii(domain: str) -> str:
    domain = domain.strip().rstrip(".")
    try:
        return domain if domain.isascii() else ada_url.idna_to_ascii(domain).decode()
    except (ValueError, UnicodeError):
        return domain
