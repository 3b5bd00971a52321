"""What the declaration of an entity set may need of the service around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.code_table import Use
    from models.picture_limits import PictureLimits
    from models.subscription_terms import SubscriptionTerms
    from odata.sql.expose import Exposure

Table = Any  # a model class; whoever asks for it by name knows its columns


@dataclass(slots=True)
class Surroundings:
    """The settings, the tables of all sets, and who refers to whom.

    Sets are declared twice: first to be known, then by what is known of the others. So a set
    that refers to another says so in its own file, and the other finds it here.
    """

    picture_limits: PictureLimits
    terms: SubscriptionTerms
    _tables: dict[str, Table] = field(default_factory=dict)
    _uses: dict[str, tuple[Use, ...]] = field(default_factory=dict)

    @property
    def tables(self) -> Mapping[str, Table]:
        """The model classes, by the names of their entity types."""
        return self._tables

    def note(self, exposure: Exposure) -> None:
        """Know a set's table."""
        self._tables[exposure.name] = exposure.model

    def note_uses(self, entity_type: str, uses: tuple[Use, ...]) -> None:
        """Know what the table of an entity type refers to."""
        self._uses[entity_type] = uses

    def uses_of(self, entity_type: str) -> tuple[Use, ...]:
        """The references to the table of an entity type, those of earlier sets first."""
        return tuple(
            use for uses in self._uses.values() for use in uses if use.target == entity_type
        )
