"""Who works here: the registered people and their roles."""

from hotline import db, people
from hotline.home import Home
from hotline.views.shapes import Document, at, named


def person_list(home: Home) -> list[Document]:
    with db.reading(home.engine) as session:
        return [
            {
                "id": named("U", person.id),
                "name": person.name,
                "roles": person.roles.split(),
                "added_at": at(person.added_at),
                "added_by": person.added_by,
            }
            for person in people.list_people(session)
        ]
