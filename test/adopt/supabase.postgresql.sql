-- The ledger of supabase, written after its source.
CREATE SCHEMA IF NOT EXISTS supabase_migrations;
CREATE TABLE IF NOT EXISTS supabase_migrations.schema_migrations (version text NOT NULL PRIMARY KEY);
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS statements text[];
ALTER TABLE supabase_migrations.schema_migrations ADD COLUMN IF NOT EXISTS name text;
INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000001', '{create table one (id integer)}', 'one');
INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000002', '{create table two (id integer)}', 'two');
