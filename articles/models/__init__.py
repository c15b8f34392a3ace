from articles.models.alternatives import PushAlternative
from articles.models.consent import ConsentRecord, ReprintPermission
from articles.models.departments import Department
from articles.models.images import LibraryImage, LibraryRendition
from articles.models.institution import Institution
from articles.models.pages import ArticlePage, TopicPage
from articles.models.references import Reference


__all__ = [
    "ArticlePage",
    "ConsentRecord",
    "Department",
    "Institution",
    "LibraryImage",
    "LibraryRendition",
    "PushAlternative",
    "Reference",
    "ReprintPermission",
    "TopicPage",
]
