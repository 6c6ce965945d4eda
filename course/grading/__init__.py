"""Grading: a submission is a function server in a box. Inputs go in, arrays come out, and the judge compares outside,
so that expected values, other students' files and the grades are never where a stranger's code could see them.
"""
