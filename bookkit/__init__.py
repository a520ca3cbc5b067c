"""The book's kit: trained models, figures, tables, and findings for pages."""
