-- columns: found
-- Whether schema dbcare, resolved by name as DDL does, is the one that queries
-- of this transaction see.
select exists (select from pg_catalog.pg_namespace as n
	where n.oid = pg_catalog.to_regnamespace('dbcare')) as found
