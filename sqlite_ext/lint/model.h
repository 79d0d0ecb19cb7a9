/*
 * model.h
 *	  A copy in memory of the caller's schema, without rows, on which scripts
 *	  are tried statement by statement.
 *
 * It is a connection of its own, so it may have an authorizer.  Nothing of a
 * script runs on it but DDL, on tables that have no rows; other statements are
 * only prepared.  It knows the functions and collations of the caller's
 * connection by name, and they do nothing.
 *
 * What the copy cannot be like the original in is kept as a list of names, so
 * that nobody takes a refusal of what names them for the engine's.
 */
#ifndef DBCSL_LINT_MODEL_H
#define DBCSL_LINT_MODEL_H

#include "common/lint/lint.h"
#include "sqlite_ext/sql/ddl.h"

/* A database of the model. */
typedef struct dbcsl_lint_model_schema
{
	const char *name;
	bool is_whole; /* it lacks only virtual tables */
} dbcsl_lint_model_schema;

typedef struct dbcsl_lint_model
{
	dbcsl_host *h;
	const dbc_lint_session *session;
	sqlite3 *db;
	sqlite3_stmt *statement;		  /* while one is in use */
	dbcsl_lint_model_schema *schemas; /* temp, main, then the others */
	int nschemas;
	const char **unlike; /* names of objects that differ from the original */
	int nunlike;
	bool blind;	   /* a script has changed something the model cannot see */
	bool enforces; /* foreign keys, at this point of the script */
	bool set_by_script;		 /* ... because the script has set it */
	const dbc_rows *actions; /* see list_actions(); NULL: to be read */
	const char *acting;		 /* their schema */
	bool asking; /* one of dbcare's own queries runs, which may use PRAGMAs */
} dbcsl_lint_model;

/* An object of the model. */
typedef struct dbcsl_lint_model_object
{
	const char *schema;
	const char *type; /* "table", "index", "view" or "trigger" */
	const char *name;
	const char *table; /* it belongs to */
	const char *sql;   /* NULL for what SQLite created */
} dbcsl_lint_model_object;

/* ---- lint/model.c ---- */

/* The model of a session; call dbcsl_lint_close_model() after errors too. */
extern dbcsl_lint_model *dbcsl_lint_open_model(dbcsl_host *h,
											   const dbc_lint_session *session);

/* Resets what a script has set, as the runner of migrations does. */
extern void dbcsl_lint_reset_model(dbcsl_lint_model *model);

extern void dbcsl_lint_close_model(dbcsl_lint_model *model);

/* ---- lint/model_statement.c ---- */

/* Finalizes a statement that is still open after a failure. */
extern void dbcsl_lint_finalize_model_statement(dbcsl_lint_model *model);

/* Prepares a statement, and runs it if run; returns its error, or NULL. */
extern const char *dbcsl_lint_model_try(dbcsl_lint_model *model,
										const char *sql, bool run);

/* The rows of one of dbcare's own queries; args are texts or null. */
extern const dbc_rows *dbcsl_lint_model_query(dbcsl_lint_model *model,
											  const char *sql,
											  const char *const *args,
											  int nargs);

/* The object of a name, in any schema if that is NULL; false if there is none.
 */
extern bool dbcsl_lint_model_find(dbcsl_lint_model *model, const char *schema,
								  const char *name,
								  dbcsl_lint_model_object *found);

/* Marks this name as one that differs from the original. */
extern void dbcsl_lint_model_mark_unlike(dbcsl_lint_model *model,
										 const char *name);

/* Makes a table with the columns a SELECT statement gives. */
extern const char *dbcsl_lint_model_create_table_as(dbcsl_lint_model *model,
													const char *schema,
													const char *name,
													const char *select);

/* ---- lint/model_image.c ---- */

/* Copies the schemas of the caller's connection as a whole, except virtual
 * tables and temporary objects. */
extern void dbcsl_lint_copy_images(dbcsl_lint_model *model);

/* ---- lint/model_copy.c ---- */

/* Copies the rest of the caller's schema. */
extern void dbcsl_lint_copy_schema(dbcsl_lint_model *model);

#endif /* DBCSL_LINT_MODEL_H */
