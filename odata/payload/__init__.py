"""Bodies read strictly, and representations written.

A body on its way in:

    json_document        JSON text, without what is ambiguous
    reader               the body of a create or an update against its entity type
    plain_body           bodies of plain values alone, by compiled decoders
    reader_settings      what the reader knows beside the body
    named_type           the type that an object names
    control_information  what a body says about itself
    schemas              marshmallow schemas made from types
    fields, numeric_fields, edm_field
                         one strict field for each type, and what they share
    dynamic              members that an open type does not declare
    entity_payload       the outcome as Python values
    parameters           the body of an action

An answer on its way out:

    row_writer           rows as templates with control information
    row_style, item_layout
                         how much they tell, and how the items of collections are written
    json_items           items and members of JSON as they are written
    omission             values that a client can do without
    anywhere_writer      entities among those of other sets
    cross_join_writer    combinations of entities
    csv_writer           rows as comma-separated values
"""
