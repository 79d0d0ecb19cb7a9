-- columns: none
-- Forgets the texts of statements of which nothing is known any more.
delete from {.query}
where fingerprint not in (select s.fingerprint from {.query_seen} as s)
