/*
 * run.h
 *	  A run of dbinit_run() or dbinit_repair(), shared by its steps.
 */
#ifndef DBC_INIT_RUN_H
#define DBC_INIT_RUN_H

#include "common/init/init.h"

/* What becomes of objects that exist with another definition; in the order of
 * the choices of dbinit_run(). */
typedef enum dbc_init_on_conflict
{
	DBC_INIT_STOP,
	DBC_INIT_KEEP,
	DBC_INIT_MIGRATE
} dbc_init_on_conflict;

typedef struct dbc_init_run
{
	dbc_host *host;
	int64_t start; /* of the call, in microseconds */
	const dbc_setting_values *stored;
	dbc_init_manifest manifest;
	dbc_init_on_conflict on_conflict;
	bool dry_run;

	dbc_migrate_runner runner; /* has the lock, and the ledger before the run */
	dbc_init_record record;	   /* as it was before */
	dbc_migrate_schema before; /* the schema, with all columns */
	/* objects that the manifest's migrations create, if that was found out */
	dbc_migrate_schema wanted;
	bool adopts;		 /* pending migrations are recorded, not run */
	const char *changes; /* SQL that creates what is missing, or NULL */
	bool stored_schema;	 /* the migrations have stored the schema */
	bool recorded;		 /* its objects, as they are now */
	bool runs_scripts;	 /* those of the runner's steps */

	/* the result */
	const char *step;	  /* the running one ... */
	const char *object;	  /* ... and what it works on, or NULL */
	dbc_json_node *entry; /* of the running step */
	dbc_json_node *completed;
	dbc_json_node *seeds;	  /* the entry of that step, or NULL ... */
	const char *seeds_result; /* ... and what dbseed_apply() returned */
	dbc_json_node *errors;
	dbc_json_node *warnings;
} dbc_init_run;

/* ---- result.c ---- */

/* Emits the InitializationResult; error is that of the run, or NULL. */
extern void dbc_init_emit_result(dbc_init_run *run, const dbc_error *error);

/* Adds to errors or warnings: what is not as it should be; detail and hint may
 * be NULL. */
extern void dbc_init_note(dbc_init_run *run, dbc_json_node *list,
						  const char *object, const char *message,
						  const char *detail, const char *hint);

/* ---- conflicts.c ---- */

/* Compares the schema with the manifest, and decides what is done. */
extern void dbc_init_compare(dbc_init_run *run);

/* ---- migrations.c ---- */

/* The registered migration of the manifest, or NULL. */
extern dbc_migration *dbc_init_find_migration(const dbc_migrations *list,
											  const dbc_init_manifest *manifest,
											  int i);

/* Whether any migration of the manifest is not applied. */
extern bool dbc_init_is_pending(const dbc_migrations *list,
								const dbc_init_manifest *manifest);

/* Lists the wanted objects that a schema lacks as errors; returns their
 * number. */
extern int dbc_init_note_missing(dbc_init_run *run,
								 const dbc_migrate_schema *schema);

/* Fails unless that number is 0. */
extern void dbc_init_refuse_missing(dbc_init_run *run, int missing);

/* Registers and applies the manifest's migrations, or creates what is missing,
 * and records the objects. */
extern void dbc_init_migrate(dbc_init_run *run);

#endif /* DBC_INIT_RUN_H */
