/*
 * init.h
 *	  What the files of the room init share: manifests, and what a database
 *	  lacks of them.
 *
 * A manifest says what a database must have: migrations, seeds, rules, tables
 * that keep deleted rows or a log of changes, retention policies, and queries
 * that must be true.  A pack is a manifest that comes with dbcare.
 */
#ifndef DBC_INIT_INIT_H
#define DBC_INIT_INIT_H

#include "common/core/json.h"
#include "common/core/json_write.h"
#include "common/migrate/run.h"
#include "common/migrate/schema_objects.h"

/* ---- manifest.c ---- */

/* Lists of a manifest whose entries are the arguments of a function. */
typedef enum dbc_init_list
{
	DBC_INIT_SEEDS,
	DBC_INIT_RULES,
	DBC_INIT_ARCHIVE,
	DBC_INIT_AUDIT,
	DBC_INIT_POLICIES,
	DBC_INIT_LISTS
} dbc_init_list;

/* A query that must be true. */
typedef struct dbc_init_expectation
{
	const char *name;
	const char *sql;
} dbc_init_expectation;

typedef struct dbc_init_manifest
{
	const char *name;
	const char *version;
	const char *description;
	const char *checksum; /* of its text */
	bool is_pack;
	dbc_format_registration *migrations;
	int nmigrations;
	const dbc_json_item *lists[DBC_INIT_LISTS]; /* arrays, or NULL */
	dbc_init_expectation *expectations;
	int nexpectations;
	const char **may_fail; /* steps, ended by NULL; or NULL */
} dbc_init_manifest;

/* The manifest of an argument: the name of a pack, or JSON. */
extern dbc_init_manifest dbc_init_read_manifest(dbc_host *host,
												const char *argument);

/* Whether a step may fail. */
extern bool dbc_init_may_fail(const dbc_init_manifest *manifest,
							  const char *step);

/* The number of entries of a list. */
extern int dbc_init_count(const dbc_init_manifest *manifest,
						  dbc_init_list list);

/* The first entry of a list; dbc_json_next() gives the others. */
extern const dbc_json_item *
dbc_init_first_entry(const dbc_init_manifest *manifest, dbc_init_list list);

/* ---- pack.c ---- */

/* The names of all packs, ended by NULL. */
extern const char **dbc_init_list_packs(dbc_host *host);

/* The text of a pack's manifest; fails if there is no such pack. */
extern const char *dbc_init_find_pack(dbc_host *host, const char *name);

/* SQL of a pack as a script, whose names are found whatever the search_path of
 * the user is. */
extern const char *dbc_init_pack_text(dbc_host *host, const char *sql);

/* The SQL of a migration of a pack, from a file. */
extern const char *dbc_init_pack_sql(dbc_host *host, const char *pack,
									 const char *file);

/* ---- record.c ---- */

/* What is recorded of a manifest that was run. */
typedef struct dbc_init_record
{
	bool exists;
	dbc_migrate_schema objects; /* those of its migrations, with all columns */
	const char *author;			/* role that has recorded them, or NULL */
} dbc_init_record;

extern dbc_init_record dbc_init_read_record(dbc_host *host, const char *name);

/* Records that a manifest was run, with its objects. */
extern void dbc_init_store_record(dbc_host *host,
								  const dbc_init_manifest *manifest,
								  const dbc_migrate_schema *objects);

/* ---- objects.c ---- */

/* Objects of one schema that another one has under the same names. */
extern dbc_migrate_schema dbc_init_restrict(dbc_host *host,
											const dbc_migrate_schema *schema,
											const dbc_migrate_schema *names);

/* The SQL that creates in today's schema what it lacks of the wanted one, and
 * with replace changes what differs; NULL if that is nothing.  target becomes
 * what it leaves. */
extern const char *dbc_init_write_changes(dbc_host *host,
										  const dbc_migrate_schema *today,
										  const dbc_migrate_schema *wanted,
										  bool replace,
										  dbc_migrate_schema *target);

/* Runs such SQL; fails if it would drop anything that is in today's schema. */
extern void dbc_init_run_changes(dbc_host *host, const char *sql,
								 const dbc_migrate_schema *today);

/* ---- validate.c ---- */

/* Something that is not as a manifest says. */
typedef struct dbc_init_problem
{
	const char *object;
	const char *issue;
	bool is_warning;
	const char *suggestion;
} dbc_init_problem;

typedef struct dbc_init_problems
{
	dbc_host *host;
	dbc_init_problem *items;
	int count;
	int nerrors;
} dbc_init_problems;

/* Finds what is not as a manifest says; recorded: its migrations were applied
 * and its objects recorded in this transaction, so they are not compared. */
extern dbc_init_problems
dbc_init_find_problems(dbc_host *host, const dbc_init_manifest *manifest,
					   bool recorded);

#endif /* DBC_INIT_INIT_H */
