from publish.models.publications import Publication, Withdrawal
from publish.models.search import SearchEntry


__all__ = ["Publication", "SearchEntry", "Withdrawal"]
