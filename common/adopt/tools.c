/*
 * tools.c
 *	  Migration tools whose ledgers dbcare can read.
 *
 * Several tools use the table name schema_migrations or migrations: their
 * columns distinguish them or, if these are the same, a companion table.  A
 * tool with a companion table comes before the one without.
 *
 * dbcare can write the ledger of a tool that runs plain SQL.  It cannot compute
 * the rows of migrations in another language, of sqitch (from its plan),
 * Liquibase (with the path of a changelog) or refinery (with its checksum);
 * patches of Versioning register themselves.
 */
#include "common/adopt/adopt.h"

/* clang-format off */
#define TOOL(tool, its_table, its_naming, its_mirror, ...) \
	{.name = tool, .table = its_table, .naming = DBC_N_##its_naming, \
	 .mirrored = DBC_MIRROR_##its_mirror, __VA_ARGS__}

const dbc_adopt_tool dbc_adopt_tools[] = {
	TOOL("rails", "schema_migrations", VERSION, NUMBERS,
		 .columns = {"version"}, .no_others = true, .companion = "ar_internal_metadata"),
	TOOL("dbmate", "schema_migrations", VERSION, TEXTS,
		 .columns = {"version"}, .no_others = true),
	TOOL("golang-migrate", "schema_migrations", VERSION, NUMBERS,
		 .columns = {"version", "dirty"}, .only_last = true),
	TOOL("supabase", "schema_migrations", VERSION, TEXTS,
		 .columns = {"version", "name", "statements"}),
	TOOL("goose", "goose_db_version", VERSION, NUMBERS,
		 .columns = {"id", "version_id", "is_applied", "tstamp"}),
	TOOL("flyway", "flyway_schema_history", VERSION, ALL,
		 .columns = {"installed_rank", "version", "script", "checksum"}, .checksum = "crc32:"),
	TOOL("liquibase", "databasechangelog", VERSION, NOT,
		 .columns = {"id", "author", "filename", "exectype"}),
	TOOL("sqlx", "_sqlx_migrations", VERSION, NUMBERS,
		 .columns = {"version", "description", "success", "checksum"}, .checksum = "sha384:"),
	TOOL("refinery", "refinery_schema_history", VERSION, NOT,
		 .columns = {"version", "name", "applied_on", "checksum"}),
	TOOL("diesel", "__diesel_schema_migrations", VERSION, TEXTS,
		 .columns = {"version", "run_on"}),
	TOOL("sql-migrate", "gorp_migrations", VERSION, TEXTS,
		 .columns = {"id", "applied_at"}),
	TOOL("node-pg-migrate", "pgmigrations", FILE, TEXTS,
		 .columns = {"id", "name", "run_on"}),
	TOOL("graphile-migrate", "migrations", FILE, TEXTS,
		 .columns = {"hash", "previous_hash", "filename", "date"}, .checksum = "graphile:sha1:"),
	TOOL("sqitch", "changes", VERSION, NOT,
		 .columns = {"change", "project", "script_hash", "planned_at"}),
	TOOL("alembic", "alembic_version", NAME, NOT,
		 .columns = {"version_num"}, .no_others = true),
	TOOL("django", "django_migrations", NAME, NOT,
		 .columns = {"id", "app", "name", "applied"}),
	TOOL("knex", "knex_migrations", FILE, NOT,
		 .columns = {"id", "name", "batch", "migration_time"}),
	TOOL("db-migrate", "migrations", FILE, NOT,
		 .columns = {"id", "name", "run_on"}),
	TOOL("depesz-versioning", "patches", FILE, NOT,
		 .columns = {"patch_name", "applied_tsz", "requires", "conflicts"}),
};
/* clang-format on */

const int dbc_adopt_ntools =
	(int) (sizeof(dbc_adopt_tools) / sizeof(dbc_adopt_tools[0]));

/* The names of the tools, ending with NULL. */
const char *const *
dbc_adopt_tool_names(dbc_host *host)
{
	const char **names =
		dbc_alloc(host, ((size_t) dbc_adopt_ntools + 1) * sizeof(*names));

	for (int t = 0; t < dbc_adopt_ntools; t++)
		names[t] = dbc_adopt_tools[t].name;
	return names;
}
