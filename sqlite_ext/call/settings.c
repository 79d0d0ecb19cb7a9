/*
 * settings.c
 *	  Saving the settings that a script changes, and restoring them.
 *
 * Most settings belong to the connection and are not restored by a rollback,
 * and many change as soon as the PRAGMA is prepared.  So a script's settings
 * are saved before that.
 */
#include "sqlite_ext/call/settings.h"
#include "sqlite_ext/trust/prepare.h"

#include "common/core/seam.h"

/* A setting before a script changed it. */
struct dbcsl_saved_settings
{
	dbcsl_saved_settings *next;
	int option;			 /* restored by sqlite3_db_config() ... */
	int on;				 /* ... to this value */
	const char *restore; /* otherwise restored by this PRAGMA */
};

/* The current value of a setting; null if SQLite does not report it. */
static dbc_value
current_value(dbcsl_host *h, const char *qualified_name)
{
	dbc_sql ask = {.text = dbcsl_printf(h, "pragma %s", qualified_name)};
	const dbc_rows *rows = h->base.seam->query(&h->base, &ask, NULL, 0);

	return rows->nrows > 0 ? dbc_get_value(&h->base, rows, 0, 0) : dbc_null();
}

void
dbcsl_save_setting(dbcsl_host *h, const dbcsl_pragma *pragma,
				   dbcsl_saved_settings **saved)
{
	dbcsl_saved_settings *entry = dbcsl_alloc(&h->base, sizeof(*entry));

	entry->option = pragma->setting->option;
	if (entry->option != 0)
		sqlite3_db_config(h->db, entry->option, -1, &entry->on);
	else
	{
		const char *name = dbcsl_printf(h, "\"%w\"", pragma->setting->name);
		dbc_value value;

		if (pragma->schema)
			name = dbcsl_printf(h, "\"%w\".%s", pragma->schema, name);
		value = current_value(h, name);
		if (value.kind == DBC_NULL)
			return;
		/* without blanks, see dbcsl_undo_work() */
		entry->restore =
			value.kind == DBC_INT
				? dbcsl_printf(h, "pragma%s='%lld';", name, value.integer)
				: dbcsl_printf(h, "pragma%s=%Q;", name, value.text);
		/* an authorizer may forbid it: fail now, before the setting changes */
		dbcsl_prepare(h, entry->restore);
		dbcsl_finalize_statement(h);
	}
	entry->next = *saved;
	*saved = entry;
}

/* Restores settings, the last saved one first.  Never fails; logs settings that
 * an authorizer no longer allows to restore. */
void
dbcsl_restore_settings(dbcsl_host *h, const dbcsl_saved_settings *saved)
{
	for (; saved; saved = saved->next)
	{
		if (saved->option != 0)
			sqlite3_db_config(h->db, saved->option, saved->on, NULL);
		else if (sqlite3_exec(h->db, saved->restore, NULL, NULL, NULL) ==
				 SQLITE_AUTH)
			sqlite3_log(SQLITE_AUTH,
						"dbcare: a setting could not be restored: %s",
						saved->restore);
	}
}
