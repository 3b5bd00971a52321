"""The dialect of billing: customers with a balance, and their contacts.

schemas   its names
writing   what it adds to a customer or contact that it writes
api       its routes
"""

from app.rest.billing.api import BILLING

__all__ = ["BILLING"]
