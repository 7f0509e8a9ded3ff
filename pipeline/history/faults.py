"""Why a history can't be used."""


class HistoryError(Exception):
    """A history that can't be used; the message says why."""
