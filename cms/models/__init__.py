from cms.models.users import User


__all__ = ["User"]
