"""Names and types: syntax bound to the model becomes a plan; nothing is known of SQL.

In the order a request meets them:

    resource            the path: what it addresses, by which keys
    target              the outcome
    all_path, all_filter
                        the entities of all sets
    cross_path          sets that are combined
    path_cast           casts to derived types in it
    item_segments       steps behind collections of values
    unknown_segment     paths that lead nowhere
    key_predicate       keys: the names that identify, with their values
    operation_call      which operation a path names, and what it is handed
    allowed_options     which option may stand on which kind of resource
    limits, budget      how much one request may cost, and what is used up
    parameter, parameters
                        slots for literals, and the reading of their values
    names               what a name means
    entity_key          the key of an entity that stands in an expression
    literal             literals: parameters, or constants of the shape
    dynamic_path        steps to what no type declares
    scope, fault_place  what names mean at one place, and where a fault stands
    sources             uses of entity types in one statement
    path_filter         conditions of the path
    levels              the options of one level
    inputs              what ``$filter`` hands to computed properties
    select_expand, expand_streams, expand, expand_origin
                        members of a row, and the levels below it
    cross_join          options of combined sets
    expand_path         which navigation property of which type an item names
    select_derived      members that only some types have
    select_spelling     what is selected as context URLs write it
    select_items, item_layout, written_items
                        options inside ``$select`` on collections of values, which members of
                        complex items are shown, and how they travel
    binder              expressions
    member_path         paths inside expressions, lambda operators
    root_path           those that begin at the root of the service
    collection_calls, collection_value, parameter_alias
                        functions of collections, collections as values, what aliases stand for
    value_path, item_path
                        paths over collections of values, and into their complex items
    member_step         single steps of them
    type_cast           casts to derived types inside them
    comparing, structure, arithmetic, calling
                        operators, and calls of functions
    dynamic_ref, dynamic
                        dynamic properties, and as what they are seen
    functions           signatures of the canonical functions
    patterns            regular expressions of ``matchesPattern``
    search, text_search, search_terms
                        ``$search`` of entities and of values, and the normal form of words
    apply, apply_stage, apply_grouping, apply_aggregate, apply_concat, apply_ranking
                        ``$apply``, one transformation after the other
    aggregated_value, aggregated_items, apply_related, custom_aggregate, counted_entities
                        what methods give, paths through collections, names of the model,
                        entities that are counted
    apply_parents, apply_these, apply_join
                        ``$apply`` inside ``$expand``, ``$these``, and joins
    collection_aggregate
                        ``collection/aggregate(...)`` in expressions
    apply_output        how transient rows show themselves
    set_values          values over sets of rows
    row_limits, grant_check
                        which rows of a type a caller may see, and whether grants fit
    visible_options     options without what a caller does not see
    plan                bound expressions
    read_plan           what a request reads
    row_template        a row as static text and slots
    change              a change on its way to the database, and the rules it passes
    constraint_check    its values held against what their properties take
"""
