"""The questionnaire itself. `questions.toml` is the one specification: questions, notes, choices, in English and Spanish. `template.py`
writes the empty form from it; `surveys.codebook` reads the answers back with it."""

from surveys.questionnaire.template import form_csv, form_xlsx

__all__ = ["form_csv", "form_xlsx"]
