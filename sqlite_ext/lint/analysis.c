/*
 * analysis.c
 *	  What the statements of a script would do.
 *
 * A statement is read token by token, since SQLite exposes no parse tree, and
 * then tried on a model of the schema (lint/model.h), which decides whether it
 * can run and in which later statements find the objects it created.
 */
#include "sqlite_ext/core/rooms.h"
#include "sqlite_ext/lint/analysis.h"
#include "sqlite_ext/sql/script.h"

#include <string.h>

/* ---- shared by the readers ---- */

/* ---- statements ---- */

static const struct
{
	const char *word;
	void (*read)(dbcsl_lint_analyzer *lint);
} readers[] = {{"alter", dbcsl_lint_analyze_alter},
			   {"analyze", dbcsl_lint_analyze_maintenance},
			   {"attach", dbcsl_lint_analyze_attach},
			   {"begin", dbcsl_lint_analyze_transaction},
			   {"commit", dbcsl_lint_analyze_transaction},
			   {"create", dbcsl_lint_analyze_create},
			   {"delete", dbcsl_lint_analyze_delete},
			   {"detach", dbcsl_lint_analyze_attach},
			   {"drop", dbcsl_lint_analyze_drop},
			   {"end", dbcsl_lint_analyze_transaction},
			   {"insert", dbcsl_lint_analyze_insert},
			   {"pragma", dbcsl_lint_analyze_pragma},
			   {"reindex", dbcsl_lint_analyze_maintenance},
			   {"release", dbcsl_lint_analyze_transaction},
			   {"replace", dbcsl_lint_analyze_insert},
			   {"rollback", dbcsl_lint_analyze_transaction},
			   {"savepoint", dbcsl_lint_analyze_transaction},
			   {"update", dbcsl_lint_analyze_update},
			   {"vacuum", dbcsl_lint_analyze_maintenance}};

/* Whether the model can try a statement: not if it would change the model's
 * connection, or if the model cannot show its effect. */
static bool
can_be_tried(const dbc_statement *statement, const dbcsl_token *first)
{
	return (statement->kind == DBC_STATEMENT_PLAIN ||
			dbcsl_is_word(first, "vacuum")) &&
		   !dbcsl_is_word(first, "explain");
}

/* Whether a statement names an object that differs between model and original.
 */
static bool
names_unlike(const dbcsl_lint_analyzer *lint)
{
	dbcsl_token token = dbcsl_first_token(lint->statement->text);

	for (; token.kind != DBCSL_END; token = dbcsl_next_token(&token))
	{
		const char *name = NULL;

		if (token.kind == DBCSL_WORD || token.kind == DBCSL_QUOTED)
			name = dbcsl_unquote_token(lint->h, &token);
		for (int i = 0; name && i < lint->model->nunlike; i++)
			if (sqlite3_stricmp(name, lint->model->unlike[i]) == 0)
				return true;
	}
	return false;
}

/* Tries the statement on the model; the error, or NULL. */
static const char *
try_statement(dbcsl_lint_analyzer *lint)
{
	const char *refusal = dbcsl_lint_model_try(
		lint->model, lint->statement->text, lint->runs && !lint->select);

	if (!refusal && lint->select)
		refusal = dbcsl_lint_model_create_table_as(
			lint->model,
			lint->made && lint->made->schema ? lint->made->schema : "main",
			lint->new_name, lint->select);
	return refusal;
}

/* The name in an error message, which newer versions of SQLite quote and
 * explain. */
static const char *
unquoted_name(dbcsl_lint_analyzer *lint, const char *text)
{
	dbcsl_token token = dbcsl_first_token(text);

	return token.kind == DBCSL_QUOTED ? dbcsl_unquote_token(lint->h, &token)
									  : text;
}

/* Adds an operation if SQLite takes a name in double quotes for text: without
 * that setting the statement fails. */
static void
check_quotes(dbcsl_lint_analyzer *lint)
{
	static const char start[] = "no such column: ";
	sqlite3 *db = lint->model->db;
	const char *text = lint->statement->text;
	const char *refusal;
	int in_ddl = 0;
	int in_dml = 0;

	if (!strchr(text, '"'))
		return;
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, -1, &in_ddl);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, -1, &in_dml);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	refusal = dbcsl_lint_model_try(lint->model, text, false);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, in_ddl, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, in_dml, NULL);
	if (refusal && dbc_starts_with(refusal, start) &&
		!dbcsl_lint_model_try(lint->model, text, false))
		dbcsl_lint_add_operation(lint, DBC_V_QUOTE_AS_TEXT, NULL)->name =
			unquoted_name(lint, refusal + strlen(start));
}

/* Applies what the statement has done to the objects known so far. */
static void
record_changes(dbcsl_lint_analyzer *lint)
{
	if (lint->made)
		dbc_lint_record_create(lint->session, lint->made);
	if (lint->dropped)
		dbc_lint_record_drop(lint->session, lint->dropped);
	if (lint->renamed)
		dbc_lint_record_rename(lint->session, lint->renamed, lint->new_name);
}

/* Marks the statement as one that may be valid but could not be tried. */
static void
record_untried(dbcsl_lint_analyzer *lint)
{
	record_changes(lint);
	if (lint->made)
		dbcsl_lint_model_mark_unlike(lint->model, lint->made->name);
	else if (lint->runs)
		lint->model->blind = true;
}

/* Reads one statement. */
static void
read_statement(dbcsl_lint_analyzer *lint, dbc_lint_analysis *analysis)
{
	dbcsl_token first = dbcsl_first_token(lint->statement->text);
	const char *refusal = NULL;
	bool tried = can_be_tried(lint->statement, &first);

	if (dbcsl_is_word(&first, "with"))
		first = dbcsl_token_after_with(first);
	lint->r = (dbcsl_ddl_reader){
		.h = lint->h, .token = first, .end = lint->statement->text};
	dbc_buffer_init(&lint->r.out, &lint->h->base);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (dbcsl_is_word(&first, readers[i].word))
			readers[i].read(lint);
	if (lint->noperations == 0)
		dbcsl_lint_add_operation(lint, DBC_V_OTHER, NULL);
	if (tried)
	{
		check_quotes(lint);
		refusal = try_statement(lint);
	}
	if (!refusal)
	{
		record_changes(lint);
		/* a view on objects that the model lacks cannot be read there */
		if (lint->made && names_unlike(lint))
			dbcsl_lint_model_mark_unlike(lint->model, lint->made->name);
	}
	else if (lint->model->blind || names_unlike(lint))
		record_untried(lint);
	else
	{
		dbc_error *error = dbc_alloc(&lint->h->base, sizeof(*error));

		*error = (dbc_error){.sqlstate = DBC_SYNTAX_ERROR, .message = refusal};
		analysis->refused = error;
	}
	analysis->operations = lint->operations;
	analysis->noperations = lint->noperations;
}

/* See common/lint/host.h. */
static void
analyze_script(dbc_host *host, dbc_lint_session *session,
			   const dbc_script *script, dbc_lint_analysis *analyses)
{
	dbcsl_host *h = dbcsl_of(host);
	dbcsl_lint_script_history past = {0};
	dbcsl_lint_analyzer all = {.h = h,
							   .session = session,
							   .model = dbcsl_lint_open_model(h, session),
							   .past = &past};

	dbcsl_lint_reset_model(all.model);
	for (int i = 0; i < script->nstatements; i++)
	{
		dbcsl_lint_analyzer lint = all;

		lint.statement = &script->statements[i];
		lint.number = i;
		dbc_poll(host);
		read_statement(&lint, &analyses[i]);
	}
	dbcsl_lint_analyze_rebuilds(&all, script, analyses);
}

const dbc_lint_host dbcsl_lint_host = {
	.read_script = analyze_script,
};
