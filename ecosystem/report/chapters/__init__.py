"""The chapters of the report, one file each: `write(material)` returns the chapter, or None where there is nothing to tell."""
