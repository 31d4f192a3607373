"""The side door that all floors share: REST as issue 2 §7 words it (CH-5).

Words: door (one address), act (a verb by POST), shape (what a body must look like), problem (a refusal
as RFC 9457 says it), cursor (where a list goes on). Here is what every address does the same way: who
calls and with which token, what a body may hold, versions as ETags, keys that make a repeated POST
harmless, lists by cursor, and every refusal as a problem. No domain word, no decision.
"""
