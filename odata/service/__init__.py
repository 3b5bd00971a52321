"""What the service does, whatever the protocol: read, create, update, delete.

In the order in which a request meets them:

- ``shapes``: the text of a request as its shape and its literals
- ``preparation``: shape to finished statements, once
- ``scopes``: to which company-like parent a request belongs
- ``reading``: rows of a prepared read
- ``writing``: changes in one transaction each
"""
