"""Who can remove something: from an address to its names, network, country and abuse mailboxes. Values in, values out;
what is found is a proposal, and knows nothing of contacts that a person approved."""

from hotline.trace.asking import trace
from hotline.trace.moving import addresses_of, moved_since
from hotline.trace.scopes import ANY, COUNTRY, SYSTEM, answers_for, registrable_domain, scopes_of
from hotline.trace.zones import zone_of

__all__ = [
    "ANY",
    "COUNTRY",
    "SYSTEM",
    "addresses_of",
    "answers_for",
    "moved_since",
    "registrable_domain",
    "scopes_of",
    "trace",
    "zone_of",
]
