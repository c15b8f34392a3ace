"""Finding things at the desk: every article by any word of its latest draft, and by where it stands."""
