"""The addresses of a customer: for billing, for shipping or both; one of them is primary.

The primary address is the one that Business Central knows as the customer's own: the
properties of the customer and the row here say the same, whichever of them is written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import peewee

from models.address_check import check_country
from models.base import choice, key_of, last_modified, milliseconds, reference, text
from models.customer_enumerations import ADDRESS_TYPE, BOTH
from models.customer_parts import (
    CUSTOMER_LINK,
    OWN_PARTS,
    PrimaryPart,
    PrimaryPartRules,
    touch_customer,
)
from models.grants import BUSINESS
from models.integer_id import begin_integer_ids, draw_integer_id
from models.surroundings import Surroundings
from models.tags import new_tag
from odata.edm.constraints import Pattern
from odata.edm.guid import new_guid
from odata.errors import RuleError
from odata.query.change import Change, Operation, Sought
from odata.sql.execution import run
from odata.sql.expose import Exposure, column
from odata.sql.fields import EnumField, TextField

CAPTION = "Customer Address"
KIND = "address"
ONE_IS_PRIMARY = "One address of a customer is primary. Make another one primary instead."
COLUMNS: Mapping[str, str] = {
    "addressLine1": "address_line1",
    "addressLine2": "address_line2",
    "city": "city",
    "state": "state",
    "country": "country",
    "postalCode": "postal_code",
}
_ALPHA_2 = Pattern(
    "(?:[A-Z]{2})?",
    lambda value, _known: f'"{value}" is no country code of two letters (ISO 3166-1 alpha-2).',
)


class CustomerAddress(PrimaryPart):
    """A place of a customer."""

    address_type = EnumField(ADDRESS_TYPE, default=BOTH)
    address_line1 = TextField(100, default="")
    address_line2 = TextField(50, default="")
    city = TextField(30, default="")
    state = TextField(30, default="")
    country = TextField(10, default="")
    postal_code = TextField(20, default="")

    class Meta:
        table_name = "customer_address"


class CustomerAddressRules(PrimaryPartRules):
    """The country is an ISO 3166-1 code of two letters; the primary address is the customer's."""

    def __init__(self) -> None:
        super().__init__(CustomerAddress, KIND)

    def before_update(self, change: Change) -> None:
        """One address stays primary."""
        super().before_update(change)
        was_primary = (change.current or {}).get("isPrimary")
        if was_primary and change.is_given("isPrimary") and not change.values["isPrimary"]:
            raise RuleError(ONE_IS_PRIMARY, target="isPrimary")

    def after_create(self, change: Change) -> None:
        """Carry the primary address to the customer."""
        super().after_create(change)
        _carry(change)

    def after_update(self, change: Change) -> None:
        """Carry the primary address to the customer."""
        super().after_update(change)
        _carry(change)

    def inherit(self, change: Change, heir: PrimaryPart | None) -> None:
        """Carry the new primary address to the customer; without one it has none."""
        columns = {name: "" if heir is None else getattr(heir, name) for name in COLUMNS.values()}
        touch_customer(change, **columns)

    def check_values(self, change: Change) -> None:
        """The company knows the country."""
        check_country(change, CAPTION)


def follow_customer(change: Change) -> None:
    """Bring the primary address to what a change to the customer says of its own address."""
    if _says_nothing_new(change):
        return
    key = str(change.key["id"])
    if change.operation is Operation.CREATE and not change.has_nested:
        _add_primary(change, key)
        return
    values = {**(change.current or {}), **change.values}
    columns = {column_: str(values.get(name) or "") for name, column_ in COLUMNS.items()}
    primary = change.rows.find(*_primary_of(key))
    if primary is None:
        _add_primary(change, key)
    elif not any(columns.values()):
        change.rows.delete(CustomerAddress, CustomerAddress.id == primary["id"])
    elif new := {name: value for name, value in columns.items() if primary[name] != value}:
        touched = {"etag": new_tag(), "last_modified": milliseconds(change.now), **new}
        change.rows.change(CustomerAddress, primary, touched)


def primary_address(customer: Mapping[str, object], names: Collection[str]) -> tuple[Sought, ...]:
    """What ``follow_customer`` will find where such properties of a customer change, whose key
    is at hand."""
    if "id" not in customer or COLUMNS.keys().isdisjoint(names):
        return ()
    return (_primary_of(customer["id"]),)


def _primary_of(customer: object) -> Sought:
    return Sought(CustomerAddress, {"customer_id": customer, "is_primary": True})


def has_address(change: Change) -> bool:
    """Whether a change to a customer gives any line of an address."""
    return any(map(change.values.get, COLUMNS))


def _says_nothing_new(change: Change) -> bool:
    """Whether a customer keeps the address that it has, which is that of its primary one."""
    given = COLUMNS.keys() & change.values.keys()
    if change.current is None or not given:
        return not given
    values, current = change.values, change.current
    return not [name for name in given if values[name] != current.get(name)]


def _add_primary(change: Change, customer: str) -> None:
    """Add what a customer says of its address, if it says anything: other lines are blank."""
    held = change.values if change.current is None else {**change.current, **change.values}
    lines = {line: held[name] for name, line in COLUMNS.items() if name in held if held[name]}
    if not lines:
        return
    row = {
        "id": new_guid(),
        "company_id": change.scope,
        "etag": new_tag(),
        "last_modified": milliseconds(change.now),
        "created_date_time": milliseconds(change.now),
        "customer_id": customer,
        "integer_id": change.drawn.get(KIND) or draw_integer_id(KIND),
        "is_primary": True,
        **lines,
    }
    change.rows.insert(CustomerAddress, row)


def _carry(change: Change) -> None:
    if change.value("isPrimary"):
        columns = {column_: change.value(name) or "" for name, column_ in COLUMNS.items()}
        touch_customer(change, **columns)


def add_primary_addresses(database: peewee.Database) -> None:
    """Give each customer of a bulk load that has an address its primary one.

    Its id is that of the customer.
    """
    begin_integer_ids(KIND, 0)
    run(
        database,
        "INSERT INTO customer_address (id, company_id, etag, last_modified, customer_id, "
        "integer_id, created_date_time, is_primary, address_type, address_line1, "
        "address_line2, city, state, country, postal_code) "
        "SELECT id, company_id, etag, last_modified, id, "
        "(SELECT COALESCE(MAX(integer_id), 0) FROM customer_address) "
        "+ ROW_NUMBER() OVER (ORDER BY integer_id), created_date_time, TRUE, 2, "
        "address_line1, address_line2, city, state, country, postal_code FROM customer "
        "WHERE (address_line1 || address_line2 || city || state || country || postal_code) <> '' "
        "AND NOT EXISTS (SELECT 1 FROM customer_address "
        "WHERE customer_address.customer_id = customer.id)",
        [],
    )
    run(
        database,
        "UPDATE number_series SET last_number = "
        "(SELECT COALESCE(MAX(integer_id), 0) FROM customer_address) WHERE code = 'ID:address'",
        [],
    )


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``customerAddresses``."""
    model = CustomerAddress
    return Exposure(
        model,
        "customerAddress",
        "customerAddresses",
        properties=(
            key_of(model),
            column(model.integer_id, computed=True),
            reference(model.customer_id, immutable=True),
            choice(model.address_type, default=BOTH),
            text(model.address_line1),
            text(model.address_line2),
            text(model.city),
            text(model.state),
            text(model.country, upper_case=True, constraint=_ALPHA_2),
            text(model.postal_code, upper_case=True),
            choice(model.is_primary, unset=False, computed_default=True),
            column(model.created_date_time, computed=True),
            last_modified(model),
        ),
        navigation=(CUSTOMER_LINK,),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("integerId",),
        alternate_keys=(("integerId",),),
        rules=CustomerAddressRules(),
        grants=(*BUSINESS, *OWN_PARTS),
    )
