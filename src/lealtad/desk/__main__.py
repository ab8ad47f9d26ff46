"""Django's own commands for the desk: `python -m lealtad.desk check --deploy`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lealtad.desk.settings")
    execute_from_command_line(["lealtad.desk", *sys.argv[1:]])
