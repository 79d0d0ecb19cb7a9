-- The ledger of sql-migrate, written after its source.
CREATE TABLE IF NOT EXISTS "gorp_migrations" ("id" varchar(255) not null primary key, "applied_at" datetime);
INSERT INTO gorp_migrations VALUES ('1_one.sql', '2024-01-01 10:00:01.123456789+00:00');
INSERT INTO gorp_migrations VALUES ('2_two.sql', '2024-01-01 10:00:02.123456789+00:00');
