-- The ledger of dbmate 2.36.0, made by it.
CREATE TABLE IF NOT EXISTS "schema_migrations" (version varchar(128) primary key);
INSERT INTO schema_migrations VALUES('20240101000001');
INSERT INTO schema_migrations VALUES('20240101000002');
