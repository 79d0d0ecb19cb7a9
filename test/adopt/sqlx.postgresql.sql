-- The ledger of sqlx, written after its source.
CREATE TABLE IF NOT EXISTS _sqlx_migrations (
	version BIGINT PRIMARY KEY,
	description TEXT NOT NULL,
	installed_on TIMESTAMPTZ NOT NULL DEFAULT now(),
	success BOOLEAN NOT NULL,
	checksum BYTEA NOT NULL,
	execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES (1, 'one', '2024-01-01 10:00:01+00', true, '\x08d8d1d064e4fda431ebe8c807255b91ca0949fb089bb43934c6e79cf2c34910019e7ec54fa18e4bb1395ee38ea34426', 1500000);
INSERT INTO _sqlx_migrations VALUES (2, 'two', '2024-01-01 10:00:02+00', true, '\xe1c1deea989f82b4e655a659cc0e91507b0eab165839d254ada0c99dc4837d6160dc9c4fa511274b5088d7855aab60a6', 1500000);
