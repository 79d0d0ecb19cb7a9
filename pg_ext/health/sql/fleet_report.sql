-- columns: query
-- The statement that requests the report of another server over connection $5:
-- $1 is the local schema of dblink, $2 the remote schema of dbcare, $3 the
-- options, $4 the SQL of fleet_lag.sql.  The lag of a standby is part of the
-- report.  Casts prevent calls of overloaded functions that take text.
select pg_catalog.format('select %I.dblink_send_query(%L::pg_catalog.text, %L::pg_catalog.text)', cast($1 as text), cast($5 as text),
	pg_catalog.format('select cast(%I.dbhealth_report(cast(%L as pg_catalog.jsonb)) as text), l.* from (%s) as l', cast($2 as text), $3, $4)) as query
