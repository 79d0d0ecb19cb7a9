-- The ledger of flyway, written after its source.
CREATE TABLE "flyway_schema_history" (
	"installed_rank" INT NOT NULL PRIMARY KEY,
	"version" VARCHAR(50),
	"description" VARCHAR(200) NOT NULL,
	"type" VARCHAR(20) NOT NULL,
	"script" VARCHAR(1000) NOT NULL,
	"checksum" INT,
	"installed_by" VARCHAR(100) NOT NULL,
	"installed_on" TEXT NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f','now')),
	"execution_time" INT NOT NULL,
	"success" BOOLEAN NOT NULL
);
CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success");
INSERT INTO "flyway_schema_history" VALUES (1, '1', 'one', 'SQL', 'V1__one.sql', 583121257, 'ann', '2024-01-01 10:00:01.123', 5, 1);
INSERT INTO "flyway_schema_history" VALUES (2, '2', 'two', 'SQL', 'V2__two.sql', -599164584, 'ann', '2024-01-01 10:00:02.123', 5, 1);
INSERT INTO "flyway_schema_history" VALUES (3, NULL, 'report', 'SQL', 'R__report.sql', -690524359, 'ann', '2024-01-01 10:00:03.123', 5, 1);
