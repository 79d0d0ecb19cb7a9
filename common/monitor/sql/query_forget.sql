-- columns: none
-- Deletes the texts of statements without statistics.
delete from {.query}
where fingerprint not in (select s.fingerprint from {.query_seen} as s)
{postgresql:and fingerprint not in (select w.fingerprint from dbcare.wait_event as w)}
{postgresql:and fingerprint not in (select p.fingerprint from dbcare.query_plan as p)}
