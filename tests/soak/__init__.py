"""Long runs against the server as it is shipped: what holds a thousand times may break once.

``make test`` runs them short, ``make soak`` for long; ``PATCHES``, ``KILLS`` and ``SECONDS`` in
the environment say how long.
"""
