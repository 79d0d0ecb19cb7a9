-- columns: query
-- The statement that has another server report: $1 is the schema of dblink here,
-- $2 that of dbcare there, $3 the options, $4 the SQL of
-- fleet_lag.sql.  The figures of a standby come with the report.  A literal
-- without a type would fit a namesake that takes text better.
select pg_catalog.format('select r.report, r.is_standby, r.lag_bytes, r.lag_seconds'
	' from %I.dblink(''dbcare.fleet'', %L) as r (report text, is_standby boolean, lag_bytes bigint,'
	' lag_seconds double precision)', cast($1 as text),
	pg_catalog.format('select cast(%I.dbhealth_report(cast(%L as pg_catalog.jsonb)) as text), l.* from (%s) as l', cast($2 as text), $3, $4)) as query
