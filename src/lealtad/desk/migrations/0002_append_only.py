"""Let the database itself refuse to change or remove an event."""

from django.db import migrations

from lealtad.desk.append_only import allow_changes, forbid_changes


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]

    operations = [
        migrations.RunPython(
            lambda _, editor: forbid_changes(editor.connection), lambda _, editor: allow_changes(editor.connection)
        )
    ]
