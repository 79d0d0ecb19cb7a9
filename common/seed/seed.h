/*
 * seed.h
 *	  Rows that an application begins with: registering and applying them.
 *
 * What other rooms call is here; what files of the room share is in rows.h and
 * merge.h.
 */
#ifndef DBC_SEED_SEED_H
#define DBC_SEED_SEED_H

#include "common/core/json_write.h"

/* What is registered. */
typedef struct dbc_seed_definition
{
	const char *name;
	const char *relation;
	const char *rows;		   /* JSON: an array of objects, or one */
	const char *const *key;	   /* ended by NULL; NULL: the primary key */
	const char *mode;		   /* insert, upsert or sync; NULL: upsert */
	const char **environments; /* ended by NULL; NULL: all */
} dbc_seed_definition;

/* A registered seed. */
typedef struct dbc_seed
{
	const char *name;
	const char *table_name;
	const char **key; /* ended by NULL */
	const char *mode;
	const char *environments; /* JSON array, or NULL */
	const char *rows;		  /* JSON array */
	const char *checksum;
	const char *added_at;
	const char *applied_at; /* NULL: never */
	const char *applied_by;
	const char *counts; /* JSON of the last apply, or NULL */
	const char *author; /* role that has registered it, or NULL */
	bool changed;		/* since it was applied */
} dbc_seed;

typedef struct dbc_seeds
{
	dbc_seed *items; /* by name */
	int count;
} dbc_seeds;

/* How seeds are applied. */
typedef struct dbc_seed_request
{
	const char *const *names; /* ended by NULL; NULL: all of the environment */
	bool dry_run;
	const char *on_conflict; /* keep, overwrite or fail; NULL: keep */
	bool verbose;			 /* lists all problems */
} dbc_seed_request;

/* Registers a seed, or its new rows; returns what was done: added, updated or
 * unchanged.  Fails if the rows cannot be those of a seed, with all reasons. */
extern const char *dbc_seed_register(dbc_host *host,
									 const dbc_seed_definition *definition);

/* Removes a seed, and what is known of its rows, which stay. */
extern void dbc_seed_unregister(dbc_host *host, const char *name);

/* The registered seeds; none if dbcare's tables have none. */
extern dbc_seeds dbc_seed_list(dbc_host *host);

/* Whether a seed is for an environment. */
extern bool dbc_seed_is_for(dbc_host *host, const dbc_seed *seed,
							const char *environment);

/* The state of a seed: pending, applied or changed. */
extern const char *dbc_seed_state(const dbc_seed *seed);

/* Applies seeds, all or none; returns the result of dbseed_apply(). */
extern dbc_json_node *dbc_seed_apply(dbc_host *host,
									 const dbc_seed_request *request);

#endif /* DBC_SEED_SEED_H */
