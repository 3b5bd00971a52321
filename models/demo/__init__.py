"""Two companies to try: those of the documents, and as many customers as a load test wants.

identifiers  ids and entity tags that are the same on every machine
tables       companies, currencies, terms, methods, dimensions, countries
accounts     the charts of accounts
contacts     contacts of customers and vendors
catalogue    the other customers, one line each
customers    the customers, their default dimensions and ledger entries
documented   the customers that the documents show
places       towns where they live
staff        employees, locations, variants of items, exchange rates
trade        what is traded with: items, vendors, units and groups
rows         how rows are written
load         any number of further customers
"""

from __future__ import annotations

import peewee

from models.company import Company
from models.container import build_source
from models.customer_address import add_primary_addresses
from models.database import connected, exclusive
from models.demo.accounts import add_accounts
from models.demo.contacts import add_contacts
from models.demo.customers import add_customers
from models.demo.identifiers import CRONUS
from models.demo.load import add_load
from models.demo.staff import add_staff
from models.demo.tables import add_companies, add_tables
from models.demo.trade import add_trade
from models.entity_definition import store_definitions
from models.integer_id import number_rows
from models.item import Item
from models.location import Location
from odata.sql.dialects import dialect_of
from odata.sql.search import enter_all

__all__ = ["fill"]


def fill(database: peewee.Database, customers: int = 0) -> None:
    """Add the demo companies where they are missing, and customers for load up to a number.

    The schema must be there. What is already stored is not touched.
    """
    source = build_source(database)
    with connected(database), exclusive(database):
        if not Company.select(Company.id).where(Company.id == CRONUS).exists():
            add_companies()
            add_tables()
            add_customers()
        if not Item.select(Item.id).where(Item.company_id == CRONUS).exists():
            add_trade()
            add_accounts()
            add_contacts()
        if not Location.select(Location.id).where(Location.company_id == CRONUS).exists():
            add_staff()
        number_rows(database, "customer", "customer")
        if customers:
            add_load(database, customers)
            number_rows(database, "customer", "customer")
        add_primary_addresses(database)
        enter_all(source, dialect_of(database))
        store_definitions(source, database.atomic)
