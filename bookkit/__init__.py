"""The book's kit: trained models, figures, tables, and findings for pages."""

from bookkit.annotated import Annotated
from bookkit.display import Source, Table, load_record, recorded
from bookkit.findings import finding
from bookkit.questions import Question, Variants
