"""What every package needs: errors, language, TOML, pages, spreadsheets, a job's steps, public holidays.

In: plain values and paths. Out: checked values, texts in two languages, files. Imports no other package.
"""
