"""Benchmarks: the service as it is shipped against the floor, measured in the same run.

``__main__`` reads the options, ``data`` fills databases, ``servers`` starts gunicorn over the
service and over ``empty``, ``cases`` says what is asked, ``load`` asks it from a process of
its own, ``floor`` fetches and encodes without any server, ``measure`` runs rounds, ``report``
prints and compares. They are no timed tests: only ratios within one run mean anything.
"""
