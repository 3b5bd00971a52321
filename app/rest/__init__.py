"""The plain REST dialects: other names for the same customers, over the same service.

In the order a request meets them:

    blueprint    the roots of the dialects in the host
    handler      one request: its route, its company, one transaction
    dialect      what a dialect is: routes, resources, manners
    bodies       what bodies say, written
    operations   what routes do: list, read, create, update, delete, act
    paging       pages by number
    names        fields: the property behind each name
    schema       the names of one kind of entity together
    lookup       tables whose rows a dialect calls by other words
    numbering    numbers of new customers
    identities   which stored entities the lists inside a body are about
    manners      envelopes
    visibility   what of the names a caller sees
    faults       what is wrong, in the names of the dialect
    openapi      a dialect described

    field_service, billing, order_management
                 one package each: its schemas, its routes

A dialect builds no query and states no rule: names are looked up in its schemas, and values
go to ``odata.protocol.entity_service``, behind which the rules of the model stand.
"""
