"""Keep a card's first reason in every language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0002_append_only")]

    operations = [migrations.AddField("card", "reasons", models.JSONField(default=dict))]
