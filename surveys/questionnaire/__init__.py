"""The questionnaire itself. `questions.toml` is the one specification: questions, notes, choices, sections, conditions, in English and Spanish.

- `specification.py` reads how each question is asked; `city_form.py` puts a city's neighborhoods, services and words into it;
- `xlsform.py`, `template.py`, `printable.py` draw it for a screen, a spreadsheet, paper;
- `folder.py` writes all of them for a city, with the codebook; `surveys.codebook` reads the answers back.
"""

from surveys.questionnaire.folder import write_questionnaire
from surveys.questionnaire.template import form_csv, form_xlsx

__all__ = ["form_csv", "form_xlsx", "write_questionnaire"]
