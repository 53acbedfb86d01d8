"""Looking questions over: what gives a key away, reads badly or is missing, what guessing earns.

`checking.CHECKS` names every check; `checking.lint` runs them over the questions of a bank.
"""
