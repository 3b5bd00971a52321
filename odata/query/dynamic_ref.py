"""Dynamic properties as expressions: values that the model knows neither the name nor type of.

What an expression does with such a value decides as what it is seen; where the stored value is
none of that type, it is null. Cites: OData URL Conventions 5.1.1.15, Protocol 3.5 (open types).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from odata.edm.types import Primitive, PropertyType
from odata.query.sources import Source


class ViewForm(Enum):
    """How much of the stored value counts."""

    JSON = auto()  # whatever it is, as JSON text
    TYPED = auto()  # values of the type alone
    DECLARED = auto()  # values that were written as one of the type
    STRINGS = auto()  # every JSON string, of whatever type
    TEXT = auto()  # the text of every single value


@dataclass(frozen=True, slots=True)
class View:
    """As what a dynamic value is seen."""

    edm_type: PropertyType
    form: ViewForm = ViewForm.TYPED


AS_STORED = View(Primitive.UNTYPED, ViewForm.JSON)
STRINGS = View(Primitive.STRING, ViewForm.STRINGS)
TEXT = View(Primitive.STRING, ViewForm.TEXT)


@dataclass(frozen=True, slots=True, eq=False)
class DynamicRef:
    """A dynamic property of a source: ``holder`` leads through declared complex properties to
    the open value, ``names`` from there (none: all that is dynamic there)."""

    source: Source
    holder: tuple[str, ...]
    names: tuple[str, ...]
    view: View = AS_STORED
    nullable: bool = True

    @property
    def edm_type(self) -> PropertyType:
        """The type as which the value is seen."""
        return self.view.edm_type
