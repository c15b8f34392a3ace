"""What a person has been asked to do, on the review pages."""

from django import template

from review import assignments


register = template.Library()


@register.inclusion_tag("review/assignments/mine.html", takes_context=True)
def my_assignments(context, task_state=None):
    """List what the person logged in is asked to do: all of it, or only ``task_state``'s."""
    request = context["request"]
    asked = assignments.open_of(request.user)
    if task_state is not None:
        asked = asked.filter(task_state=task_state)
    return {
        "assignments": list(asked),
        "one": task_state is not None,
        "csrf_token": context.get("csrf_token"),
    }
