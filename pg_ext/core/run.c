/*
 * run.c
 *	  Running a script under the caller's own settings.
 *
 * Settings that the script changes are restored at the end of a GUC level, or
 * by the end of the (sub)transaction after a failure.
 */
#include "pg_ext/core/lock.h"
#include "pg_ext/core/owner.h"
#include "pg_ext/core/parameters.h"
#include "pg_ext/core/query.h"
#include "pg_ext/core/relation.h"
#include "pg_ext/core/role.h"
#include "pg_ext/core/script.h"

#include "catalog/namespace.h"
#include "utils/memutils.h"

#include "common/core/excerpt.h"
#include "common/core/text.h"

/* A running script, for errors. */
typedef struct running
{
	dbcpg_host *host;
	const dbc_script *script;
	int statement_no; /* 0: deferred constraints at the end */
	int line;		  /* line of the first token of the statement in the file */
	/* text of the statement in the encoding of the database */
	const char *text;
	SPITupleTable
		*rows;		 /* of the last statement that returned any, if wanted */
	uint64 affected; /* rows affected by the last statement */
	List *pending; /* tables with deferred triggers pending before the script */
	const dbc_rows *constraints; /* core/deferred_constraints, or NULL */
} running;

/* Whether this session runs a script of a migration. */
static bool in_migration = false;

bool
dbcpg_set_in_migration(bool running)
{
	bool before = in_migration;

	in_migration = running;
	return before;
}

bool
dbcpg_is_in_migration(void)
{
	return in_migration;
}

int
dbcpg_count_lines(const char *text, const char *position, int *column)
{
	int lines = 0;

	*column = 1;
	for (const char *at = text; at < position; at += pg_mblen(at))
	{
		lines += *at == '\n';
		*column = *at == '\n' ? 1 : *column + 1;
	}
	return lines;
}

/* The number of lines from the start of the statement to the error, and its
 * column.  They are known if the text that the error position refers to, the
 * whole statement or the body of the function it creates, is part of the
 * statement. */
static int
lines_to_error(const running *r, int *column)
{
	int position = getinternalerrposition();
	MemoryContext context;
	ErrorData *error;
	const char *at;
	int lines = 0;

	*column = 0;
	if (position <= 0)
		return 0;
	/* elog.c has no function that returns the query */
	context = MemoryContextSwitchTo(r->host->scratch);
	error = CopyErrorData();
	MemoryContextSwitchTo(context);
	at = error->internalquery ? strstr(r->text, error->internalquery) : NULL;
	if (at)
	{
		while (--position > 0 && *at)
			at += pg_mblen(at);
		lines = dbcpg_count_lines(r->text, at, column);
	}
	FreeErrorData(error);
	return lines;
}

/* Whether an error can only be avoided by separate transactions. */
static bool
needs_deploy(const ErrorData *error)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_OBJECT_IN_USE: /* triggers have not fired yet */
		case ERRCODE_UNSAFE_NEW_ENUM_VALUE_USAGE:
			return true;
		case ERRCODE_OUT_OF_MEMORY: /* a full lock table */
			return strcmp(error->message_id, "out of shared memory") == 0;
		default:
			return false;
	}
}

/* Adds a hint to an error, if one applies. */
static void
add_hint(const running *r)
{
	const char *cure = NULL;
	MemoryContext context = MemoryContextSwitchTo(r->host->scratch);
	ErrorData *error = CopyErrorData();

	MemoryContextSwitchTo(context);
	if (needs_deploy(error))
		cure = "dbmigrate_deploy() runs each migration in its own transaction.";
	else if (dbcpg_is_of_fixed_role(error))
		cure = r->script->role ? DBCPG_FIXED_ROLE_HINT : DBCPG_TAKEN_ROLE_HINT;
	if (cure)
		errhint("%s%s%s", error->hint ? error->hint : "",
				error->hint ? " " : "", cure);
	FreeErrorData(error);
}

/* Adds the failed statement to the context of an error, in the format of
 * dbc_describe_position().  A script may catch any number of errors, so this
 * does not allocate in the arena. */
void
dbcpg_add_error_context(void *arg)
{
	const running *r = arg;
	dbcpg_host *host = r->host;
	const dbc_script *script = r->script;
	const char *part = "deferred constraints";
	const char *excerpt = NULL;
	MemoryContext arena = host->arena;

	if (host->base.function->class == DBC_WRITE)
		add_hint(r);
	host->failed_statement = r->statement_no;
	host->failed_line = host->failed_column = 0;
	if (r->statement_no)
	{
		host->failed_line = r->line + lines_to_error(r, &host->failed_column);
		part = psprintf("statement %d, line %d", r->statement_no,
						host->failed_line);
		host->arena = CurrentMemoryContext;
		excerpt = dbc_excerpt(&host->base, script, r->statement_no,
							  host->failed_line, host->failed_column);
		host->arena = arena;
	}
	errcontext("%s",
			   dbcpg_from_core(psprintf(
				   "In %s, %s%s%s.%s%s", script->label, part,
				   script->file ? " of " : "", script->file ? script->file : "",
				   excerpt ? "\n" : "", excerpt ? excerpt : "")));
}

/* Runs one statement; saves the returned rows in *rows if they are wanted. */
static void
run_statement(running *r, const char *text, SPITupleTable **rows)
{
	bool read_only = r->host->read_only;
	const dbc_relation *about =
		r->script->about ? r->script->about : r->script->table;

	/* deferred triggers, or the statement before, may have renamed its schema */
	if (about)
		dbcpg_lock_name(about, dbcpg_find_table_oid(about),
						read_only ? AccessShareLock : RowExclusiveLock);
	r->text = dbcpg_from_core(text);
	dbcpg_require_spi_success(
		r->script->is_fix ? dbcpg_execute_repair(r->host, r->text)
		: r->script->as_owner
			? dbcpg_execute_for_caller(r->host, r->text, read_only)
			: SPI_execute(r->text, read_only, 0));
	if (!r->host->read_only && !r->script->keeps_rows)
		SPI_freetuptable(SPI_tuptable);
	else if (SPI_tuptable)
	{
		SPI_freetuptable(*rows);
		*rows = SPI_tuptable;
	}
}

/* Sets the search_path that the names of a script are found in. */
static void
set_path(const running *r)
{
	const dbc_script *script = r->script;

	if (script->table)
		dbcpg_set_search_path(dbcpg_find_table_oid(script->table));
	else if (script->is_own)
		dbcpg_set_own_path();
	else if (script->first_schema)
		dbcpg_set_parameter("search_path",
							psprintf("%s%s%s",
									 dbcpg_from_core(script->first_schema),
									 *namespace_search_path ? ", " : "",
									 namespace_search_path));
}

/* Starts a GUC level with the caller's parameters and the role to run the
 * script as. */
static int
take_settings(running *r)
{
	int level = NewGUCNestLevel();

	dbcpg_unpin_parameters(r->host);
	if (!r->script->is_own)
		dbcpg_unpin_jit(r->host);
	set_path(r);
	/* arrays in keys may contain nulls, which require this setting */
	if (r->script->has_places)
		dbcpg_set_parameter("array_nulls", "on");
	dbcpg_set_role(r->script->role);
	return level;
}

/* Whether a script that can write runs as another role than the caller. */
static bool
fixes_role(const running *r)
{
	return r->script->role && !r->host->read_only;
}

/* ---- deferred constraints ---- */

/* Whether a statement can defer constraint checks.  DDL cannot; what an event
 * trigger does for it is checked at the end of the transaction at the
 * latest. */
static bool
may_defer(const char *command)
{
	static const char *const never[] = {"ALTER ", "COMMENT", "CREATE ",
										"DROP ",  "GRANT",	 "REVOKE",
										"SET",	  "RESET"};

	if (dbc_same(command, "CREATE TABLE AS"))
		return true;
	for (size_t i = 0; i < lengthof(never); i++)
		if (dbc_starts_with(command, never[i]))
			return false;
	return true;
}

/* Statements about deferrable constraints; see the embedded statement. */
typedef enum deferral
{
	TO_IMMEDIATE,
	TO_DEFERRED
} deferral;

/* Runs one of them; triggers of users may fire. */
static void
set_constraints(running *r, deferral how)
{
	SPITupleTable *none = NULL;
	int level = NewGUCNestLevel();

	dbcpg_set_callers_path(r->host);
	if (!dbc_is_null(&r->host->base, r->constraints, 0, how))
		run_statement(r, dbc_get_text(&r->host->base, r->constraints, 0, how),
					  &none);
	AtEOXact_GUC(false, level);
}

static void
read_constraints(running *r)
{
	r->constraints = dbc_query(&r->host->base, "core/deferred_constraints",
							   dbc_text(r->script->role));
}

/* Checks deferred constraints by making them immediate, then restores the
 * default of those that are deferred; by name, see the embedded statement. */
static void
check_deferred(running *r)
{
	int level;

	if (!r->constraints)
		read_constraints(r);
	level = take_settings(r);
	r->statement_no = 0;
	set_constraints(r, TO_IMMEDIATE);
	set_constraints(r, TO_DEFERRED);
	AtEOXact_GUC(false, level);
}

/* ---- scripts ---- */

/* Runs the statements of a script that are not skipped; sets *deferred if they
 * may have deferred checks. */
static SPITupleTable *
run_statements(running *r, const bool *skip, bool *deferred)
{
	const dbc_script *script = r->script;
	SPITupleTable *rows = NULL;

	*deferred = false;
	for (int i = 0; i < script->nstatements; i++)
	{
		const dbc_statement *statement = &script->statements[i];

		if (skip && skip[i])
			continue;
		r->statement_no = i + 1;
		r->line = statement->line;
		run_statement(r, statement->text, &rows);
		r->affected = SPI_processed;
		if (!r->host->read_only && may_defer(statement->command))
			*deferred = true;
	}
	return rows;
}

/* Runs a script and its deferred checks in a GUC level. */
static void
run_whole(running *r, const bool *skip, int level)
{
	bool deferred;

	if (r->constraints)
		set_constraints(r, TO_IMMEDIATE);
	r->rows = run_statements(r, skip, &deferred);
	AtEOXact_GUC(false, level);
	/* functions called by DDL may have deferred triggers, too */
	if (!deferred && fixes_role(r))
		deferred = list_difference_oid(dbcpg_deferred_trigger_tables(r->host),
									   r->pending) != NIL;
	if (deferred)
		check_deferred(r);
	if (fixes_role(r))
		dbcpg_refuse_commit_code(r->host, r->pending, true);
	if (r->host->at_script_end)
		r->host->at_script_end(r->host);
}

const dbc_rows *
dbcpg_run(dbc_host *base, const dbc_script *script, const bool *skip)
{
	dbcpg_host *host = dbcpg_of(base);
	running r = {.host = host, .script = script};
	ErrorContextCallback callback = {.callback = dbcpg_add_error_context,
									 .arg = &r,
									 .previous = error_context_stack};
	int level;
	bool was_in_migration;
	bool was_fixed;
	bool watches = base->function->class == DBC_PROC;
	const dbc_rows *rows;

	if (fixes_role(&r))
		r.pending = dbcpg_deferred_trigger_tables(host);
	/* a deferred trigger would not run as the owner */
	if ((script->as_owner || script->is_fix) && !host->read_only)
		read_constraints(&r);
	level = take_settings(&r);
	was_in_migration = dbcpg_set_in_migration(!host->read_only);
	/* the history records one role for the whole script */
	was_fixed = dbcpg_fix_role(script->role || dbcpg_is_role_fixed());
	error_context_stack = &callback;
	if (watches)
		dbcpg_watch_lock_wait(&host->wait);
	PG_TRY();
	{
		run_whole(&r, skip, level);
	}
	PG_FINALLY();
	{
		/* even after an error: host->wait is freed with the call */
		if (watches)
			dbcpg_stop_lock_wait_watch();
		dbcpg_set_in_migration(was_in_migration);
		(void) dbcpg_fix_role(was_fixed);
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	host->failed_statement = 0;
	host->failed_line = 0;
	host->failed_column = 0;
	rows = dbcpg_copy_rows(host, r.rows, r.affected);
	SPI_freetuptable(r.rows);
	return rows;
}
