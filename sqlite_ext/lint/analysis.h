/*
 * analysis.h
 *	  What the files of SQLite's reader of scripts share.
 */
#ifndef DBCSL_LINT_ANALYSIS_H
#define DBCSL_LINT_ANALYSIS_H

#include "sqlite_ext/lint/model.h"
#include "sqlite_ext/sql/ddl_reader.h"

/* A table that the script has dropped, in its former state. */
typedef struct dbcsl_lint_dropped_table
{
	int statement; /* that dropped it, from 0 */
	dbc_lint_object *object;
	const char *schema;
	const char *name; /* its name before the script */
	int renamed;	  /* the statement that renamed it, or -1 */
	dbcsl_ddl ddl;
	const dbc_rows *parts; /* indexes and triggers: type, name, text */
} dbcsl_lint_dropped_table;

/* A table that the script has renamed. */
typedef struct dbcsl_lint_renamed_table
{
	int statement;
	const char *from;
	const char *to;
} dbcsl_lint_renamed_table;

/* What a script has done so far and a later statement may complete. */
typedef struct dbcsl_lint_script_history
{
	dbcsl_lint_dropped_table *gone;
	int ngone;
	dbcsl_lint_renamed_table *renamed;
	int nrenamed;
	const char **copies; /* statements that insert what a query gives */
	int ncopies;
	const char **moved; /* columns whose values were copied under another name
						 */
	int nmoved;
	bool sets_sequences; /* it writes sqlite_sequence */
} dbcsl_lint_script_history;

/* A script that is being read, at one of its statements. */
typedef struct dbcsl_lint_analyzer
{
	dbcsl_host *h;
	dbc_lint_session *session;
	dbcsl_lint_model *model;
	const dbc_statement *statement;
	int number; /* of the statement, from 0 */
	dbcsl_lint_script_history *past;
	dbcsl_ddl_reader r; /* of the statement's text */
	dbc_lint_operation *operations;
	int noperations;
	bool runs;			/* the model runs it instead of preparing it only */
	const char *select; /* of CREATE TABLE ... AS, which the model neither runs
						 * nor prepares */

	/* changes of objects by the statement, if the model accepts it */
	dbc_lint_object *made;
	dbc_lint_object *dropped;
	dbc_lint_object *renamed;
	const char *new_name;
} dbcsl_lint_analyzer;

/* A name with its schema, if the statement has one. */
typedef struct dbcsl_lint_qualified_name
{
	const char *schema; /* NULL for main unless written */
	const char *name;
} dbcsl_lint_qualified_name;

/* ---- lint/analysis.c ---- */

/* ---- lint/objects.c ---- */

/* Adds an operation of the statement; object may be NULL. */
extern dbc_lint_operation *dbcsl_lint_add_operation(dbcsl_lint_analyzer *lint,
													dbc_lint_verb verb,
													dbc_lint_object *object);

/* Reads [schema.]name. */
extern dbcsl_lint_qualified_name
dbcsl_lint_read_qualified_name(dbcsl_ddl_reader *r);

/* Skips two or three words if they are next. */
extern bool dbcsl_lint_accept_words(dbcsl_ddl_reader *r, const char *first,
									const char *second, const char *third);

/* A copy of names as a list that ends with NULL. */
extern const char *const *dbcsl_lint_copy_names(dbcsl_lint_analyzer *lint,
												const char *const *names,
												int count);

/* Whether a text contains a name, as a word or in quotes. */
extern bool dbcsl_lint_mentions_name(dbcsl_host *h, const char *text,
									 const char *name);

/* The object of a name at this statement; type is that of a missing object. */
extern dbc_lint_object *dbcsl_lint_find_object(dbcsl_lint_analyzer *lint,
											   const char *type,
											   dbcsl_lint_qualified_name name);

/* Whether an object exists at this statement. */
extern bool dbcsl_lint_object_exists(dbcsl_lint_analyzer *lint,
									 dbcsl_lint_qualified_name name);

/* ---- lint/size.c ---- */

/* Measures a table on the caller's connection. */
extern void dbcsl_lint_measure_table(dbcsl_host *h, dbc_lint_object *object);

/* ---- lint/create.c ---- */

extern void dbcsl_lint_analyze_create(dbcsl_lint_analyzer *lint);

/* Adds the operations of columns and constraints from the given ones on; flags
 * are those of each operation. */
extern void dbcsl_lint_analyze_columns(dbcsl_lint_analyzer *lint,
									   dbc_lint_object *table,
									   const dbcsl_ddl *ddl,
									   const char *command, unsigned flags);

/* ---- lint/alter.c ---- */

extern void dbcsl_lint_analyze_alter(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_drop(dbcsl_lint_analyzer *lint);

/* ---- lint/write.c ---- */

/* The schema of a table, whose object does not name main. */
extern const char *dbcsl_lint_get_schema(const dbc_lint_object *table);

/* The definition of a table of the model; false if it is none. */
extern bool dbcsl_lint_read_definition(dbcsl_lint_analyzer *lint,
									   const dbc_lint_object *table,
									   dbcsl_ddl *ddl);

/* The call of dbmigrate_rebuild() that changes the columns: without column
 * number without (-1: none), and with one more, or NULL. */
extern const char *dbcsl_lint_make_rebuild_call(dbcsl_lint_analyzer *lint,
												const dbc_lint_object *table,
												const dbcsl_ddl *ddl,
												int without, const char *more);

/* ---- lint/rebuild.c ---- */

/* Saves the state of a table before it is dropped or renamed. */
extern void dbcsl_lint_record_drop(dbcsl_lint_analyzer *lint,
								   dbc_lint_object *table);
extern void dbcsl_lint_record_rename(dbcsl_lint_analyzer *lint,
									 const dbc_lint_object *table,
									 const char *new_name);

/* Records that the statement inserts the rows of a query. */
extern void dbcsl_lint_record_copy(dbcsl_lint_analyzer *lint);

/* At the end of the script: adds operations for what replaced tables have lost.
 */
extern void dbcsl_lint_analyze_rebuilds(dbcsl_lint_analyzer *lint,
										const dbc_script *script,
										dbc_lint_analysis *analyses);

/* ---- lint/copy.c ---- */

/* Reads the rest of INSERT ... SELECT into a table that the script created:
 * which columns keep the values of another table. */
extern void dbcsl_lint_analyze_copy(dbcsl_lint_analyzer *lint,
									const dbc_lint_object *target);

/* ---- lint/data.c ---- */

extern void dbcsl_lint_analyze_insert(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_update(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_delete(dbcsl_lint_analyzer *lint);

/* ---- lint/other.c ---- */

extern void dbcsl_lint_analyze_pragma(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_maintenance(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_transaction(dbcsl_lint_analyzer *lint);
extern void dbcsl_lint_analyze_attach(dbcsl_lint_analyzer *lint);

#endif /* DBCSL_LINT_ANALYSIS_H */
