-- columns: none
-- Deletes the plans of statements that did not run since $1, and all but the
-- 1000 that ran last.
delete from dbcare.query_plan
where seen_at < cast($1 as timestamptz) or fingerprint in (
	select p.fingerprint
	from dbcare.query_plan as p
	order by p.seen_at desc, p.fingerprint
	offset 1000)
