"""Switching local features off: what was kept of illegal material is deleted beyond recovery."""

from hotline import custody, db, keys
from hotline.home import Home
from hotline.store import families


def delete_if_off(home: Home, actor: str) -> int | None:
    """Where the setting is off and features were kept: deletes them and their key. Returns of how many media.

    Whoever runs the next command does it: the setting is the decision. The key goes last, so that a program that dies
    in between does it again; without the key nothing can be read in any copy of the database, older ones included.
    """
    if home.settings.families.local_features or not home.features_key.exists():
        return None
    with custody.transaction(custody.Books(home.engine, home.anchor, actor, home.now())) as session:
        count = families.delete_features(session)
        custody.record(session, "features.shred", "features", reason=f"{count} media")
    keys.destroy_key_file(home.features_key)
    db.empty_log(home.engine)
    return count
