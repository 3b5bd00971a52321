"""Requests and responses: what OData says about HTTP, without a web server.

In the order a request meets them:

    wsgi                an engine as a plain WSGI application
    messages            a request, a response, a principal
    settings            what a host decides
    advertised          what a service claims of itself by its settings
    engine              one request in, one response out
    entity_service      the same for callers that have values instead of text
    batch, batch_parts, batch_json, batch_multipart, batch_url, batch_headers, batch_condition,
    batch_answer        many requests in one
    like_reads          what the reads of a batch have in common
    addressing, key_segments
                        resources and options that are named in another way
    header_syntax       lists and parameters in header values
    versions            the version of the answer and of the payload
    negotiation         the representation of the answer
    preferences, annotation_choice
                        what the client prefers
    manner              all of that, settled once for requests that ask alike
    exchange            one request on its way, with all of that
    permit              what the caller sees, in the scope that it asks for
    neighbours          other resources that a request leads to
    access              whether the caller may do what it asks
    allowed_methods     which methods a resource answers
    documents           the service document and ``$metadata``
    reading             GET
    all_entities        the entities of all sets
    bulk                collections as comma-separated values and JSON lines
    delta               what has changed since a delta link
    changing            what all methods that change something share
    writing             POST, PATCH, PUT and DELETE of entities and streams
    property_writing, reference_writing, collection_writing
                        the same for properties, for links, for many entities
    item_writing        the items of a collection of values by their places
    operations, operation_results
                        calls of actions and functions, and the entities that they give
    idempotency         the same request twice, done once
    write_tools         what all handlers of changes share
    change_body         bodies of changes
    deep_insert         what an answer to a deep insert shows
    preconditions       what a change expects of the entity it meets
    etag                entity tags and conditions
    context, context_url
                        context URLs
    links, nested_link, long_links
                        URLs of entities and of further pages
    skiptoken           the place from which the next page goes on
    error_body          the answer to every failure
"""
