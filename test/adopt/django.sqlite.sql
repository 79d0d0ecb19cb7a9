-- The ledger of django 3.2.25, made by it.
CREATE TABLE IF NOT EXISTS "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO django_migrations VALUES(1,'contenttypes','0001_initial','2026-11-22 07:03:37.811825');
INSERT INTO django_migrations VALUES(2,'contenttypes','0002_remove_content_type_name','2026-11-22 07:03:37.817484');
