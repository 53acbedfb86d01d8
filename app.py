"""The application object, for `flask --app app` and for the server."""

from isotrain import create_app

app = create_app()
