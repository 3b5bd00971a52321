"""The dialect of order management: customers with contacts and addresses inside.

schemas   its names
writing   how the lists inside a body become what is stored
api       its routes
"""

from app.rest.order_management.api import ORDER_MANAGEMENT

__all__ = ["ORDER_MANAGEMENT"]
