"""One module per job, and the command line `lealtad`.

In: options of a command. Out: files under OUT, progress, an exit code. Contains no formulas.
"""
