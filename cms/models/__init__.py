from cms.models.home import HomePage
from cms.models.users import User


__all__ = ["HomePage", "User"]
