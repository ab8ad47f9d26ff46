"""The desk for a WSGI server: `waitress-serve lealtad.desk.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lealtad.desk.settings")
application = get_wsgi_application()
