"""The application object, for `flask --app app` and for the server."""

import sys

from isotrain import create_app, private
from isotrain.errors import Unready

private.make_private()
try:
    app = create_app()
except Unready as reason:
    print(f"Isotrain does not start: {reason}", file=sys.stderr)
    sys.exit(3)  # to gunicorn 3 means: do not try again
