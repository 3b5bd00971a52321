"""What the service does, whatever the protocol: read, create, update, delete.

In the order a request meets them:

    shapes        the text of a request as its shape and its literals
    typed_shapes  the same of options that were never text
    preparation   shape to finished statements, once
    plan_cache    what was prepared, and where paths lead, by their shapes
    views         what a caller sees and may do
    scopes        to which company-like parent a request belongs
    row_texts     texts of rows that a database may keep
    reading       rows of a prepared read
    evaluation    which part of a request the database could not compute
    deltas        the entities of a collection that have changed
    expanded_changes
                  or below which something expanded has
    own_values    whether what is shown of an entity changes with it alone
    actor         who changes something
    sight         what it sees of other sets, for the rules
    access_check  whether it may, asked where every change passes
    key_read      one entity by its key
    writing       changes, one transaction each
    operations    actions and functions run, in one transaction
    deep          what hangs below an entity in one payload
    nested_faults what the rules say against it, gathered with paths
    body_faults   what the rules say of the rest of a body that could not be read whole
    streams       the bytes of stream properties
    links         links between entities: resolved, set, cleared
    dynamic_documents
                  dynamic properties on their way to the database and back
    stored_items  collections of complex values, each item as it travels
    write_plan    what changes to a type ask of its mapping, found out once
    stored_types  their types, where they may be derived ones
    stored_read   entities as they are read before they change
    entity_store  single entities: found, inserted, updated, deleted
    recording     changes entered in the log, also of rows that rules write
"""
