"""The service as an OpenAPI 3.1 description, generated from its model.

    values      primitive values as JSON Schema
    schemas     three schemas of each type: as read, as created, as updated
    parameters  query options, headers and keys
    responses   answers and their bodies
    operations  what each method of a resource does
    resource    a place in the URL space: its path, keys and type
    paths       all places that the model describes, to a bounded depth
    document    the whole description

Cites: OData to OpenAPI Mapping 1.0, in the form that 4.0 clients see (names with ``$``).
"""

from odata.csdl.openapi.document import ServiceInfo, write_openapi

__all__ = ["ServiceInfo", "write_openapi"]
