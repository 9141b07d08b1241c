"""hotline.toml as one frozen object, read once."""

from hotline.settings.keys import (
    AssessSettings,
    DnsSettings,
    FamilySettings,
    FetchSettings,
    HotlineSettings,
    LabSettings,
    LookSettings,
    MailSettings,
    MandateSettings,
    MatchSettings,
    NoticeSettings,
    RdapSettings,
    RecheckSettings,
    RunSettings,
    Settings,
    read_time,
)
from hotline.settings.reading import (
    CLOCK_VARIABLE,
    CRASH_VARIABLE,
    load_settings,
    parse_settings,
    settings_from_assignments,
)
from hotline.settings.writing import render_settings

__all__ = [
    "CLOCK_VARIABLE",
    "CRASH_VARIABLE",
    "AssessSettings",
    "DnsSettings",
    "FamilySettings",
    "FetchSettings",
    "HotlineSettings",
    "LabSettings",
    "LookSettings",
    "MailSettings",
    "MandateSettings",
    "MatchSettings",
    "NoticeSettings",
    "RdapSettings",
    "RecheckSettings",
    "RunSettings",
    "Settings",
    "load_settings",
    "parse_settings",
    "read_time",
    "render_settings",
    "settings_from_assignments",
]
