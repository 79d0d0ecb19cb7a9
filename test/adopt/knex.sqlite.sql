-- The ledger of knex 3.3.0, made by it.
CREATE TABLE `knex_migrations` (`id` integer not null primary key autoincrement, `name` varchar(255), `batch` integer, `migration_time` datetime);
INSERT INTO knex_migrations VALUES(1,'20240101000001_one.js',1,1795331012567);
INSERT INTO knex_migrations VALUES(2,'20240101000002_two.js',1,1795331012567);
