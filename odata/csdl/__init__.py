"""Describing a model to clients: ``$metadata``, the service document, OpenAPI.

document             what ``$metadata`` says, before it is spelt
implied_annotations  annotations that follow from declarations
restrictions         what may be read from and written to entity sets
capabilities         annotations of what the service enforces
default_value        defaults of properties in both spellings
chosen_annotations   a document with some of its annotations
document_builder     from the model to the document
xml_writer           the document as CSDL XML
json_writer          the document as CSDL JSON
json_value           values of annotations in JSON
service_document     the entries of the service document
openapi              the service as an OpenAPI description
"""

from odata.csdl.document import CsdlVersion
from odata.csdl.json_writer import write_json
from odata.csdl.openapi import ServiceInfo, write_openapi
from odata.csdl.service_document import ServiceDocumentEntry, service_document_entries
from odata.csdl.xml_writer import write_xml

__all__ = [
    "CsdlVersion",
    "ServiceDocumentEntry",
    "ServiceInfo",
    "service_document_entries",
    "write_json",
    "write_openapi",
    "write_xml",
]
