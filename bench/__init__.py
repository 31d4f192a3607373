"""Benchmarks: ratios between the product and the least that the job needs, on one machine, in one run.

`bare` is that least: views and tables of our own on the same server, with the same authentication.
It is no part of the product, and nothing imports it.
"""
