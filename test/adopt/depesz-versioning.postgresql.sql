-- The ledger of depesz-versioning, written after its source.
CREATE SCHEMA _v;
CREATE TABLE _v.patches (
	patch_name TEXT PRIMARY KEY,
	applied_tsz TIMESTAMPTZ NOT NULL DEFAULT now(),
	applied_by TEXT NOT NULL,
	requires TEXT[],
	conflicts TEXT[]
);
INSERT INTO _v.patches VALUES ('001-one', '2024-01-01 10:00:01+00', 'ann', NULL, NULL);
INSERT INTO _v.patches VALUES ('002-two', '2024-01-01 10:00:02+00', 'ann', '{001-one}', NULL);
