"""The demonstration: Larkfold, a company that makes practice software for veterinary clinics.

Half a year of its life, loaded through the services with past moments (source demo) and relative to
the moment of loading, so that the desk is as lively on a Sunday night as on a Tuesday morning.

`bank/*.toml` holds what people wrote, by product area; `company` who works there, `cadence` its
sprints, `reports` and `repairs` how a text becomes acts, `stage` plays all acts in order of time,
`load` raises the curtain. It decides nothing about the product: every act is a verb of a service.
"""
