"""An OData server over Peewee models, free of any web framework and of any business.

In the order a request meets them; each package imports only those below it:

    protocol  requests and responses: negotiation, entity tags, links, batches
    service   what is done: plans by shape, scopes, reading, writing
    payload   bodies read, representations written
    sql       plans as statements, rows, dialects, the log of changes
    csdl      descriptions of a model: ``$metadata``, OpenAPI
    query     names and types bound: from syntax to plan
    uri       the grammar: from text to syntax
    edm       the entity data model
    errors    every failure that a client can see
    waiting   what a thread tells its server before it waits for a database
    commits   commits that a thread puts off, as it goes on with another change at once

Start reading at ``protocol.engine``; publish models of your own with ``sql.expose``.
"""
