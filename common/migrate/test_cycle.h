/*
 * test_cycle.h
 *	  One cycle of dbmigrate_test: some migrations up, down and up again.
 *
 * After a cycle its ups are applied, whatever failed afterwards.  Texts are
 * those of the result; NULL means not tried.
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
	bool idle;								 /* it has no statements */
} dbc_migrate_test_cycle_part;

typedef struct dbc_migrate_test_cycle
{
	dbc_migrate_test_cycle_part *parts;
	int nparts;
	const char *up;
	const char *down;
	const char *reup;
	bool compared; /* the next four are set */
	bool restored;
	bool good;
	dbc_migrate_differences differences;
	dbc_json_node *rows_changed; /* names of tables */
	dbc_json_node *error;		 /* or NULL */

	/* while it runs */
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

/* The version of a cycle; of several migrations the first and the last. */
extern const char *
dbc_migrate_test_cycle_name(dbc_host *host,
							const dbc_migrate_test_cycle *cycle);

/* Runs the ups of a cycle; fails if one does. */
extern void dbc_migrate_apply_test_cycle(dbc_host *host,
										 dbc_migrate_test_cycle *cycle);

/* Runs a cycle.  Fails only for errors that do not come from a script. */
extern void dbc_migrate_run_test_cycle(dbc_host *host,
									   dbc_migrate_test_cycle *cycle);

#endif /* DBC_MIGRATE_TEST_CYCLE_H */
