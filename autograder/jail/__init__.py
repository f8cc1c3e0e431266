"""The jail: where a submission's own code runs, without network, files, other processes or rights.

`sandbox` is what the rest of the engine uses. It must not know what is graded.
"""
