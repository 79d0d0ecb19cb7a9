/*
 * tools.c
 *	  The migration tools whose ledgers are known.
 *
 * Several call theirs schema_migrations or migrations: the columns tell them
 * apart, and where these do not, another table beside it.  Such a tool comes
 * before its like.
 *
 * Written can be the ledgers of tools that run SQL as it is.  A migration in
 * another language has no row that dbcare could make; neither can it know the
 * plan of sqitch, the path that a changelog of Liquibase has, or the checksum
 * of refinery; and a patch of Versioning registers itself.
 */
#include "common/adopt/adopt.h"

/* clang-format off */
#define TOOL(tool, its_table, its_naming, what_is_kept, ...) \
	{.name = tool, .table = its_table, .naming = DBC_N_##its_naming, \
	 .kept = DBC_MIRROR_##what_is_kept, __VA_ARGS__}

const dbc_adopt_tool dbc_adopt_tools[] = {
	TOOL("rails", "schema_migrations", VERSION, NUMBERS,
		 .columns = {"version"}, .alone = true, .beside = "ar_internal_metadata"),
	TOOL("dbmate", "schema_migrations", VERSION, TEXTS,
		 .columns = {"version"}, .alone = true),
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
		 .columns = {"version_num"}, .alone = true),
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

/* The names of the tools, ended by NULL. */
const char *const *
dbc_adopt_tool_names(dbc_host *host)
{
	const char **names =
		dbc_alloc(host, ((size_t) dbc_adopt_ntools + 1) * sizeof(*names));

	for (int t = 0; t < dbc_adopt_ntools; t++)
		names[t] = dbc_adopt_tools[t].name;
	return names;
}
