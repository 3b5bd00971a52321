"""What a company says of itself; one row that can be changed (reference §6.3)."""

from __future__ import annotations

import datetime

from models.address import Addressed, address
from models.address_check import check_country
from models.base import EntityRules, has_content, key_of, last_modified, text
from models.forms import EMAIL
from models.grants import COMPANY_SETUP
from models.picture import ACCEPTED, PictureContent, PictureStore
from models.surroundings import Surroundings
from odata.edm.constraints import Choice
from odata.edm.model import Capabilities
from odata.query.change import Change
from odata.sql.expose import Exposure, column, stream
from odata.sql.fields import DayField, TextField

CAPTION = "Company Information"
EXPERIENCE_UNKNOWN = "Failed to save experience tier for the current company."
_EXPERIENCES = Choice(
    ("", "Basic", "Essential", "Premium", "Custom"), lambda _value, _known: EXPERIENCE_UNKNOWN
)
_NO_DAY = datetime.date(1, 1, 1)


class CompanyInformation(Addressed):
    """The row of one company; its id is the company's."""

    display_name = TextField(100, default="")
    phone_number = TextField(30, default="")
    fax_number = TextField(30, default="")
    email = TextField(80, default="")
    website = TextField(255, default="")
    tax_registration_number = TextField(20, default="")
    currency_code = TextField(10, default="")
    current_fiscal_year_start_date = DayField(default=_NO_DAY)
    industry = TextField(30, default="")
    experience = TextField(30, default="Essential")

    class Meta:
        table_name = "company_information"


class CompanyInformationRules(EntityRules):
    """A country that there is."""

    def before_update(self, change: Change) -> None:
        """Check what changes."""
        super().before_update(change)
        check_country(change, CAPTION)


def exposure(around: Surroundings) -> Exposure:
    """The entity set ``companyInformation``."""
    model = CompanyInformation
    contents = PictureStore(around.picture_limits)
    return Exposure(
        model,
        "companyInformation",
        "companyInformation",
        properties=(
            key_of(model),
            text(model.display_name),
            *address(model),
            text(model.phone_number),
            text(model.fax_number),
            text(model.email, constraint=EMAIL),
            text(model.website),
            text(model.tax_registration_number),
            text(model.currency_code, computed=True, upper_case=True),
            column(model.current_fiscal_year_start_date, computed=True, unset=_NO_DAY),
            text(model.industry),
            stream(
                "picture",
                contents,
                presence=has_content(PictureContent),
                annotations=(ACCEPTED,),
            ),
            text(model.experience, constraint=_EXPERIENCES),
            last_modified(model),
        ),
        scope=model.company_id,
        scope_type="company",
        entity_tag=model.etag,
        default_order=("displayName",),
        capabilities=Capabilities(insertable=False, deletable=False),
        rules=CompanyInformationRules(),
        grants=COMPANY_SETUP,
    )
