"""Whether mails can be signed as the settings want it. Sends nothing."""

from pathlib import Path

from hotline.settings import Settings
from hotline.views.checks import Check, cure_if
from notices import signing
from notices.errors import SigningError

_SAMPLE = b"From: a@hotline.example\r\nContent-Type: text/plain\r\n\r\nA sample.\r\n"


def signing_check(settings: Settings) -> Check:
    """A note only where no key is set: whoever gets an unsigned notice has to call to know that it is ours."""
    mail = settings.mail
    if not mail.signing_key_file:
        return Check("signature", True, "note: mails are not signed; set mail.signing_key_file in hotline.toml")
    try:
        key = Path(mail.signing_key_file).read_bytes()
        word = Path(mail.signing_password_file).read_text(encoding="utf-8") if mail.signing_password_file else None
        signing.signed(_SAMPLE, key, word.rstrip("\r\n") if word is not None else None)
    except (OSError, UnicodeDecodeError, SigningError) as error:
        cure = str(error) if isinstance(error, SigningError) else "correct the files that mail.signing_* name"
        return Check("signature", False, "no mail can be signed, so none leaves", cure_if(True, cure))
    return Check("signature", True, f"mails are signed with {signing.signing_fingerprint(key)}")
