"""The entity data model: what a service publishes, independent of any database.

types             primitive types, enumerations, complex types, properties with facets
constraints       what a property takes of the values of its type
model             entity types, navigation, entity sets, operations, the container
annotations       vocabulary terms, and the values that annotations take
aggregation       what ``$apply`` does with an entity set
grants            what a role may do with an entity set
visible_model     the part of a model that a caller may see
identifier        which names OData allows
guid              the GUIDs of new entities
names             names of siblings: allowed, unique, not differing only by case
values            whether a Python value belongs to a type and its facets
check_properties  the self-check of structural properties
check_derived     the self-check of types derived from one another
check_operations  the self-check of actions, functions and imports
check             the self-check of a whole model when a service starts
"""

from odata.edm.check import ModelError, check_model
from odata.edm.model import (
    AlternateKey,
    Capabilities,
    EntitySet,
    EntityType,
    Model,
    NavigationProperty,
    Operation,
    OperationImport,
    OperationKind,
    Parameter,
    ReferentialConstraint,
    ReturnType,
    Singleton,
)
from odata.edm.types import (
    ComplexType,
    EnumMember,
    EnumType,
    Facets,
    Primitive,
    Property,
    PropertyType,
    type_name,
)

__all__ = [
    "AlternateKey",
    "Capabilities",
    "ComplexType",
    "EntitySet",
    "EntityType",
    "EnumMember",
    "EnumType",
    "Facets",
    "Model",
    "ModelError",
    "NavigationProperty",
    "Operation",
    "OperationImport",
    "OperationKind",
    "Parameter",
    "Primitive",
    "Property",
    "PropertyType",
    "ReferentialConstraint",
    "ReturnType",
    "Singleton",
    "check_model",
    "type_name",
]
