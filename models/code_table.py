"""Rules of the small tables that are known by a code: currencies, payment terms and the like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import peewee

from models.base import (
    NO_ID,
    Entity,
    EntityRules,
    Option,
    key_of,
    last_modified,
    milliseconds,
    required_text,
    text,
)
from models.forms import code_of
from models.grants import Grants
from odata.edm.model import Capabilities
from odata.errors import DuplicateKeyError, RuleError
from odata.query.change import Change
from odata.sql.expose import Exposure
from odata.sql.fields import TextField
from odata.sql.mapping import ColumnMapping, PropertyMapping

Declare = Callable[..., ColumnMapping]
SqlCondition = Any  # peewee overloads its comparisons, which cannot be typed further


class CodeEntity(Entity):
    """An entity with a code that is unique in its company."""

    code = TextField(20)
    display_name = TextField(100, default="")


@dataclass(frozen=True, slots=True)
class Use:
    """A table that refers to another, of the entity type ``target``, by id.

    ``copies`` maps properties of the code table to the columns that repeat them. With
    ``by_code`` the reference holds the code, not the id.
    """

    target: str
    reference: peewee.Field
    copies: Mapping[str, peewee.Field] = field(default_factory=dict)
    by_code: bool = False

    @property
    def model(self) -> type[Entity]:
        """The table that refers."""
        model: type[Entity] = self.reference.model
        return model

    def rows_of(self, change: Change) -> tuple[SqlCondition, SqlCondition]:
        """The conditions for the rows that refer to the entity as it is stored."""
        current = change.current or {}
        value = current.get("code") if self.by_code else change.key["id"]
        return (self.model.company_id == change.scope, self.reference == value)


def code_use(target: str, reference: peewee.Field) -> Use:
    """A column that holds the code itself, which follows when the code is renamed."""
    return Use(target, reference, {"code": reference}, by_code=True)


class CodeRules(EntityRules):
    """Codes are unique and not blank; copies follow; what is in use stays."""

    def __init__(self, model: type[CodeEntity], caption: str, uses: tuple[Use, ...] = ()) -> None:
        self._model = model
        self.caption = caption
        self._uses = uses

    def before_create(self, change: Change) -> None:
        """Check the code and the other properties."""
        super().before_create(change)
        self._check_code(change)
        self.check_values(change)

    def before_update(self, change: Change) -> None:
        """Check what changes; hold the row where copies of it will follow."""
        super().before_update(change)
        if change.is_given("code"):
            self._check_code(change)
        self.check_values(change)

    def before_delete(self, change: Change) -> None:
        """Refuse while another entity refers to this one (reference §6.1)."""
        for use in self._uses:
            if use.model.select().where(*use.rows_of(change)).exists():
                raise RuleError(self._in_use(change, use))

    def after_update(self, change: Change) -> None:
        """Carry the new code and name to the rows that repeat them, with new entity tags."""
        current = change.current or {}
        for use in self._uses:
            for name, copy in use.copies.items():
                if name in change.values and change.values[name] != current.get(name):
                    self._carry(change, use, {copy: change.values[name]})

    def check_values(self, change: Change) -> None:
        """Note faults of the properties beside the code."""

    def _check_code(self, change: Change) -> None:
        code = change.value("code")
        if not code:
            if "code" not in change.values:
                form = code_of(self.caption)
                change.fault(form.sentence("", change.value), target="code", code=form.code)
            return
        same = self._model.select().where(
            self._model.company_id == change.scope,
            self._model.code == code,
            self._model.id != change.key.get("id", NO_ID),
        )
        if same.exists():
            raise DuplicateKeyError(already_exists(self.caption, f"Code='{code}'"), target="code")

    def _carry(self, change: Change, use: Use, copies: Mapping[peewee.Field, object]) -> None:
        """Write the copies; the row's own new entity tag serves them too, being new to them."""
        key = change.key["id"]
        own_tag = self._model.select(self._model.etag).where(self._model.id == key)
        model = use.model
        columns = {
            **copies,
            model.etag: own_tag,
            model.last_modified: milliseconds(change.now),
        }
        change.rows.update(model, columns, *use.rows_of(change))

    def _in_use(self, change: Change, use: Use) -> str:
        users = f"{use.model.__name__.lower()}s"
        return (
            f"You cannot delete {self.caption} {change.value('code')} "
            f"because there are one or more {users} that use it."
        )


def code_property(
    code: peewee.Field, table: str, declare: Declare = required_text, **options: Option
) -> ColumnMapping:
    """The code of a row of a table, which is unique and not blank."""
    return declare(
        code, **{"required": True, "upper_case": True, "constraint": code_of(table), **options}
    )


def code_exposure(
    model: type[CodeEntity],
    names: tuple[str, str],
    rules: CodeRules,
    properties: tuple[PropertyMapping, ...] = (),
    *,
    grants: Grants,
) -> Exposure:
    """An entity set with a code, a display name and further ``properties``; ``names`` are
    those of the entity type and the set."""
    entity_name, set_name = names
    return Exposure(
        model,
        entity_name,
        set_name,
        properties=(
            key_of(model),
            code_property(model.code, rules.caption, searchable=True),
            text(model.display_name, searchable=True),
            *properties,
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("code",),
        capabilities=Capabilities(searchable=True),
        rules=rules,
        grants=grants,
    )


def already_exists(table: str, identification: str) -> str:
    """Business Central's sentence for a key that is taken."""
    return (
        f"The record in table {table} already exists. "
        f"Identification fields and values: {identification}"
    )
