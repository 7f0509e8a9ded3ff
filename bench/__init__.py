"""Benchmarks: how long the pipeline takes beside peers and floors timed in the same run.

``make bench`` runs every subject, ``make bench SUBJECTS=report`` one. A subject is a file in
``subjects`` with a function ``subject`` that returns a ``frame.Subject``; nothing else needs to
know of it.
"""
