"""What pages use: trained models, figures, tables, and findings."""

from bookkit.annotated import Annotated
from bookkit.display import Source, Table, load_record, recorded
from bookkit.findings import finding
from bookkit.questions import Question, Variants
