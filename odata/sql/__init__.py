"""Plans as statements of a database, and rows.

Declared at start:

    fields              Peewee fields with the same content on both databases
    exposure            what is declared of one model
    definition          the property over a column
    expose              models published: declarations to mapping
    check_exposures     declarations held against each other
    inheritance         where types derived from one another live
    derived_mapping     what a derived type takes from its base
    mapping             where entity types live in the database
    operations          actions and functions declared on a published model

Compiled once for each shape of request:

    sources             sources of a plan as joins
    inputs              what ``$filter`` hands to computed properties, as SQL
    row_limits          what every use of a limited entity type carries
    compiler            expressions, by the modules that follow
    terms, operands     compiled values, and two of them in one storage
    arithmetic          arithmetic and canonical functions
    conditions          conditions that keep OData's null logic
    casts, cast_forms   ``cast`` and ``isof``
    dynamic_values, dynamic_text
                        dynamic properties in SQL, and their documents as text
    item_collections    collections of primitive values
    collection_values, item_text
                        collections that expressions make, and their items as JSON
    set_values          aggregates, windows, derived tables
    search, text_search searchable text, and the conditions of ``$search``
    search_entries      entries of rows that the engine writes, one by one or many together
    text_indexes        texts found by their parts, and which conditions ask for it
    narrowing           statements that read few rows by such an index, or all in order
    nodes               small pieces of SQL
    storage             how a column keeps a value
    paging              what comes after a row in a total order
    reader              read plans as finished statements
    expander            expanded levels, one statement each
    linked_columns      what a row tells beside its text, each value once
    one_row             all rows of a statement as one row of another
    rendering           row templates as columns and as text
    row_writer          rows as text, one alone and many at once
    row_texts           texts of rows that the database keeps
    new_row_text        and of new ones, from what was stored of them
    json_pieces, json_encoders, value_text, items_writer
                        values as JSON, by the database or by Python
    statement           finished statements with places for values
    statement_cache     those that write rows, kept by their shape
    new_rows, changed_rows, found_rows, row_slots
                        rows that are new, change or are found, compiled for their columns

Run for each request:

    execution           running, and what failures mean
    assembly            levels put together
    streams             the bytes of stream properties, beside their rows
    parts               what derived types keep in tables of their own
    writer              insert, compare-and-set update, delete
    rows                rows of a table as rules write them
    publication         what the rows of a table are to clients
    tags                the counter of entity tags
    change_log          every change, in its transaction
    change_order        the order in which they are seen, and the table
    change_text         the texts that it keeps of them
    row_change_text     and of rows that are new or gone
    row_entries         the entries of one change in all sets that tell of it
    new_row_entries     and of new rows, which differ in what they are given
    idempotency         answers kept by the key of their request
    dialects            all that differs between SQLite and PostgreSQL
"""
