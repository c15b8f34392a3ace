from django.db import migrations

from articles.pinyin import letter_of, sound_of


def fill_in(apps, schema_editor):
    """Give what was signed before its place in the index and its department."""
    for publication in apps.get_model("publish", "Publication").objects.select_related("article").iterator():
        publication.pinyin = sound_of(publication.title)[:1000]
        publication.letter = letter_of(publication.title)
        publication.department_id = publication.article.department_id
        publication.save(update_fields=["pinyin", "letter", "department"])


class Migration(migrations.Migration):
    dependencies = [("publish", "0008_public_site")]

    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
