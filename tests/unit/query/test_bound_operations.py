"""Operations bound to a base type can be called on derived types."""

import pytest

from odata.edm.model import EntityType, Model, Operation, OperationKind, Parameter
from odata.query.operation_call import bound_operations

BASE = EntityType("base", "T", key=("id",))
NEAR = EntityType("near", "T", base=BASE)
FAR = EntityType("far", "T", base=NEAR)
OTHER = EntityType("other", "T", key=("id",))


def operation(entity_type, **options):
    binding = Parameter("it", entity_type, **options)
    return Operation("count", "T", OperationKind.FUNCTION, is_bound=True, parameters=(binding,))


ON_BASE, ON_NEAR, ON_BASES = operation(BASE), operation(NEAR), operation(BASE, is_collection=True)
MODEL = Model("T", operations=(ON_BASE, ON_NEAR, ON_BASES))


@pytest.mark.parametrize(
    ("entity_type", "is_collection", "found"),
    [
        (BASE, False, (ON_BASE,)),
        (NEAR, False, (ON_NEAR,)),
        (FAR, False, (ON_NEAR,)),
        (FAR, True, (ON_BASES,)),
        (OTHER, False, ()),
    ],
)
def test_the_nearest_type_counts(entity_type, is_collection, found):
    assert bound_operations(MODEL, "T.count", entity_type, is_collection=is_collection) == found
