/*
 * test_cycle.h
 *	  One cycle of dbmigrate_test: some migrations up, down and up again.
 *
 * A cycle leaves behind what its ups have made, whatever came of the rest.  The
 * words are those of the result; NULL is what was not tried.
 */
#ifndef DBC_MIGRATE_TEST_CYCLE_H
#define DBC_MIGRATE_TEST_CYCLE_H

#include "common/migrate/migrate.h"
#include "common/migrate/schema_objects.h"

/* One migration of a cycle. */
typedef struct dbc_migrate_test_cycle_part
{
	dbc_migration *migration;
	const dbc_migrate_prepared_script *up;
	const dbc_migrate_prepared_script *down; /* NULL if there is none */
	bool idle;								 /* it has nothing to run */
} dbc_migrate_test_cycle_part;

typedef struct dbc_migrate_test_cycle
{
	dbc_migrate_test_cycle_part *parts;
	int nparts;
	const char *up;
	const char *down;
	const char *reup;
	bool compared; /* the next four are known */
	bool restored;
	bool good;
	dbc_migrate_differences differences;
	dbc_json_node *rows_changed; /* names of tables */
	dbc_json_node *error;		 /* or NULL */

	/* while it is gone */
	dbc_changes after; /* the way down, or up if that is empty */
	bool has_after;
	const dbc_script *running;
	bool applies; /* its ups have run */
	bool undone;  /* on purpose, not by an error */
} dbc_migrate_test_cycle;

/* Prepares a cycle of some migrations, run as a role (NULL: the caller's). */
extern dbc_migrate_test_cycle
dbc_migrate_make_test_cycle(dbc_host *host, const char *role,
							dbc_migration **migrations, int count);

/* The version of a cycle, of several its first and its last. */
extern const char *
dbc_migrate_test_cycle_name(dbc_host *host,
							const dbc_migrate_test_cycle *cycle);

/* Runs the ups of a cycle; fails if one does. */
extern void dbc_migrate_apply_test_cycle(dbc_host *host,
										 dbc_migrate_test_cycle *cycle);

/* Goes a cycle.  Fails only for what tells nothing of the migrations. */
extern void dbc_migrate_run_test_cycle(dbc_host *host,
									   dbc_migrate_test_cycle *cycle);

#endif /* DBC_MIGRATE_TEST_CYCLE_H */
