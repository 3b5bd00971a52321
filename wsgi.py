"""The WSGI application that gunicorn serves: ``wsgi:application``."""

from app.factory import create_app

application = create_app()
