-- The ledger of diesel, written after its source.
CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (
	version VARCHAR(50) PRIMARY KEY NOT NULL,
	run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __diesel_schema_migrations VALUES ('20240101000001', '2024-01-01 10:00:01');
INSERT INTO __diesel_schema_migrations VALUES ('20240101000002', '2024-01-01 10:00:02');
