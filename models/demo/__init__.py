"""Two companies to try: those of the documents, and as many customers as a load test wants.

identifiers    ids and entity tags that are the same on every machine
tables         companies, currencies, terms, methods, dimensions, countries
customers      the customers, their default dimensions and ledger entries
load           any number of further customers
"""

from __future__ import annotations

import peewee

from models.company import Company
from models.database import bind, connected, exclusive
from models.demo.customers import add_customers
from models.demo.identifiers import CRONUS
from models.demo.load import add_load
from models.demo.tables import add_companies, add_tables

__all__ = ["fill"]


def fill(database: peewee.Database, customers: int = 0) -> None:
    """Add the demo companies where they are missing, and customers for load up to a number.

    The schema must be there. What is already stored is not touched.
    """
    bind(database)
    with connected(database), exclusive(database):
        if not Company.select(Company.id).where(Company.id == CRONUS).exists():
            add_companies()
            add_tables()
            add_customers()
        if customers:
            add_load(database, customers)
