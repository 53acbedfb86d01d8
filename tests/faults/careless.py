"""The application with the mistake that the order check must find: commits are not synced."""

from __future__ import annotations

from sqlalchemy import event

from isotrain import create_app
from isotrain.db import db

app = create_app()
app.config["DURABLE"] = False  # it would rightly say that it is not ready
with app.app_context():
    event.listen(db.engine, "connect",
                 lambda connection, _record: connection.execute("PRAGMA synchronous=NORMAL"))
    db.engine.dispose()

