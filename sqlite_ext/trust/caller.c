/*
 * caller.c
 *	  The statements from which a writing function may be called.
 */
#include "sqlite_ext/sql/script.h"
#include "sqlite_ext/trust/prepare.h"

#include "common/core/text.h"

static const char call_as_select[] = "Run SELECT %s(...);";

/* Whether a statement has a word without which it reads no table. */
static bool
may_read_tables(sqlite3_stmt *statement)
{
	const char *text = sqlite3_sql(statement);
	dbcsl_token token = dbcsl_first_token(text ? text : "from");

	while (token.kind != DBCSL_END && !dbcsl_is_word(&token, "from") &&
		   !dbcsl_is_word(&token, "in"))
		token = dbcsl_next_token(&token);
	return token.kind != DBCSL_END;
}

/* Whether a statement reads a table or a table-valued function, which would
 * make DROP TABLE fail.  A statement without a table has no Transaction opcode;
 * only EXPLAIN shows that. */
static bool
reads_tables(dbcsl_host *h, sqlite3_stmt *statement)
{
	if (!may_read_tables(statement))
		return false;
	sqlite3_stmt *explain =
		dbcsl_prepare(h, dbcsl_printf(h, "explain %s", sqlite3_sql(statement)));
	bool reads = false;
	int code;

	while ((code = sqlite3_step(explain)) == SQLITE_ROW)
	{
		const char *step = (const char *) sqlite3_column_text(explain, 1);

		if (step && sqlite3_stricmp(step, "Transaction") == 0)
			reads = true;
	}
	if (code != SQLITE_DONE)
		dbcsl_fail_engine(h, code);
	dbcsl_finalize_statement(h);
	return reads;
}

/* Functions that scripts and fixes of health checks call. */
static const char *const nested[] = {DBCSL_REBUILD, "dbaudit_enable",
									 "dbaudit_seal", "dbarchive_enable", NULL};

/* Whether a function may be called while such a statement runs: it may then be
 * the caller of a call that runs a script. */
static bool
may_be_nested(dbcsl_host *h, sqlite3_stmt *statement)
{
	bool may = false;

	for (int i = 0; nested[i]; i++)
		may |= dbc_same(h->base.function->name, nested[i]);
	return may && sqlite3_stmt_readonly(statement) &&
		   !reads_tables(h, statement);
}

/* Fails unless the function was called as SELECT f() and no other statement is
 * running. */
void
dbcsl_verify_caller(dbcsl_host *h)
{
	const char *name = h->base.function->name;
	const char *hint = dbcsl_printf(h, call_as_select, name);
	sqlite3_stmt *statement = NULL;
	sqlite3_stmt *caller = NULL;
	bool is_nested = true;
	int running = 0;

	while ((statement = sqlite3_next_stmt(h->db, statement)) != NULL)
		if (sqlite3_stmt_busy(statement))
		{
			caller = statement;
			running++;
			is_nested = is_nested && may_be_nested(h, statement);
		}
	if (running > 1 && !is_nested)
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL,
				 "Finish or reset the other statement first.",
				 "%s cannot run while another statement of this connection is "
				 "in progress",
				 name);
	if (caller && !sqlite3_stmt_readonly(caller))
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL, hint,
				 "%s cannot run inside a statement that writes", name);
	if (caller && reads_tables(h, caller))
		dbc_fail(&h->base, DBC_ACTIVE_TRANSACTION, NULL, hint,
				 "%s cannot be called in a SELECT with a FROM clause", name);
}
