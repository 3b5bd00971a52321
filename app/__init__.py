"""The host: settings, HTTP and credentials around the engine.

In the order a request meets them:

    gunicorn_settings  the server process
    logging            its log
    welcome            what it says when it is ready
    factory            the Flask application and its hooks
    services           what is put together from the packages below
    cors               what pages of other origins may do
    auth               credentials to a principal
    admission          who is asking for what, before anything is read
    shortcut           the way of most requests, past Flask
    http               WSGI to the engine's messages and back
    bc                 the roots of the Business Central service
    body               bodies, read whole or refused
    health             whether the process lives and can serve
    errors             every failure as the error body
    documentation      ``/openapi.json`` and ``/docs``

Beside them:

    config             the settings
    cli                the command ``kontor``
"""
