-- The ledger of refinery, written after its source.
CREATE TABLE IF NOT EXISTS refinery_schema_history(
	version INT4 PRIMARY KEY,
	name VARCHAR(255),
	applied_on VARCHAR(255),
	checksum VARCHAR(255));
INSERT INTO refinery_schema_history VALUES (1, 'one', '2024-01-01T10:00:01.123456789Z', '7242880158513181912');
INSERT INTO refinery_schema_history VALUES (2, 'two', '2024-01-01T10:00:02.123456789Z', '13441226283204362312');
