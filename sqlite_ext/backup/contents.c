/*
 * contents.c
 *	  What a copy contains: its tables, its schema, and the end of its log of
 *	  changes.
 *
 * A restored copy is compared with that, as a proof that does not depend on
 * pages.
 */
#include "sqlite_ext/backup/backup.h"

#include <openssl/sha.h>
#include <string.h>

#include "common/core/text.h"

/* Digits of a seal; what is longer is none. */
#define LONGEST_ROOT 200

/* Prepares a statement; false if SQLite cannot, for example because it needs a
 * collation of the application. */
static bool
prepare(dbcsl_host *h, dbcsl_backup_connections *open, const char *sql)
{
	int code =
		sqlite3_prepare_v2(open->target, sql, -1, &open->statement, NULL);

	if ((code & 0xff) == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	return code == SQLITE_OK;
}

/* Steps it; false at its end, or if it fails. */
static bool
step(dbcsl_host *h, dbcsl_backup_connections *open)
{
	int code = sqlite3_step(open->statement);

	if ((code & 0xff) == SQLITE_NOMEM)
		dbcsl_fail_memory(h);
	if (code == SQLITE_ROW)
		return true;
	if (code != SQLITE_DONE)
		dbcsl_backup_fail(h, open->target, code, "the copy");
	return false;
}

static void
finish(dbcsl_backup_connections *open)
{
	sqlite3_finalize(open->statement);
	open->statement = NULL;
}

/* The SHA-256 of the schema, in hexadecimal digits. */
static const char *
digest_schema(dbcsl_host *h, dbcsl_backup_connections *open)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	dbc_buffer text;

	dbc_buffer_init(&text, &h->base);
	if (prepare(h, open,
				"select type || ' ' || name || ' ' || tbl_name || ' ' || "
				"coalesce(sql, '') || char(10) from sqlite_schema "
				"order by type, name"))
		while (step(h, open))
			dbc_append(&text,
					   (const char *) sqlite3_column_text(open->statement, 0));
	finish(open);
	SHA256((const unsigned char *) (text.data ? text.data : ""), text.length,
		   digest);
	dbc_buffer_init(&text, &h->base);
	for (size_t i = 0; i < sizeof(digest); i++)
		dbc_append_format(&text, "%02x", digest[i]);
	return text.data;
}

/* Lists the tables that have rows of their own. */
static dbc_backup_table *
list_tables(dbcsl_host *h, dbcsl_backup_connections *open, int *count)
{
	dbc_backup_table *tables = NULL;
	int room = 0;

	*count = 0;
	if (prepare(h, open,
				"select name from sqlite_schema where type = 'table' "
				"and rootpage > 0 and name not glob 'sqlite_*' order by name"))
		while (step(h, open))
		{
			if (*count == room)
			{
				dbc_backup_table *more = dbc_alloc(
					&h->base, (size_t) (2 * room + 64) * sizeof(*more));

				if (room > 0)
					memcpy(more, tables, (size_t) room * sizeof(*more));
				tables = more;
				room = 2 * room + 64;
			}
			tables[(*count)++].name =
				dbcsl_printf(h, "%s", sqlite3_column_text(open->statement, 0));
		}
	finish(open);
	return tables;
}

/* Counts the rows of a table; false if it cannot be read here. */
static bool
count_rows(dbcsl_host *h, dbcsl_backup_connections *open,
		   dbc_backup_table *table)
{
	/* an index could need a collation of the application */
	bool known =
		prepare(h, open,
				dbcsl_printf(h, "select count(*) from main.\"%w\" not indexed",
							 table->name));

	if (known)
		known = step(h, open);
	if (known)
		table->rows = sqlite3_column_int64(open->statement, 0);
	finish(open);
	return known;
}

/* The root of the last seal, or NULL. */
static const char *
read_root(dbcsl_host *h, dbcsl_backup_connections *open)
{
	const char *root = NULL;

	if (prepare(h, open,
				"select root from main.dbcare_audit_seal "
				"order by seal_id desc limit 1") &&
		step(h, open) &&
		sqlite3_column_type(open->statement, 0) == SQLITE_TEXT &&
		sqlite3_column_bytes(open->statement, 0) <= LONGEST_ROOT)
		root = dbcsl_printf(h, "%s", sqlite3_column_text(open->statement, 0));
	finish(open);
	return root;
}

void
dbcsl_backup_read_contents(dbcsl_host *h, dbcsl_backup_connections *open,
						   dbc_backup *backup)
{
	int count;
	dbc_backup_table *tables = list_tables(h, open, &count);

	backup->schema_digest = digest_schema(h, open);
	backup->audit_root = read_root(h, open);
	backup->ntables = 0;
	for (int i = 0; i < count; i++)
	{
		dbc_poll(&h->base);
		if (!count_rows(h, open, &tables[i]))
			continue;
		/* the manifest is UTF-8 */
		tables[i].name = dbc_readable(&h->base, tables[i].name);
		tables[backup->ntables++] = tables[i];
	}
	backup->tables = tables;
}
