"""What one column of a company's table says, by its name and its values.

In: a header and a sample of values. Out: words, formats, meanings. It knows no tables and no settings.
"""
