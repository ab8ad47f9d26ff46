"""Let an event say that somebody took note of an alert."""

from django.db import migrations, models

from lealtad.desk.event_kinds import Kind


class Migration(migrations.Migration):
    dependencies = [("desk", "0003_card_reasons")]

    operations = [
        migrations.AlterField(
            "event", "kind", models.CharField(max_length=40, choices=[(kind, kind) for kind in Kind.ALL])
        )
    ]
