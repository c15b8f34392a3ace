from django import template


register = template.Library()


@register.filter
def item(mapping, key):
    """Return ``mapping[key]``, or the key itself where there is none."""
    return mapping.get(key, key)
