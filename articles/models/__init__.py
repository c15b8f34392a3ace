from articles.models.alternatives import PushAlternative
from articles.models.checking import FindingWaiver, SensitiveWord, WordingRule
from articles.models.consent import ConsentRecord, ReprintPermission
from articles.models.departments import Department
from articles.models.draft_search import DraftEntry
from articles.models.editorial import EditorialSettings, LookupAnswer
from articles.models.glossary import GlossaryTerm
from articles.models.images import LibraryImage, LibraryRendition
from articles.models.import_jobs import ImportJob
from articles.models.institution import Institution
from articles.models.pages import ArticlePage, TopicPage
from articles.models.planning import DraftTask, HealthDay, Idea, Series
from articles.models.recordings import Recording
from articles.models.references import Reference


__all__ = [
    "ArticlePage",
    "ConsentRecord",
    "Department",
    "DraftEntry",
    "DraftTask",
    "EditorialSettings",
    "FindingWaiver",
    "GlossaryTerm",
    "HealthDay",
    "Idea",
    "ImportJob",
    "Institution",
    "LibraryImage",
    "LibraryRendition",
    "LookupAnswer",
    "PushAlternative",
    "Recording",
    "Reference",
    "ReprintPermission",
    "SensitiveWord",
    "Series",
    "TopicPage",
    "WordingRule",
]
