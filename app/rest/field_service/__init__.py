"""The dialect of field service: customers with contacts, assets, work orders and a trash.

schemas   its names
writing   what it writes beside a customer
api       its routes
"""

from app.rest.field_service.api import FIELD_SERVICE

__all__ = ["FIELD_SERVICE"]
