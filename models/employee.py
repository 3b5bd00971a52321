"""Employees of a company (reference §17)."""

from __future__ import annotations

import datetime

from models.address import Addressed, address
from models.address_check import check_country
from models.attachment import remove_attachments
from models.base import EntityRules, choice, key_of, last_modified, text
from models.default_dimension import remove_dimensions
from models.enumerations import EMPLOYEE_STATUS
from models.forms import EMAIL, phone_of
from models.grants import BUSINESS
from models.numbers import EMPLOYEES, Numbering, number_of
from models.parts import default_dimensions_of, document_attachments_of, picture_of
from models.party import check_new_number, give_number
from models.picture import remove_picture
from models.surroundings import Surroundings
from odata.query.change import Change
from odata.sql.expose import Exposure, column
from odata.sql.fields import DayField, EnumField, TextField

CAPTION = "Employee"
_NO_DAY = datetime.date(1, 1, 1)
_NAMES = ("givenName", "middleName", "surname")


class Employee(Addressed):
    """An employee; ``display_name`` is made of the three names."""

    number = TextField(20)
    display_name = TextField(default="")
    given_name = TextField(30, default="")
    middle_name = TextField(30, default="")
    surname = TextField(30, default="")
    job_title = TextField(30, default="")
    phone_number = TextField(30, default="")
    mobile_phone = TextField(30, default="")
    email = TextField(80, default="")
    personal_email = TextField(80, default="")
    employment_date = DayField(default=_NO_DAY)
    termination_date = DayField(default=_NO_DAY)
    status = EnumField(EMPLOYEE_STATUS, default=0)
    birth_date = DayField(default=_NO_DAY)
    statistics_group_code = TextField(10, default="")

    class Meta:
        table_name = "employee"


_PHONE = phone_of(CAPTION)
_NUMBERING = Numbering(EMPLOYEES, Employee.number)


class EmployeeRules(EntityRules):
    """A number, a name made of names, and an address that can be true."""

    def before_create(self, change: Change) -> None:
        """Check the whole employee and give it a number."""
        super().before_create(change)
        _complete(change)
        give_number(change, _NUMBERING, CAPTION)

    def before_update(self, change: Change) -> None:
        """Check what changes; another number renames the employee."""
        super().before_update(change)
        _complete(change)
        check_new_number(change, _NUMBERING, CAPTION)

    def after_delete(self, change: Change) -> None:
        """Remove what hangs below with it."""
        remove_dimensions(change, "employee")
        remove_attachments(change)
        remove_picture(change)


def _complete(change: Change) -> None:
    names = (str(change.value(name) or "").strip() for name in _NAMES)
    change.values["displayName"] = " ".join(name for name in names if name)
    check_country(change, CAPTION)


def exposure(_: Surroundings) -> Exposure:
    """The entity set ``employees``."""
    model = Employee
    return Exposure(
        model,
        "employee",
        "employees",
        properties=(
            key_of(model),
            number_of(model.number),
            text(model.display_name, computed=True, searchable=True),
            text(model.given_name),
            text(model.middle_name),
            text(model.surname),
            text(model.job_title),
            *address(model),
            text(model.phone_number, constraint=_PHONE),
            text(model.mobile_phone, constraint=_PHONE),
            text(model.email, constraint=EMAIL),
            text(model.personal_email, constraint=EMAIL),
            column(model.employment_date, unset=_NO_DAY),
            column(model.termination_date, unset=_NO_DAY),
            choice(model.status),
            column(model.birth_date, unset=_NO_DAY),
            text(model.statistics_group_code, upper_case=True),
            last_modified(model),
        ),
        navigation=(
            picture_of("employee"),
            default_dimensions_of("employee"),
            document_attachments_of("employee"),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("number",),
        rules=EmployeeRules(),
        grants=BUSINESS,
    )
