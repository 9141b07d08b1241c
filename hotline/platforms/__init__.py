"""Platforms as data: which one an address belongs to, its ids, its rule for a ground, its form and the fields of that,
where to ask whether something still exists and what its pages say. All of it stands in platforms.toml; nothing here
asks the outside."""

from hotline.platforms.existence import ExistenceQuestion, existence_of
from hotline.platforms.ids import PlatformAddress, PlatformIds, read_platform
from hotline.platforms.pages import account_on_page, page_says, page_shows
from hotline.platforms.reading import known_platforms, load_platforms
from hotline.platforms.rules import RuleText, form_of, rule_for, rule_text_for, rules_of
from hotline.platforms.tables import STATUSES, Existence, Exists, FormField, PageSays, Pattern, Platform, SiteKind

__all__ = [
    "STATUSES",
    "Existence",
    "ExistenceQuestion",
    "Exists",
    "FormField",
    "PageSays",
    "Pattern",
    "Platform",
    "PlatformAddress",
    "PlatformIds",
    "RuleText",
    "SiteKind",
    "account_on_page",
    "existence_of",
    "form_of",
    "known_platforms",
    "load_platforms",
    "page_says",
    "page_shows",
    "read_platform",
    "rule_for",
    "rule_text_for",
    "rules_of",
]
