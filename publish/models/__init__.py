from publish.models.publications import Publication, Withdrawal


__all__ = ["Publication", "Withdrawal"]
