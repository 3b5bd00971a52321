"""The host: settings, HTTP and credentials around the engine.

In the order a request meets them:

    gunicorn_settings.py   the server process and its log
    factory.py             the Flask application and its hooks
    auth.py                credentials to a principal
    cors.py                what pages of other origins may do
    http.py                WSGI to the engine's messages and back
    bc.py                  the roots of the Business Central service
    health.py              whether the process lives and can serve
    errors.py              every failure as the error body

Beside them: config.py (the settings), services.py (what is put together from below),
cli.py (the command ``kontor``).
"""
