-- The ledger of flyway, written after its source.
CREATE TABLE "public"."flyway_schema_history" (
	"installed_rank" INT NOT NULL,
	"version" VARCHAR(50),
	"description" VARCHAR(200) NOT NULL,
	"type" VARCHAR(20) NOT NULL,
	"script" VARCHAR(1000) NOT NULL,
	"checksum" INTEGER,
	"installed_by" VARCHAR(100) NOT NULL,
	"installed_on" TIMESTAMP NOT NULL DEFAULT now(),
	"execution_time" INTEGER NOT NULL,
	"success" BOOLEAN NOT NULL
);
ALTER TABLE "public"."flyway_schema_history" ADD CONSTRAINT "flyway_schema_history_pk" PRIMARY KEY ("installed_rank");
CREATE INDEX "flyway_schema_history_s_idx" ON "public"."flyway_schema_history" ("success");
INSERT INTO "flyway_schema_history" VALUES (1, '1', 'one', 'SQL', 'V1__one.sql', 583121257, 'ann', '2024-01-01 10:00:01.123', 5, true);
INSERT INTO "flyway_schema_history" VALUES (2, '2', 'two', 'SQL', 'V2__two.sql', -599164584, 'ann', '2024-01-01 10:00:02.123', 5, true);
INSERT INTO "flyway_schema_history" VALUES (3, NULL, 'report', 'SQL', 'R__report.sql', -690524359, 'ann', '2024-01-01 10:00:03.123', 5, true);
