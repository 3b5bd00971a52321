"""The host: settings, HTTP and credentials around the engine.

In the order a request meets them:

    command            the command ``kontor``
    process            the server process
    drivers            drivers of databases, where they are used
    generated_methods  methods of dataclasses, compiled once
    kept_patterns      regular expressions, likewise
    gunicorn_settings  how gunicorn serves
    worker             its threads, which wait for nobody
    leading_worker     of them one leads, and answers what it has received
    lead               who leads, and who takes the lead from whom answers for long
    group              changes that arrive together, of which one commit ends all
    arriving, outlet   what has arrived of a request, what has not left of an answer
    settled, request_head, answer_head
                       gunicorn's settings and heads, with fewer steps to each
    edge               what it refuses by itself
    logging            its log
    welcome            what it says when it is ready
    factory            the Flask application and its hooks
    services           what is put together from the packages below
    identity           what recognises callers, put together
    compression        answers compressed as the client accepts it
    cors               what pages of other origins may do
    proxies            what proxies tell of a request
    admission          who is asking for what, before anything is read
    credentials        what a request shows of its sender
    auth               credentials to a principal
    directory          who is known: tokens, users, clients
    passwords, recent  passwords, and what was seen a short while ago
    signed_tokens      signed tokens, read with everything pinned
    own_tokens         those that are issued here
    outside_tokens, issuer_keys
                       those of an outside issuer, and his keys
    throttle           failures, counted
    challenges         how callers are refused
    access_log         what is remembered of them
    forbidden          what the engine has refused to them
    oauth, token_endpoint
                       tokens for clients, as Microsoft's endpoint gives them
    shortcut           the way of most requests, past Flask
    quotas             how much one caller may ask
    http               WSGI to the engine's messages and back
    sending            bodies, until their last pieces have gone
    rest               the plain REST dialects
    bc                 the roots of the Business Central service
    body               bodies, read whole or refused
    audit              the log of access, for administrators
    health             whether the process lives and can serve
    errors             every failure as the error body
    documentation      ``/openapi.json`` and ``/docs``
    reading_list       what there is to read: ``/llms.txt``

Beside them:

    config, settings_reader
                       the settings, and what those of each part are read with:
    limits, identity_settings, query_settings, webhook_settings, retention
                       what travels, who is asking, queries, notifications, what is kept
    webhooks           notifications to those who have subscribed to changes
    cli                the command ``kontor``
"""
