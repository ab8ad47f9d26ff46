"""Prepare a run directory for a server of its own: `python -m tests.desk.prepare OUT CARDS PEOPLE QUOTA`.

Prints as JSON the key of a session per person: a server is asked over HTTP as by people who have logged in.
"""

import json
import sys
from pathlib import Path

from tests.desk import company
from tests.desk.desks import PASSWORD, build_night


def main(out: Path, cards: int, people: int, quota: int) -> None:
    from lealtad.desk import run

    if not (out / "lake").is_dir():
        company.build_lake(out / "lake", more=tuple(f"n{number:04d}" for number in range(1, cards + 1)))
    run.prepare_desk(out, clock_starts_at=company.OPENS)
    from django.conf import settings
    from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lealtad.desk.accounts import DEMO_NAMES, add_person
    from lealtad.desk.delivery import deliver_night
    from lealtad.desk.models import Person
    from lealtad.desk.search_index import write_search_index
    from lealtad.lake import Lake

    write_search_index(Lake.open(out / "lake"), out / "desk")

    for role, name in DEMO_NAMES.items():
        add_person(name, PASSWORD, role, "retention" if role == "rep" else "")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    rows = [company.build_row(f"n{number:04d}", number, owner="retention") for number in range(1, cards + 1)]
    deliver_night(build_night(rows=rows, owners={"retention": quota}))
    sessions = {}
    for number in range(people):
        person = Person(username=f"p{number}", role="rep", team="retention")
        person.set_password(PASSWORD)
        person.save()
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        sessions[person.username] = session.session_key
    json.dump(sessions, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
