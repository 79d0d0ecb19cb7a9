-- The ledger of graphile-migrate 1.4.1, made by it.
CREATE SCHEMA graphile_migrate;
CREATE TABLE graphile_migrate.current (
    filename text DEFAULT 'current.sql'::text NOT NULL,
    content text NOT NULL,
    date timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE graphile_migrate.migrations (
    hash text NOT NULL,
    previous_hash text,
    filename text NOT NULL,
    date timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO graphile_migrate.migrations VALUES ('sha1:04e6eabf0e5333ab8ad587d83d82317b93cb3787', NULL, '000001.sql', '2026-11-22 07:03:30.418519+00');
INSERT INTO graphile_migrate.migrations VALUES ('sha1:9aac1504dab68693b202f72af2260b349a056f90', 'sha1:04e6eabf0e5333ab8ad587d83d82317b93cb3787', '000002.sql', '2026-11-22 07:03:30.426536+00');
ALTER TABLE ONLY graphile_migrate.current
    ADD CONSTRAINT current_pkey PRIMARY KEY (filename);
ALTER TABLE ONLY graphile_migrate.migrations
    ADD CONSTRAINT migrations_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY graphile_migrate.migrations
    ADD CONSTRAINT migrations_previous_hash_fkey FOREIGN KEY (previous_hash) REFERENCES graphile_migrate.migrations(hash);
