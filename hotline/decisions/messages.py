"""What a person does with a mail that came in: says that it is dealt with, or which notice it is about."""

from hotline import custody
from hotline.decisions.desk import Desk
from hotline.errors import MoveError
from hotline.store import messages, notices


def settle(desk: Desk, message_id: int, notice_id: int | None = None) -> int:
    """Records that a mail is dealt with, and where it was not known, which notice it is about."""
    with desk.writing("notice") as session:
        message = messages.load_message(session, message_id)
        if message.handled_at is not None and notice_id is None:
            raise MoveError(f"E{message_id} is dealt with already")
        if notice_id is not None:
            message.notice_id, message.matched_by = notices.load_notice(session, notice_id).id, "person"
        message.handled_at, message.handled_by = desk.now, desk.actor
        session.add(message)
        custody.record(session, "message.settle", f"E{message_id}")
        return message_id
