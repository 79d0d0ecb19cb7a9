/*
 * analysis.h
 *	  What the files of SQLite's reader of scripts share.
 */
#ifndef DBCSL_LINT_ANALYSIS_H
#define DBCSL_LINT_ANALYSIS_H

#include "sqlite_ext/core/ddl_reader.h"
#include "sqlite_ext/lint/model.h"

/* A table that the script has dropped, as it was. */
typedef struct dbcsl_gone
{
	int statement; /* that has, from 0 */
	dbc_subject *subject;
	const char *schema;
	const char *name; /* by which it was known before the script */
	int renamed;	  /* the statement that has changed that, or -1 */
	dbcsl_ddl ddl;
	const dbc_rows *parts; /* indexes and triggers: type, name, text */
} dbcsl_gone;

/* A table that the script has renamed. */
typedef struct dbcsl_renamed
{
	int statement;
	const char *from;
	const char *to;
} dbcsl_renamed;

/* What a script has done so far that a later statement may complete. */
typedef struct dbcsl_past
{
	dbcsl_gone *gone;
	int ngone;
	dbcsl_renamed *renamed;
	int nrenamed;
	const char **copies; /* statements that insert what a query gives */
	int ncopies;
	const char **moved; /* columns whose values were copied under another name
						 */
	int nmoved;
	bool sets_sequences; /* it writes sqlite_sequence */
} dbcsl_past;

/* A script while it is read, at one of its statements. */
typedef struct dbcsl_lint
{
	dbcsl_host *h;
	dbc_session *session;
	dbcsl_model *model;
	const dbc_statement *statement;
	int number; /* of it, from 0 */
	dbcsl_past *past;
	dbcsl_reader r; /* of the statement's text */
	dbc_deed *deeds;
	int ndeeds;
	bool runs;			/* on the model, rather than being prepared alone */
	const char *select; /* of CREATE TABLE ... AS, which is neither */

	/* what the statement does to what there is, if it is not refused */
	dbc_subject *made;
	dbc_subject *dropped;
	dbc_subject *renamed;
	const char *new_name;
} dbcsl_lint;

/* A name with its schema, if that is written. */
typedef struct dbcsl_name
{
	const char *schema; /* NULL for main, too, unless that makes a difference */
	const char *name;
} dbcsl_name;

/* ---- lint/analysis.c ---- */

/* Adds a deed of the statement; subject may be NULL. */
extern dbc_deed *dbcsl_add_deed(dbcsl_lint *lint, dbc_verb verb,
								dbc_subject *subject);

/* Reads [schema.]name. */
extern dbcsl_name dbcsl_read_qualified(dbcsl_reader *r);

/* Passes over two or three words if they are next. */
extern bool dbcsl_accept_words(dbcsl_reader *r, const char *first,
							   const char *second, const char *third);

/* Whether a text has a name, as a word or in quotes. */
extern bool dbcsl_mentions(dbcsl_host *h, const char *text, const char *name);

/* A copy of names as a list that ends with NULL. */
extern const char *const *dbcsl_name_list(dbcsl_lint *lint,
										  const char *const *names, int count);

/* ---- lint/objects.c ---- */

/* What a name means where the statement stands; type is for what is not there.
 */
extern dbc_subject *dbcsl_subject(dbcsl_lint *lint, const char *type,
								  dbcsl_name name);

/* Whether a subject is there where the statement stands. */
extern bool dbcsl_is_there(dbcsl_lint *lint, dbcsl_name name);

/* ---- lint/size.c ---- */

/* Measures a table on the caller's connection. */
extern void dbcsl_measure(dbcsl_host *h, dbc_subject *subject);

/* ---- lint/create.c ---- */

extern void dbcsl_lint_create(dbcsl_lint *lint);

/* Adds the deeds of columns and constraints of a table, from some on; flags
 * are those of each. */
extern void dbcsl_lint_columns(dbcsl_lint *lint, dbc_subject *table,
							   const dbcsl_ddl *ddl, const char *command,
							   unsigned flags);

/* ---- lint/alter.c ---- */

extern void dbcsl_lint_alter(dbcsl_lint *lint);
extern void dbcsl_lint_drop(dbcsl_lint *lint);

/* ---- lint/write.c ---- */

/* The schema of a table, whose subject does not name main. */
extern const char *dbcsl_schema_of(const dbc_subject *table);

/* The definition of a table of the model; false if it is none. */
extern bool dbcsl_definition(dbcsl_lint *lint, const dbc_subject *table,
							 dbcsl_ddl *ddl);

/* The call of dbmigrate_rebuild() that gives a table other columns: without
 * one, -1 for none, and with one more, or NULL. */
extern const char *dbcsl_rebuild_call(dbcsl_lint *lint,
									  const dbc_subject *table,
									  const dbcsl_ddl *ddl, int without,
									  const char *more);

/* ---- lint/rebuild.c ---- */

/* Notes that a table is dropped or renamed, before it is. */
extern void dbcsl_note_drop(dbcsl_lint *lint, dbc_subject *table);
extern void dbcsl_note_rename(dbcsl_lint *lint, const dbc_subject *table,
							  const char *new_name);

/* Notes that the statement inserts what a query gives. */
extern void dbcsl_note_copy(dbcsl_lint *lint);

/* Once the script is read: adds deeds for what tables that took the place of
 * others do not have. */
extern void dbcsl_lint_rebuilds(dbcsl_lint *lint, const dbc_script *script,
								dbc_reading *readings);

/* ---- lint/copy.c ---- */

/* Reads the rest of INSERT ... SELECT into a table of the script's own: what
 * becomes of the values of another table. */
extern void dbcsl_lint_copy(dbcsl_lint *lint, const dbc_subject *target);

/* ---- lint/data.c ---- */

extern void dbcsl_lint_insert(dbcsl_lint *lint);
extern void dbcsl_lint_update(dbcsl_lint *lint);
extern void dbcsl_lint_delete(dbcsl_lint *lint);

/* ---- lint/other.c ---- */

extern void dbcsl_lint_pragma(dbcsl_lint *lint);
extern void dbcsl_lint_maintenance(dbcsl_lint *lint);
extern void dbcsl_lint_transaction(dbcsl_lint *lint);
extern void dbcsl_lint_attach(dbcsl_lint *lint);

#endif /* DBCSL_LINT_ANALYSIS_H */
